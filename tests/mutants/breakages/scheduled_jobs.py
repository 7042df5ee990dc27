"""Breakages of the scheduled jobs: statements 1 to 41."""

from tests.mutants.breakage import Breakage

HOOKS = "hooks.py"
BULK = "catalogue/bulk_export.py"
PRICES = "catalogue/price/exporter.py"
PRICE_JOBS = "catalogue/price/nightly.py"
CLEARANCE = "storefront/clearance.py"
TOP_SELLERS = "storefront/top_sellers.py"
MAILS = "selling/mail_queue.py"
OTP = "customers/otp/expiry.py"
JOBS = "sync/jobs.py"


def unhooked(statement: int, job: str) -> Breakage:
	"""The job is in no list of `scheduler_events`."""
	return Breakage(statement, HOOKS, f'			"medusa_integration.api.{job}",\n', "")


BREAKAGES = [
	Breakage(1, HOOKS, "scheduler_events = {", "events_of_the_scheduler = {"),
	Breakage(2, "sync/health.py", "if is_scheduler_inactive(verbose=False):", "if False:"),
	Breakage(3, JOBS, '"status": status, "details": details}', '"status": "Complete", "details": details}'),
	unhooked(4, "expire_otps"),
	unhooked(5, "send_quotation_emails"),
	Breakage(
		6,
		MAILS,
		'(row.reference_doctype == QUOTATION) & (row.status == "Not Sent")',
		'(row.status == "Not Sent")',
	),
	Breakage(7, MAILS, "		email_queue.send_now(name)\n", ""),
	Breakage(8, "selling/quotation/events.py", "		_mail(doc)\n", "		pass\n"),
	unhooked(9, "expire_otps"),
	Breakage(10, OTP, '.set(otp.status, "Expired")', '.set(otp.status, "Pending")'),
	Breakage(11, OTP, '		frappe.db.delete(OTP, {"name": ("in", names)})\n', ""),
	Breakage(12, MAILS, "		.limit(MAILS)\n", ""),
	unhooked(13, "sync_missing_prices_to_medusa"),
	unhooked(14, "fetch_clearance_items"),
	Breakage(
		15, CLEARANCE, "chosen = item.custom_clearance_item == 1", "chosen = item.custom_clearance_item == 2"
	),
	Breakage(16, CLEARANCE, '"best_deals", [*by_hand, *deals]', '"best_deals", by_hand'),
	unhooked(17, "add_top_selling_items_to_collection"),
	Breakage(18, TOP_SELLERS, ".where(sold.docstatus == 1)", ".where(sold.docstatus >= 0)"),
	Breakage(19, "setup/top_categories.py", '("Infection Control", "infection', '("Infection", "infection'),
	Breakage(
		20,
		TOP_SELLERS,
		"collection.set(fieldname, tables[fieldname])",
		"collection.extend(fieldname, tables[fieldname])",
	),
	Breakage(21, TOP_SELLERS, '		.limit(number("top_sellers_limit"))\n', ""),
	Breakage(22, TOP_SELLERS, "tables[category.target_table] += rows", "tables[category.target_table] = []"),
	unhooked(23, "export_items_and_images_custom"),
	Breakage(24, BULK, ".where((item.published == 1) & empty)", ".where(empty)"),
	Breakage(25, BULK, "BATCHES = 4", "BATCHES = 3"),
	Breakage(
		26,
		BULK,
		'"medusa_integration.api.export_items_batch"',
		'"medusa_integration.catalogue.bulk_export.export_items_batch"',
	),
	Breakage(27, BULK, 'job_name=f"export_items_batch_{i}"', 'job_name="export_items_batch"'),
	Breakage(28, BULK, "TIMEOUT = 28800", "TIMEOUT = 3600"),
	Breakage(29, BULK, "get(QUEUE) != 0:", "get(QUEUE) == 0:"),
	Breakage(
		30,
		BULK,
		"share = Share(LANE, unsynced_names(), batch",
		"share = Share(LANE, unsynced_names(), 2 * batch",
	),
	Breakage(
		31,
		"catalogue/product/exporter.py",
		'"medusa_variant_id": outcome.variant_id or known}',
		'"medusa_variant_id": known}',
	),
	unhooked(32, "sync_missing_prices_to_medusa"),
	Breakage(33, "catalogue/price/reasons.py", "if row.customer or row.supplier:", "if row.supplier:"),
	Breakage(34, PRICES, '"medusa_price_id": ids[1]}', '"medusa_price_id": None}'),
	Breakage(
		35,
		PRICE_JOBS,
		".where(is_not_set(price.medusa_price_id))",
		".where(price.medusa_price_id.isnotnull())",
	),
	Breakage(36, HOOKS, '	"daily_long": ["medusa_integration.api.update_webitem_stock"],\n', ""),
	Breakage(
		37, "catalogue/stock/daily.py", "stock_state.read_all(ROWS)", "[next(stock_state.read_all(ROWS))]"
	),
	Breakage(
		38, "catalogue/stock/daily.py", "	stock_queue.record(stock_levels.outdated(rows, found))\n", ""
	),
	Breakage(39, HOOKS, '"daily_long": [', '"daily": ['),
	Breakage(40, JOBS, '			frappe.log_error(f"Medusa: {name} failed")\n', ""),
	Breakage(41, JOBS, "tell_the_scheduler(method, str(error))", "pass"),
]
