"""Answers that are none of Medusa's, or that no Medusa gives: said plainly, tried again, and bounded."""

from __future__ import annotations

import json

import pytest

from devbench.medusa.simulator import faults
from medusa_integration.medusa.auth import expires_at
from medusa_integration.medusa.errors import (
	Forbidden,
	NotMedusa,
	SignInFailed,
	SignInIncomplete,
	TooLarge,
	Unauthorized,
	UnexpectedAnswer,
	WrongAddress,
)
from medusa_integration.medusa.failures import error_from_answer
from medusa_integration.medusa.transport import Transport
from tests.medusa.conftest import PRODUCTS, URL, jwt, sent
from tests.support.medusa import simulator

CLOUDFLARE = "<html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry</body></html>"


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 405, 406, 418, 451])
def test_a_page_is_nobodys_verdict_whatever_its_status(http, status):
	"""A firewall's page says nothing about what was sent: tried again, and said whose it seems to be."""
	error, exchange = sent(
		http,
		status=status,
		body=CLOUDFLARE,
		headers={"Server": "cloudflare", "Location": "https://login.example.org/cdn-cgi"},
	)
	assert type(error) is NotMedusa and error.retryable and error.outcome_unknown
	if status == 302:
		assert "Callers are sent on to https://login.example.org/cdn-cgi." in str(error)
	else:
		assert 'the page "Attention Required! | Cloudflare" of the server cloudflare.' in str(error)
	assert exchange.response_body == f"({status}, 91 bytes that are not Medusa's JSON)"


@pytest.mark.parametrize(
	"status, body",
	[
		(403, {"message": "Forbidden"}),
		(403, {"error": "access denied"}),
		(400, {"error_code": 1020, "title": "Access denied"}),
		(404, {"detail": "Not Found"}),
		(401, {"errors": ["no"]}),
		(400, ["no"]),
		(403, None),
		(422, "no"),
	],
)
def test_json_of_another_kind_is_no_verdict_either(status, body):
	"""Gateways answer in JSON too: Medusa's own has a message, and a type where it forbids."""
	error = error_from_answer(status, body, reason="Reason", where="Medusa at https://shop")
	assert type(error) is NotMedusa


@pytest.mark.parametrize(
	"status, body, kind",
	[
		(401, "Unauthorized", Unauthorized),
		(401, {"message": "Unauthorized"}, Unauthorized),
		(404, "<html><pre>Cannot POST /store/order-update</pre></html>", WrongAddress),
		(413, "<html><title>413 Request Entity Too Large</title></html>", TooLarge),
		(413, {"message": "request entity too large", "type": "unknown_error"}, TooLarge),
	],
)
def test_what_medusa_says_without_its_json_is_known(status, body, kind):
	"""v1's bare word, Express's page for a route that is not there, and a size that nobody takes."""
	error = error_from_answer(status, body, reason="Reason", where="Medusa at https://shop")
	assert type(error) is kind and not error.retryable


def test_a_page_is_named_in_one_plain_short_line(http):
	"""Its title may be anything: control characters, entities, markup, a novel."""
	title = "Blocked &lt;b&gt;\n\x07by " + "x" * 1000
	error, _ = sent(http, status=403, body=f"<title>{title}</title>", headers={"Server": "nginx " * 99})
	text = str(error)
	assert len(text) < 300 and "\n" not in text and "\x07" not in text and "<" not in text
	assert 'page "Blocked ‹b› by xxx' in text


def test_what_is_not_medusas_is_kept_as_status_and_length_only(http):
	"""Whoever may set the address cannot read in the log what answers there."""
	secret = json.dumps({"AccessKeyId": "ASIA", "Role": "internal"}).encode()
	http.get(PRODUCTS, body=secret)
	exchanges = []
	Transport(URL, on_exchange=exchanges.append).send("GET", "/admin/products")
	assert exchanges[0].response_body == f"(200, {len(secret)} bytes that are not Medusa's JSON)"
	error, exchange = sent(http, status=404, body=b"<html>the intranet</html>", url=PRODUCTS)
	assert "intranet" not in f"{exchange} {error.body}"


def test_medusas_own_answers_are_kept(http):
	"""What it has saved, and what it refuses."""
	http.get(PRODUCTS, json={"products": [{"id": "prod_1"}]})
	exchanges = []
	Transport(URL, on_exchange=exchanges.append).send("GET", "/admin/products")
	assert exchanges[0].response_body == {"products": [{"id": "prod_1"}]}


@pytest.mark.parametrize(
	"id", ["x" * 141, "../../users", "a b", "<img src=x onerror=alert(1)>", "", "prod\n"]
)
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_an_id_that_cannot_be_one(http, client, product, generation, id):
	"""Medusa's fault, said so, and tried again; wherever an answer has it."""
	good = {"id": "prod_1", "handle": "nitrile-gloves-1", "title": "x"}
	for remote in (
		{**good, "id": id},
		{**good, "variants": [{"id": id, "title": "Default", "sku": "GLOVE-1"}]},
	):
		http.reset()
		http.get(f"{PRODUCTS}/prod_1", json={"product": remote})
		with pytest.raises(UnexpectedAnswer, match="invalid ID") as caught:
			client(generation).products.calls.retrieve("prod_1")
		assert caught.value.retryable and len(str(caught.value)) < 250


def test_names_of_others_are_not_taken_for_ids(http):
	"""What people keep in metadata, and the names under which files are stored."""
	answer = {"product": {"id": "prod_1", "metadata": {"id": "a b"}}, "files": [{"id": "1-Bild 1.png"}]}
	http.get(PRODUCTS, json=answer)
	assert Transport(URL).send("GET", "/admin/products") == answer


@pytest.mark.parametrize(
	"answer", [{"products": {}}, {"products": [1]}, {"products": None}, {"product": []}, {}]
)
def test_an_answer_of_another_shape(http, client, answer):
	"""A list where there is to be one, and things with ids in it."""
	http.get(PRODUCTS, json=answer)
	with pytest.raises(UnexpectedAnswer):
		client().products.read(["prod_1"])


@pytest.mark.parametrize(
	"policy, words", [("", "Forbidden"), ("product:update", "Required policies: product:update")]
)
def test_a_missing_permission_concerns_all_and_is_named(product, policy, words):
	"""Role-based access of v2: it forbids whoever asks, and not what was sent."""
	with simulator("v2") as medusa, connected(medusa) as client:
		client.products.extras  # noqa: B018
		medusa.fail("POST", "/admin/products/batch", faults.forbidden(policy), times=None)
		with pytest.raises(Forbidden, match=words) as caught:
			client.products.save([product(1), product(2)])
		assert not caught.value.retryable
		assert len(medusa.sent("POST", "/admin/products/batch")) == 2  # one of them asked about extras


def connected(medusa):
	from medusa_integration.mirror import connect
	from medusa_integration.mirror.values import Target

	return connect(Target(url=medusa.url, email=medusa.email, password=medusa.password), sleep=lambda _: None)


def test_a_route_of_the_shop_forbids_one_document(http, client):
	"""Medusa was extended by it: what it forbids is about this order."""
	from medusa_integration.medusa.errors import Invalid
	from medusa_integration.mirror.order_values import OrderStatus

	http.post(
		f"{URL}/store/order-update", status=403, json={"type": "forbidden", "message": "Not this order"}
	)
	order = OrderStatus("SO-1", "order_1", "cus_1", "Submitted", "Unpaid", 0, 1, 1)
	(outcome,) = client().orders.update([order])
	assert type(outcome.error) is Invalid and "Not this order" in str(outcome.error)


@pytest.mark.parametrize(
	"answer, words",
	[
		({"mfa_required": True, "mfa_challenge": {"id": "x"}, "token": jwt()}, "wants a second factor"),
		({"verification_required": True, "token": jwt()}, "e-mail address to be verified"),
		({"token": "eyJhbGciOiJIUzI1NiJ9.eyJhY3Rvcl9pZCI6IiJ9.c2ln"}, "a token that stands for no user"),
	],
)
def test_a_sign_in_that_is_not_complete_is_no_wrong_password(http, client, answer, words):
	"""200, a token, but nobody is signed in by it: the administrator, and a customer of the shop."""
	http.get(PRODUCTS, status=401, json={"message": "Unauthorized"})
	http.post(f"{URL}/auth/user/emailpass", json=answer)
	medusa = client()
	with pytest.raises(SignInFailed, match=words) as caught:
		medusa.products.read(["prod_1"])
	assert "does not accept" not in str(caught.value)
	http.post(f"{URL}/auth/customer/emailpass", json=answer)
	with pytest.raises(SignInIncomplete, match=words) as caught:
		medusa.accounts.log_in("a@example.com", "hunter2", route=None, origin=None)
	assert not isinstance(caught.value, Unauthorized)


@pytest.mark.parametrize("token", ["x" * 12_001, "a\nb", "ü", 'a"b c'])
def test_a_token_that_no_header_takes(http, client, token):
	"""It is Medusa's fault, and nobody's key has odd characters."""
	http.get(PRODUCTS, status=401, json={"message": "Unauthorized"})
	http.post(f"{URL}/auth/user/emailpass", json={"token": token})
	with pytest.raises(UnexpectedAnswer, match="invalid token"):
		client().products.read(["prod_1"])


@pytest.mark.parametrize(
	"claims", [{"exp": 1e300}, {"exp": "inf"}, {"exp": -5}, {"exp": 10**400}, {"exp": [1]}, [], 7]
)
def test_a_token_that_ends_at_no_time(claims):
	"""A date that no calendar has is no end."""
	import base64

	part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
	assert expires_at(f"a.{part}.c") is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_credentials_follow_a_redirect(http, client, status):
	"""Whoever callers are sent on to gets neither the password nor the token."""
	http.get(PRODUCTS, status=status, headers={"Location": "https://evil.example.org/admin/products"})
	with pytest.raises((WrongAddress, NotMedusa), match=r"https://evil\.example\.org/admin/products"):
		client().products.read(["prod_1"])
	assert {call.request.url.partition("/admin")[0] for call in http.calls} == {URL}


@pytest.mark.parametrize(
	"header, seconds",
	[
		("99999999999999999999", 21_600),
		("9" * 5000, None),
		("Fri, 31 Dec 9999 23:59:59 GMT", 21_600),
		("Thu, 01 Jan 1970 00:00:00 GMT", 0),
		("-5", None),
		("nan", None),
		("1e9", None),
		("soon", None),
	],
)
def test_a_retry_after_that_nobody_can_mean(http, header, seconds):
	"""Six hours at most; what is no number and no date counts as not said."""
	error, _ = sent(http, status=429, headers={"Retry-After": header})
	assert error.retry_after == seconds and len(str(error)) < 150
