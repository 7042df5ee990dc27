"""Medusa's ids: what they look like, and where an answer has one that does not."""

from __future__ import annotations

import re

VALID = re.compile(r"[A-Za-z0-9_.-]{1,140}")
"""What an id of Medusa's is made of: it becomes part of addresses, and a value of 140 characters at most."""
_IDS = frozenset(
	{
		*("id", "product_id", "variant_id", "collection_id", "inventory_item_id", "location_id"),
		*("price_list_id", "customer_id", "default_sales_channel_id", "default_location_id"),
	}
)
# what is in these is not Medusa's own to name: people's values, and names of files
_OTHERS = frozenset({"metadata", "files", "uploads"})


def is_id(value: object) -> bool:
	"""Whether this can be an id of Medusa's."""
	return isinstance(value, str) and bool(VALID.fullmatch(value))


def odd_id(answer: object, levels: int) -> str | None:
	"""The first id in an answer that cannot be one; None when all can.

	Raises RecursionError for an answer that is nested deeper than so many levels.
	"""
	ours, others = [answer], []
	for _ in range(levels):
		inner, others = [], [item for container in others for item in _containers(container)]
		for container in ours:
			if isinstance(container, list):
				inner += _containers(container)
				continue
			for key, value in container.items():
				if isinstance(value, (dict, list)):
					(others if key in _OTHERS else inner).append(value)
				elif key in _IDS and isinstance(value, str) and not VALID.fullmatch(value):
					return value
		ours = inner
		if not (ours or others):
			return None
	raise RecursionError


def _containers(container: dict | list) -> list:
	items = container.values() if isinstance(container, dict) else container
	return [item for item in items if isinstance(item, (dict, list))]
