"""The signature of requests between ERPNext and the plugin in Medusa, without a site."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.medusa import signing
from medusa_integration.medusa.auth import BearerAuth
from medusa_integration.medusa.errors import SignatureRefused, SignInFailed, Unauthorized
from medusa_integration.medusa.signing import SignedAuth, sign, verify
from medusa_integration.mirror.order_values import OrderStatus
from tests.medusa.conftest import URL

SECRET = "s3cret-1"
AT = 1_700_000_000
QUERY = b"order_id=order_1"
BODY = b'{"a":1}'
# printf '%s' '1700000000.order_id=order_1.{"a":1}' | openssl dgst -sha256 -hmac 's3cret-1'
DIGEST = "1286958009e61cc543ace592ae856dea59989cf1d38ab34abf97739c11b41f8a"
SIGNED = f"t=1700000000,v1={DIGEST}"
# printf '%s' '1700000000..' | openssl dgst -sha256 -hmac 's3cret-1'
EMPTY = "t=1700000000,v1=56ef10abb3a9f92f0b382fddb412bb93589281cebf06eb732fc4585c8b2c3636"
# printf '%s' '1700000000..é' | openssl dgst -sha256 -hmac 'schlüssel'
UMLAUT = "t=1700000000,v1=c29c8787cb4f43846e9f32140dcaadca2d8d758e7cd8dd0b2ad449176babf175"

UPDATE = f"{URL}/store/order-update"
ORDER = OrderStatus("SAL-ORD-2026-00001", "order_1", "cus_1", "To Deliver", "Paid", 0.0, 20.0, 21.0)
DONE = {"message": "Order updated successfully"}


def accepted(header, secrets=(SECRET,), *, now=AT, query=QUERY, body=BODY):
	return verify(header, secrets, now=now, query=query, body=body)


def test_the_signature_is_the_documented_one():
	"""The same digests as openssl's."""
	assert sign(SECRET, AT, QUERY, BODY) == SIGNED
	assert sign(SECRET, AT, b"", b"") == EMPTY
	assert sign("schlüssel", AT, b"", "é".encode()) == UMLAUT
	assert accepted(SIGNED)


@pytest.mark.parametrize("seconds", [0, 299, 300, -299, -300])
def test_the_time_may_differ_by_five_minutes(seconds):
	assert accepted(SIGNED, now=AT + seconds)


@pytest.mark.parametrize("seconds", [300.5, 301, -301, 86_400, -86_400, 1e12])
def test_an_older_or_later_time_is_refused(seconds):
	assert not accepted(SIGNED, now=AT + seconds)


@pytest.mark.parametrize(
	"other",
	[
		{"query": b"order_id=order_2"},
		{"query": b""},
		{"query": b"order_id=order_1&"},
		{"body": b'{"a":2}'},
		{"body": b'{"a": 1}'},
		{"body": b""},
		{"secrets": ["s3cret-2"]},
		{"secrets": ["s3cret-1 "]},
		{"secrets": [""]},
		{"secrets": []},
	],
)
def test_another_request_or_secret_is_refused(other):
	assert not accepted(SIGNED, **other)


def test_what_is_signed_cannot_be_moved_from_one_part_to_another():
	"""The full stop between query and body is signed too."""
	assert not accepted(sign(SECRET, AT, b"a", b"b.c"), query=b"", body=b"a.b.c")


def test_no_secret_accepts_nothing():
	"""Not even what was signed with an empty secret."""
	assert not accepted(sign("", AT, QUERY, BODY), secrets=["", SECRET])


def test_each_of_several_secrets_is_accepted():
	assert accepted(SIGNED, ["new", SECRET]) and accepted(SIGNED, [SECRET, "old"])


def test_one_of_several_signatures_is_enough():
	"""A sender with two secrets signs with both."""
	wrong = "0" * 64
	assert accepted(f"t={AT},v1={wrong},v1={DIGEST}") and accepted(f"t={AT},v1={DIGEST},v1={wrong}")
	assert accepted(f"v1={DIGEST}, t={AT}, v2=later")


@pytest.mark.parametrize(
	"header",
	[
		None,
		"",
		DIGEST,
		f"v1={DIGEST}",
		f"t={AT}",
		f"t={AT},v1=",
		f"t={AT},v2={DIGEST}",
		f"t={AT},V1={DIGEST}",
		f"t={AT},t={AT},v1={DIGEST}",
		f"t={AT},t={AT - 900},v1={DIGEST}",
		f"t=,v1={DIGEST}",
		f"t=+{AT},v1={DIGEST}",
		f"t=-{AT},v1={DIGEST}",
		f"t={AT}.0,v1={DIGEST}",
		f"t= {AT},v1={DIGEST}",
		f"t=1_700_000_000,v1={DIGEST}",
		f"t=١٧٠٠٠٠٠٠٠٠,v1={DIGEST}",
		f"t={'9' * 400},v1={DIGEST}",
		f"t=NaN,v1={DIGEST}",
		f"t={AT},v1={DIGEST[:-1]}",
		f"t={AT},v1={DIGEST}0",
		f"t={AT},v1={DIGEST},v1=xyz",
		f"t={AT},v1={DIGEST},v1={'é' * 64}",
		f"t={AT},v1={'g' * 64}",
		f"t={AT},v1={DIGEST},",
		f"t={AT},v1={DIGEST},x",
		f"t={AT};v1={DIGEST}",
		f"t={AT},v1={DIGEST}\n",
		f"t={AT},v1={DIGEST}" + ",x=" + "y" * 1000,
	],
)
def test_any_other_header_is_refused(header):
	assert accepted(header) is False


@pytest.mark.parametrize("header", [None, "", DIGEST, f"t={AT - 301},v1={DIGEST}", f"t={AT}", f"t={AT},v1=x"])
def test_no_secret_is_read_for_what_none_can_have_signed(header):
	"""Each is a statement of the database, which whoever sends nonsense is not to cause."""

	def secrets():
		pytest.fail("a secret was read")
		yield SECRET

	assert not accepted(header, secrets())


def test_the_previous_secret_is_read_only_for_what_the_current_one_has_not_signed():
	read = []

	def secrets():
		for secret in ("new", SECRET):
			read.append(secret)
			yield secret

	assert accepted(sign("new", AT, QUERY, BODY), secrets()) and read == ["new"]
	assert accepted(SIGNED, secrets()) and read == ["new", "new", SECRET]


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=1200))
def test_no_header_raises(header):
	assert accepted(header) is False
	assert accepted(f"t={AT},v1={header}") is False


# what is sent


def signature_of(call):
	return call.request.headers.get("X-ERPNext-Signature")


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("order_id", ["order_1", "a&b=c d/é"])
def test_an_order_is_signed_as_it_is_sent(http, client, generation, order_id):
	"""With the query string as it stands in the address, and the bytes of the body."""
	http.post(UPDATE, json=DONE)
	client(generation, shared_secret=SECRET).orders.update_one(
		OrderStatus("SAL-ORD-2026-00001", order_id, "cus_é", "To Deliver", "Paid", 0.0, 20.0, 21.0)
	)
	(call,) = http.calls
	query = call.request.url.partition("?")[2].encode()
	assert isinstance(call.request.body, bytes) and "cus_é".encode() in call.request.body
	assert verify(signature_of(call), [SECRET], now=time.time(), query=query, body=call.request.body)
	assert call.request.headers["Authorization"].startswith("Bearer ")


def test_a_secret_key_is_sent_beside_the_signature(http, client):
	http.post(UPDATE, json=DONE)
	client(shared_secret=SECRET, secret_key="sk_1").orders.update_one(ORDER)
	assert signature_of(http.calls[0]) and http.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_without_a_secret_nothing_is_signed(http, client):
	http.post(UPDATE, json=DONE)
	client().orders.update_one(ORDER)
	assert signature_of(http.calls[0]) is None


def test_only_the_two_routes_are_signed(http, client):
	"""Nothing else needs it."""
	http.get(f"{URL}/admin/products", json={"products": [], "count": 0})
	assert list(client(shared_secret=SECRET).products.list_all()) == []
	assert [signature_of(call) for call in http.calls] == [None]


def test_a_repeat_is_signed_at_its_own_time(http, client, monkeypatch):
	"""The first may have waited for long."""
	http.post(UPDATE, status=503, json={"message": "not now"})
	http.post(UPDATE, json=DONE)
	medusa = client(shared_secret=SECRET)
	times = iter([AT, AT + 400])
	monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: next(times)))
	medusa.orders.update_one(ORDER)
	assert [signature_of(call).partition(",")[0] for call in http.calls] == [f"t={AT}", f"t={AT + 400}"]


@pytest.mark.parametrize("secret", [SECRET, None])
def test_a_refused_signature_is_no_refused_password(http, calls, client, secret):
	"""Nobody signs in again, nothing pauses, and the sentence says what to enter."""
	http.post(UPDATE, status=401, json={"type": "unauthorized", "message": "The signature is too old."})
	with pytest.raises(
		SignatureRefused, match=r"The signature is too old\. Enter the secret .* Shared Secret"
	):
		client(shared_secret=secret).orders.update([ORDER])
	assert calls() == [("POST", "/store/order-update")]
	assert SignatureRefused.retryable and not issubclass(SignatureRefused, Unauthorized)


def test_any_other_401_of_these_routes_is_about_the_credentials(http, calls, client):
	http.post(UPDATE, status=401, json={"message": "Unauthorized"})
	http.post(f"{URL}/auth/user/emailpass", status=401, json={"message": "Invalid email or password"})
	with pytest.raises(SignInFailed):
		client(shared_secret=SECRET).orders.update([ORDER])
	assert calls() == [("POST", "/store/order-update"), ("POST", "/auth/user/emailpass")]


def test_nobody_is_shown_the_secret(http, client):
	"""Neither in what is reported of a request, nor in the values that tracebacks show."""
	http.post(UPDATE, status=401, json={"message": f"signature: shared_secret={SECRET}"})
	medusa = client(shared_secret=SECRET)
	with pytest.raises(SignatureRefused) as raised:
		medusa.orders.update([ORDER])
	shown = (
		raised.value,
		raised.value.body,
		medusa.exchanges,
		medusa.target,
		SignedAuth(BearerAuth("t"), "X", SECRET),
	)
	assert SECRET not in repr(shown)
	assert medusa.exchanges and "signature" in repr(medusa.exchanges)
