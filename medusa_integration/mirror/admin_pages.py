"""The pages of Medusa's admin that a person opens."""

from __future__ import annotations

from urllib.parse import quote


def order_page(url: str | None, generation: str | None, order_id: str) -> str | None:
	"""Return the address of an order's page in Medusa's admin, None where it is not known.

	The admin of Medusa 2 is served by the backend under /app. That of Medusa 1 is a server of its own.

	Args:
		url: Of the backend.
		generation: "v1", "v2", or None if it is not known.
		order_id: Medusa's id.
	"""
	base = (url or "").strip().rstrip("/")
	if generation != "v2" or not base.lower().startswith(("https://", "http://")):
		return None
	return f"{base}/app/orders/{quote(order_id, safe='')}"
