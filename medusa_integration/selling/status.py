"""What an order's documents say about it: pure functions, no site."""

from __future__ import annotations

from collections.abc import Iterable

UNPAID = "Unpaid"
# what still needs most stands first
URGENCY = ("Overdue", UNPAID, "Partly Paid", "Paid")
DISCOUNTED = " and Discounted"


def order_status(docstatus: int, status: str | None) -> str:
	"""The status that Medusa is told: "Pending" for a draft, else ERPNext's own (contract 113)."""
	return "Pending" if docstatus == 0 or not status else status


def payment_status(invoices: Iterable[tuple[str, bool]]) -> str:
	"""The payment status of an order from its submitted invoices, each as (status, whether it is a return).

	Of several, the one that still needs most; returns count only when nothing else is left; "Unpaid" without
	any (contract 108, 114).
	"""
	invoices = list(invoices)
	statuses = [status for status, is_return in invoices if not is_return]
	statuses = statuses or [status for status, _is_return in invoices]
	if not statuses:
		return UNPAID
	# an invoice that is discounted at a bank is as paid by its customer as it was before
	return min((status.removesuffix(DISCOUNTED) for status in statuses), key=_urgency)


def _urgency(status: str) -> tuple[int, str]:
	rank = URGENCY.index(status) if status in URGENCY else len(URGENCY)
	return rank, status
