"""No secret is ever shown: not in bodies, texts or addresses,
whatever they are called and wherever they stand.
"""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.medusa.masking import mask, mask_text, mask_url, shown

SECRET = "correct-horse-1234"
NAMES = (
	"password",
	"Password",
	"new_password",
	"passwd",
	"access_token",
	"TOKEN",
	"emailOtp",
	"otp",
	"client-secret",
	"Authorization",
	"api_key",
	"apiKey",
	"x-publishable-api-key",
	"Set-Cookie",
	"password_hash",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_is_masked_at_any_depth(name):
	"""Whatever stands under a secret's name is masked, in lists and dicts, in any case, whatever its type."""
	body = {"a": [{"b": {name: SECRET}}, {name: {"deep": SECRET}}, {name: [SECRET]}, {name: 123456}]}
	shown_body = json.dumps(mask(body))
	assert SECRET not in shown_body and "123456" not in shown_body
	assert mask(body)["a"][0]["b"] == {name: "***"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
	"text",
	[
		'{{"x": 1, "{name}": "{value}"}}',
		'{{"x": 1, "{name}":"{value}',
		'{{\\"{name}\\": \\"{value}\\", \\"x\\": 1}}',
		"x=1&{name}={value}&y=2",
		"<p>{name}: {value}</p>",
		"{{'{name}': '{value}'}}",
		"{name} = {value}",
	],
)
def test_a_secret_is_masked_in_a_text(name, text):
	"""A text body (JSON that was cut off, a form, HTML, a log line) keeps no secret either."""
	masked = mask_text(text.format(name=name, value=SECRET))
	assert SECRET not in masked and "***" in masked


@pytest.mark.parametrize(
	"text",
	[
		"Authorization: Bearer abcdefgh12345",
		"Cookie: connect.sid=s%3Aabcdef; other=abcdef",
		"sent with Bearer abcdefgh12345 in it",
		"Basic c2tfYWJjZGVmMTIzNDU2Og==",
		"token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmNkZWYifQ.abcdef_-1",
		"sk_abcdef1234567890abcdef is refused",
	],
)
def test_tokens_are_known_by_their_shape(text):
	"""A token in running text is masked even when nothing names it."""
	assert "abcdef" not in mask_text(text)


def test_addresses_keep_what_is_not_secret():
	"""Only secrets leave an address: from its query, and from in front of the host."""
	url = "https://user:pw@shop.example.com:8443/a/b?x=1&Token=abc&api_key=d%20e&flag&handle%5B%5D=g#f"
	assert mask_url(url) == (
		"https://shop.example.com:8443/a/b?x=1&Token=***&api_key=***&flag&handle%5B%5D=g#f"
	)


def test_what_is_not_secret_stays():
	"""A product's body is shown as it was sent."""
	body = {"title": "Gloves", "options": [{"title": "Default"}], "ranking": 3, "ok": True, "none": None}
	assert mask(body) == body


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_any_json_can_be_shown(body):
	"""Masking never fails and keeps the shape."""
	assert isinstance(mask(body), list) == isinstance(body, list)


NAMES = st.sampled_from(["title", "Password", "api_key", "body", "otp", "x-cookie"])
TEXTS = st.sampled_from(["gloves", "Bearer abcdefgh12345", "pk_abcdef123456789", "token=abc", "a hotpot", ""])


@given(st.dictionaries(NAMES, TEXTS | st.integers() | st.lists(TEXTS) | st.dictionaries(NAMES, TEXTS)))
def test_what_is_shown_is_masked(body):
	"""Looking for secrets first finds whatever masking would take out."""
	assert shown(body) == mask(body)


# all that a pattern which looks away from case takes for one of these letters
SAME = {"s": "Ss\u017f", "k": "Kk\u212a", "i": "Ii\u0130\u0131"}


@given(
	st.sampled_from(["password", "access_token", "otp", "client_secret", "authorization", "apikey"])
	| st.sampled_from(["api_key", "api-key", "cookie"]),
	st.randoms(use_true_random=False),
)
def test_no_spelling_hides_a_secret(name, random):
	"""Nothing that masking takes for a secret's name is overlooked by the look before it,
	in whatever letters.
	"""
	name = "".join(random.choice(SAME.get(letter, letter + letter.upper())) for letter in name)
	assert shown({"gloves": {name: SECRET}}) == {"gloves": {name: "***"}}


@pytest.mark.parametrize(
	"text", ["Bearer abcdefgh12345", "Basic c2tfYWJjZGVmMTIzNDU2Og==", "sk_abcdef1234567890abcdef"]
)
def test_no_spelling_hides_a_token(text):
	"""The same for what is known by its shape."""
	for spelled in (text, text.upper(), text.replace("i", "\u0130"), text.replace("s", "\u017f")):
		assert shown({"body": spelled}) == mask({"body": spelled})


def test_bytes_are_never_shown():
	"""What is no JSON is masked all the same."""
	assert shown({"content": b"abc"}) == {"content": "(3 bytes)"}


def test_long_bodies_are_cut_after_masking():
	"""What is kept of a body is bounded, and cutting it does not bring a secret back."""
	kept = shown({"password": SECRET, "text": "x" * 50_000})
	assert isinstance(kept, str) and len(kept) < 20_050 and SECRET not in kept


@pytest.mark.parametrize("text", ["x" * 100_000, "token" * 20_000, '"' * 100_000, "a=" * 50_000])
def test_masking_takes_no_longer_than_the_text(text):
	"""A long word does not make the log slow."""
	started = time.process_time()
	mask_text(text)
	assert time.process_time() - started < 1


def test_a_text_of_ten_megabytes_takes_no_time():
	"""What is looked through is bounded, and what is not is left out."""
	started = time.process_time()
	masked = mask_text("password=abc token otp " * 450_000)
	assert time.process_time() - started < 1
	assert len(masked) < 30_000 and "abc" not in masked
