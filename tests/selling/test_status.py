"""What is told of an order, from what its documents say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration.selling.order.status import URGENCY, order_status, payment_status

SALES_INVOICE = ("Overdue", "Unpaid", "Partly Paid", "Paid", "Credit Note Issued", "Submitted")


@pytest.mark.contract(113)
@pytest.mark.parametrize(
	("docstatus", "status", "told"),
	[
		(0, "Draft", "Pending"),
		(0, None, "Pending"),
		(1, "To Deliver and Bill", "To Deliver and Bill"),
		(1, "To Pay", "To Pay"),
		(1, "On Hold", "On Hold"),
		(1, "Closed", "Closed"),
		(2, "Cancelled", "Cancelled"),
	],
)
def test_a_draft_is_pending(docstatus, status, told):
	assert order_status(docstatus, status) == told


@pytest.mark.contract(108, 114)
@pytest.mark.parametrize(
	("invoices", "told"),
	[
		([], "Unpaid"),
		([("Paid", False)], "Paid"),
		([("Credit Note Issued", False), ("Return", True)], "Credit Note Issued"),
		([("Return", True)], "Return"),
		([("Paid", False), ("Overdue", False), ("Unpaid", False)], "Overdue"),
		([("Partly Paid", False), ("Unpaid", False)], "Unpaid"),
		([("Paid", False), ("Partly Paid", False)], "Partly Paid"),
		([("Credit Note Issued", False), ("Paid", False)], "Paid"),
		([("Overdue and Discounted", False), ("Unpaid", False)], "Overdue"),
		([("Unpaid and Discounted", False)], "Unpaid"),
		([("Partly Paid and Discounted", False), ("Paid", False)], "Partly Paid"),
	],
)
def test_of_several_invoices_the_one_that_needs_most(invoices, told):
	assert payment_status(invoices) == told


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SALES_INVOICE), st.booleans()), min_size=1))
def test_neither_order_nor_returns_matter(invoices):
	"""It is one of the statuses, the same however they are ordered, and no return hides an invoice."""
	told = payment_status(invoices)
	assert told == payment_status(reversed(invoices))
	own = {status for status, is_return in invoices if not is_return}
	assert told in (own or {status for status, _ in invoices})
	assert not own & set(URGENCY) or told in URGENCY
