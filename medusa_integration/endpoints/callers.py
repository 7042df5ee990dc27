"""Where a call comes from: the address by which calls are counted.

Everybody can write any `X-Forwarded-For`; each proxy on the way appends the address that it was called from.
So only the entries that trusted proxies have written count, and they are counted from the right.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

import frappe
from frappe.utils import cint

from medusa_integration.endpoints.access import is_shop
from medusa_integration.settings import number

# "1.2.3.4:5678" and "[2001:db8::1]:5678", as some proxies write it
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](:\d+)?|(?P<v4>[\d.]+):\d+")
LONGEST = 64
# whoever has one address of IPv6 has the whole network, as a rule
IPV6_NETWORK = 64


def caller_address() -> str | None:
	"""Return the address of whoever calls, as `ipaddress` writes it; of IPv6 its network of 64 bits.

	With *Trusted Proxies* n it is the n-th entry of `X-Forwarded-For` from the right, or the first if there
	are fewer; with 0, without the header, and where that is no address, it is the connection's own. The
	shop's server is one proxy more: it may send its visitor's address, else it is None, as it calls for
	everybody. None outside of a request, too.
	"""
	request = getattr(frappe.local, "request", None)
	if not request:
		return None
	forwarded = _forwarded(request.headers.get("X-Forwarded-For"))
	proxies = cint(number("trusted_proxies"))
	if is_shop():
		return forwarded[-proxies - 1] if len(forwarded) > proxies else None
	entry = forwarded[-min(proxies, len(forwarded))] if proxies and forwarded else None
	return entry or as_address(request.remote_addr)


def as_address(text: str | None) -> str | None:
	"""The address that the text is, in one way of writing; None if it is none."""
	text = (text or "").strip()
	if len(text) > LONGEST:
		return None
	if match := WITH_PORT.fullmatch(text):
		text = match["v6"] or match["v4"]
	try:
		address = ip_address(text)
	except ValueError:
		return None
	if not isinstance(address, IPv6Address):
		return str(address)
	if address.ipv4_mapped:
		return str(address.ipv4_mapped)
	return str(IPv6Address(int(address) >> IPV6_NETWORK << IPV6_NETWORK))


def _forwarded(header: str | None) -> list[str | None]:
	return [as_address(entry) for entry in header.split(",")] if header else []
