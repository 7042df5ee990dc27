"""What an order's documents say about it: pure functions, no site."""

from __future__ import annotations

from collections.abc import Iterable

UNPAID = "Unpaid"
# what still needs most stands first
URGENCY = ("Overdue", UNPAID, "Partly Paid", "Paid")
SMALLEST_AMOUNT = 0.0005
DISCOUNTED = " and Discounted"


def order_status(docstatus: int, status: str | None) -> str:
	"""The status that Medusa is told: "Pending" for a draft, else ERPNext's own."""
	return "Pending" if docstatus == 0 or not status else status


def payment_status(invoices: Iterable[tuple[str, bool]], advance: float = 0, total: float = 0) -> str:
	"""Return the payment status of an order.

	Args:
		invoices: Its submitted invoices, each as (status, whether it is a return). Of several, the one that
			still needs most counts; returns only when nothing else is left.
		advance: What was paid of an order without an invoice.
		total: What is to be paid, in the same currency.

	Returns:
		A status of ERPNext's invoices; "Unpaid" without invoice and advance.
	"""
	invoices = list(invoices)
	statuses = [status for status, is_return in invoices if not is_return]
	statuses = statuses or [status for status, _is_return in invoices]
	if not statuses:
		return advance_status(advance, total)
	# an invoice that is discounted at a bank is as paid by its customer as it was before
	return min((status.removesuffix(DISCOUNTED) for status in statuses), key=_urgency)


def advance_status(advance: float, total: float) -> str:
	"""What an order without an invoice is told as, of whose `total` an `advance` was paid."""
	if advance <= 0:
		return UNPAID
	# less than the last digit of any currency is not owed
	return "Paid" if advance > total - SMALLEST_AMOUNT else "Partly Paid"


def _urgency(status: str) -> tuple[int, str]:
	rank = URGENCY.index(status) if status in URGENCY else len(URGENCY)
	return rank, status
