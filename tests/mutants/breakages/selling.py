"""Breakages of orders and prices told to Medusa: statements 101 to 125."""

from tests.mutants.breakage import Breakage

RIM = "api.py"
EXPORT = "selling/order/send_now.py"
ORDERS = "selling/order/exporter.py"
STATUS = "selling/order/status.py"
PRICES = "catalogue/price/exporter.py"
PRICE_JOBS = "catalogue/price/nightly.py"
ROUTES = "mirror/orders.py"

BREAKAGES = [
	Breakage(101, RIM, "endpoint(DOCUMENTED)(missing_prices.sync", "(missing_prices.sync"),
	Breakage(
		102, RIM, "endpoint(DOCUMENTED, methods=WRITE, event=", "endpoint(Storefront(), methods=WRITE, event="
	),
	Breakage(
		103, RIM, "endpoint(DOCUMENTED)(missing_prices", "endpoint(DOCUMENTED, methods=READ)(missing_prices"
	),
	Breakage(104, "selling/order/events.py", "		changes.note(orders=[doc.name])\n", "		pass\n"),
	Breakage(105, "selling/order/events.py", "	if doc.docstatus:\n", "	if False:\n"),
	Breakage(
		106,
		"selling/order/events.py",
		"""also of returns.\"\"\"
	changes.note(linked=linked_orders(doc))
""",
		"""also of returns.\"\"\"
""",
	),
	Breakage(
		107,
		"selling/order/events.py",
		"invoices={row.reference_name for row in rows if row.reference_doctype == SALES_INVOICE},",
		"invoices=(),",
	),
	Breakage(108, STATUS, "		return UNPAID\n", '		return "Paid"\n'),
	Breakage(109, ROUTES, '"/store/order-update"', '"/store/orders-update"'),
	Breakage(110, ORDERS, "	if not row.medusa_order_id:\n", "	if False:\n"),
	Breakage(111, EXPORT, "method: Text | None = None) ->", "method: Text) ->"),
	Breakage(112, ORDERS, "customer_id=row.customer_id,", "customer_id=row.customer,"),
	Breakage(
		113,
		STATUS,
		'return "Pending" if docstatus == 0 or not status else status',
		'return status or "Draft"',
	),
	Breakage(114, ORDERS, "payment_status=row.payment_status,", "payment_status=status.UNPAID,"),
	Breakage(115, ORDERS, "discount_amount=row.discount_amount or 0", "discount_amount=0"),
	Breakage(116, ORDERS, "net_total=row.net_total or 0", "net_total=row.grand_total or 0"),
	Breakage(117, ORDERS, "grand_total=row.grand_total or 0", "grand_total=row.net_total or 0"),
	Breakage(
		118,
		ROUTES,
		'"grand_total": order.grand_total,',
		'"grand_total": order.grand_total, "currency": None,',
	),
	Breakage(119, PRICES, '{"medusa_id": ids[0], "medusa_price_id"', '{"medusa_id": None, "medusa_price_id"'),
	Breakage(120, PRICE_JOBS, "[*wanted, *untold], LANE, wakes=False", "untold, LANE, wakes=False"),
	Breakage(
		121,
		PRICE_JOBS,
		"		frappe.enqueue(JOB, queue=QUEUE",
		"		frappe.enqueue(JOB, now=True, queue=QUEUE",
	),
	Breakage(122, PRICE_JOBS, ".where(is_set(website_item.medusa_variant_id))", ""),
	Breakage(123, "catalogue/price/reasons.py", "if row.customer or row.supplier:", "if row.supplier:"),
	Breakage(124, PRICE_JOBS, "		.where(is_not_set(price.medusa_price_id))\n", ""),
	Breakage(125, EXPORT, '"status": status,\n', ""),
]
