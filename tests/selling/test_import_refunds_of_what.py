"""Refunds in Medusa: which invoice they are credited of, and which money is paid back."""

from __future__ import annotations

from medusa_integration.selling.order.imports.bills import bills_of


def test_what_a_user_has_cancelled_is_not_part_of_the_next_one(money):
	"""13.00 were paid back, and a user has cancelled both documents of it; then 5.00."""
	order = money.paid("26.00", refunds=["13.00"])
	money.done(order)
	money.cancel(money.entries(order)[1])
	money.cancel(money.invoices(order, is_return=1)[0])
	money.done(money.with_payment(order, "26.00", refunds=["13.00", ("5.00", 3)]))
	notes = money.invoices(order, is_return=1)
	assert [(note.docstatus, note.grand_total) for note in notes] == [(2, -13), (1, -5)]


def test_a_refund_is_for_its_own_credit_note(money):
	"""Also where a user has cancelled the payment of an older one, which is outstanding again."""
	order = money.paid("26.00", refunds=["13.00"])
	money.done(order)
	money.cancel(money.entries(order)[1])
	money.done(money.with_payment(order, "26.00", refunds=["13.00", ("5.00", 3)]))
	older, own = money.invoices(order, is_return=1)
	assert [(note.grand_total, note.outstanding_amount) for note in (older, own)] == [(-13, -13), (-5, 0)]
	paid = money.entries(order)[2]
	assert [(row.reference_name, row.allocated_amount) for row in paid.references] == [(own.name, -5)]


def test_what_is_not_allocated_is_paid_back_first(money):
	"""30.00 were captured of 26.00, which stay paid when 4.00 are refunded."""
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("30.00", refunds=["4.00"])
	money.done(order)
	assert money.sales_order(order).advance_paid == 26


def test_a_refund_before_the_last_capture(money):
	"""The credit note is not older than the invoice, which is of the day of that capture."""
	order = money.paid("20.00", ("6.00", 4), refunds=[("13.00", 3)])
	money.done(order)
	(invoice,), (note,) = money.invoices(order), money.invoices(order, is_return=1)
	assert (str(invoice.posting_date), str(note.posting_date)) == ("2026-12-04", "2026-12-04")
	assert str(note.posting_time) == str(invoice.posting_time)


def test_the_invoice_of_which_most_is_left_is_credited(money, sales):
	"""Two over 16.00: of the older one 15.00, so that 2.00 more are of the other."""
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("26.00")
	money.done(order)
	both = [sales.invoice(money.sales_order(order), qty=1) for _ in range(2)]
	assert [invoice.grand_total for invoice in both] == [16, 16]
	money.done(money.with_payment(order, "26.00", refunds=["15.00", ("2.00", 3)]))
	assert [(note.grand_total, note.return_against) for note in money.invoices(order, is_return=1)] == [
		(-15, both[0].name),
		(-2, both[1].name),
	]


def test_the_discount_of_the_document_is_of_the_items(money, sales):
	"""20.00 less 10.00, and 6.00 of charges, of which 8.00 are half; 10.00 more were never invoiced."""
	money.shop.set(invoice_paid_orders=0)
	order = money.paid("26.00")
	money.done(order)
	invoice = sales.invoice(
		money.sales_order(order), apply_discount_on="Net Total", discount_amount=10, payment_schedule=[]
	)
	assert (invoice.net_total, invoice.grand_total) == (10, 16)
	money.done(money.with_payment(order, "26.00", refunds=["18.00"]))
	(note,) = money.invoices(order, is_return=1)
	assert (note.items[0].rate, *(row.tax_amount for row in note.taxes)) == (5, -2.5, -0.5)


def test_of_an_invoice_of_several_orders_the_part_of_one_counts(money):
	"""10.00 of 40.00 are a quarter of 52.00, and of the 4.00 that are credited of it."""
	mark = money.shop.mark
	orders, invoice, note = [f"SO-{mark}-{number}" for number in (1, 2)], f"SI-{mark}", f"CN-{mark}"
	values = {"docstatus": 1, "posting_date": "2026-12-01", "conversion_rate": 1, "debit_to": "D"}
	money.shop._insert("Sales Invoice", [invoice], total=40, grand_total=52, outstanding_amount=48, **values)
	money.shop._insert(
		"Sales Invoice", [note], total=-4, grand_total=-4, is_return=1, return_against=invoice, **values
	)
	money.shop._insert(
		"Sales Invoice Item",
		[f"{invoice}-{number}" for number in (1, 2)],
		parent=invoice,
		parenttype="Sales Invoice",
		parentfield="items",
		sales_order=orders,
		amount=[10, 30],
	)
	assert [(bill.name, bill.amount) for bill in bills_of(orders[0])] == [(invoice, 13), (note, -1)]
	assert [(bill.name, bill.amount) for bill in bills_of(orders[1])] == [(invoice, 39), (note, -3)]


def test_an_invoice_of_which_an_order_has_only_what_was_free(money):
	"""It brings this order nothing, and neither does its credit note."""
	mark = money.shop.mark
	order, invoice, note = f"SO-{mark}", f"SI-{mark}", f"CN-{mark}"
	values = {"docstatus": 1, "posting_date": "2026-12-01", "conversion_rate": 1, "debit_to": "D"}
	money.shop._insert("Sales Invoice", [invoice], total=30, grand_total=30, **values)
	money.shop._insert(
		"Sales Invoice", [note], total=-4, grand_total=-4, is_return=1, return_against=invoice, **values
	)
	money.shop._insert(
		"Sales Invoice Item",
		[f"{invoice}-1"],
		parent=invoice,
		parenttype="Sales Invoice",
		parentfield="items",
		sales_order=order,
		amount=0,
	)
	assert [(bill.name, bill.amount) for bill in bills_of(order)] == [(invoice, 0), (note, 0)]
