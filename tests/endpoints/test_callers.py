"""Which address a call is counted by: the trusted proxies', the connection's, or the shop's visitor's."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.endpoints.callers import as_address


def forwarded(*addresses: str) -> dict[str, str]:
	return {"X-Forwarded-For": ", ".join(addresses)}


@pytest.fixture
def ask(call):
	"""`ask(addresses)` calls what one address may call twice an hour; answers the status."""

	def ask(*addresses: str, who: str | None = None, email: str | None = None) -> int:
		email = email or f"{frappe.generate_hash(length=10)}@example.com"
		return call(who, "sign_up", json={"email": email}, headers_too=forwarded(*addresses)).status_code

	return ask


@pytest.mark.parametrize(
	("text", "address"),
	[
		("198.51.100.7", "198.51.100.7"),
		(" 198.51.100.7 ", "198.51.100.7"),
		("198.51.100.7:4711", "198.51.100.7"),
		("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
		("2001:DB8:1:2::9", "2001:db8:1:2::"),
		("[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
		("fe80::1%eth0", "fe80::"),
		("::ffff:198.51.100.7", "198.51.100.7"),
		("198.51.100.256", None),
		("198.51.100", None),
		("unknown", None),
		("", None),
		(None, None),
		("fe80::1%" + "x" * 30_000, None),
		("9" * 30_000, None),
		("١٩٨.51.100.7", None),
	],
)
def test_what_an_address_is(text, address):
	"""Of IPv6 it is the network, as whoever has one address there has all of it."""
	assert as_address(text) == address


def test_what_a_caller_writes_is_not_believed(ask, settings):
	"""nginx appends the address that it was called from, whatever the caller has sent."""
	settings(trusted_proxies=1)
	statuses = [ask(f"203.0.113.{number}", "198.51.100.7") for number in range(4)]
	assert statuses == [200, 200, 429, 429]
	assert ask("203.0.113.1", "198.51.100.8") == 200


def test_as_many_proxies_as_are_trusted(ask, settings):
	"""A load balancer before nginx: the entry that it has written is the visitor's."""
	settings(trusted_proxies=2)
	assert [ask("203.0.113.1", f"198.51.100.{number}", "10.0.0.1") for number in range(1, 5)] == [200] * 4
	statuses = [ask(f"203.0.113.{number}", "198.51.100.9", "10.0.0.1") for number in range(3)]
	assert statuses == [200, 200, 429]
	# who comes past the load balancer is told apart, too
	assert [ask("198.51.100.20") for _ in range(3)] == [200, 200, 429]


def test_without_a_proxy_the_connection_counts(ask, settings):
	settings(trusted_proxies=0)
	assert [ask(f"203.0.113.{number}") for number in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("entry", ["unknown", "x" * 3000, "1.2.3", "<script>"])
def test_what_is_no_address_does_not_tell_callers_apart(ask, settings, entry):
	settings(trusted_proxies=1)
	assert [ask(f"{entry}{number}") for number in range(3)] == [200, 200, 429]


def test_what_is_sent_is_no_part_of_a_key(ask, settings):
	"""Neither a header of any length, nor an e-mail address in plain words."""
	settings(trusted_proxies=1)
	email = f"{'a' * 100}@example.com"
	assert ask("x" * 30_000, email=email) == 200
	keys = [key.decode() for key in frappe.cache.keys(frappe.cache.make_key("rl:medusa:").decode() + "*")]
	assert len(keys) >= 2
	assert max(map(len, keys)) < 200
	assert not any("aaaa" in key or "xxxx" in key or "example" in key for key in keys)


def test_the_shop_may_say_for_whom_it_calls(ask, settings):
	"""Its server is one more proxy that is trusted; without a visitor it calls for everybody."""
	settings(trusted_proxies=1)
	assert [ask("198.51.100.1", "10.0.0.9", who="storefront") for _ in range(3)] == [200, 200, 429]
	assert ask("198.51.100.2", "10.0.0.9", who="storefront") == 200
	assert [ask("10.0.0.9", who="storefront") for _ in range(4)] == [200] * 4
	# what the visitor has written stands before what the shop has
	statuses = [ask(f"203.0.113.{n}", "198.51.100.3", "10.0.0.9", who="storefront") for n in range(3)]
	assert statuses == [200, 200, 429]


def test_what_others_do_uses_up_nobodys_calls(ask, settings):
	"""Three an hour and e-mail address, but for each caller by itself."""
	settings(trusted_proxies=1)
	email = f"{frappe.generate_hash(length=10)}@example.com"
	assert [ask(f"198.51.100.{number}", email=email) for number in range(10)] == [200] * 10
