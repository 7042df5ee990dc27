"""What of ERPNext the tests call and what differs between its versions, in one form."""

from __future__ import annotations

from typing import Any


def item_price(args: dict[str, Any], item_code: str) -> tuple[str, float] | None:
	"""(name, rate) of the Item Price that ERPNext takes first; None without one.

	ERPNext 15 answers tuples, 16 dicts.
	"""
	from erpnext.stock import get_item_details

	rows = get_item_details.get_item_price(args, item_code)
	if not rows:
		return None
	first = rows[0]
	return (first["name"], first["price_list_rate"]) if isinstance(first, dict) else (first[0], first[1])
