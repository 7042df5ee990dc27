"""Answers that are not Medusa's: whose they seem to be, and what may be kept of them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from .errors import shortened
from .verdicts import message_in

ENVELOPES = frozenset(
	{
		*("product", "products", "variant", "variants", "product_variants", "created", "updated", "deleted"),
		*("collection", "collections", "price_list", "price_lists", "prices", "uploads", "files"),
		*("store", "stores", "sales_channels", "stock_location", "stock_locations", "shipping_profiles"),
		*("inventory_item", "inventory_items", "user", "customer", "customer_id", "token", "access_token"),
		*("order", "orders", "message", "verification_required", "mfa_required"),
	}
)
"""What an answer of Medusa's has at its top: one of these at least."""
_title = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
LONGEST_NAME = 80


def described(body: object, headers: Mapping[str, str]) -> str:
	"""Whose answer it seems to be, as a sentence: by the title of its page and by its header Server.

	"" when neither says anything.
	"""
	found = _title.search(body[:20_000]) if isinstance(body, str) else None
	title = _plain(html.unescape(found[1])) if found else ""
	server = _plain(headers.get("Server") or "")
	named = [f'the page "{title}"'] if title else []
	named += [f"the server {server}"] if server else []
	return f"It seems to be {' of '.join(named)}." if named else ""


def kept(status: int, body: object, length: int) -> object:
	"""The answer as it may be kept: whole if it is of Medusa's shape, else as its status and its length in
	bytes. Whoever may set the address could otherwise read in the log whatever answers there.
	"""
	if not length:
		return None
	is_medusas = isinstance(body, dict) and (message_in(body) or not ENVELOPES.isdisjoint(body))
	return body if is_medusas else f"({status}, {length} bytes that are not Medusa's JSON)"


def _plain(text: str) -> str:
	"""One line without control characters, cut."""
	return shortened(" ".join("".join(c if c.isprintable() else " " for c in text).split()), LONGEST_NAME)
