"""Records of the app as its jobs leave them, with text of strangers in each; written without events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
	from frappe.model.document import Document

	from tests.support.shop import Shop

# whatever shows it as HTML makes an element of it, and runs this; of nothing else Frappe would hide the field
ATTACK = 'cus_1 <img src="x" onerror="window.attacked=1">'
ADDRESS = f"https://medusa.example.com/store/customers/{ATTACK}"
LISTED = (
	"Email OTP",
	"Medusa Event",
	"Medusa Order",
	"Medusa Order Backfill",
	"Medusa Product Facet",
	"Medusa Reconciliation",
	"Medusa Reconciliation Finding",
	"Medusa Request Log",
	"Medusa Sync Task",
	"Medusa Wishlist",
	"Opportunity Contact",
	"Product Suggestions",
	"Website Coupon Code",
	"Website Item Review",
)
# what a user of Desk may add, and what may be changed
ADDED = ("Opportunity Contact", "Product Suggestions", "Website Coupon Code")
CHANGED = (*ADDED, "Website Item Review")
SINGLES = ("Expiring Items", "Homepage Landing", "Medusa Configuration", "Product Collection")


def insert(shop: Shop, doctype: str, **values: Any) -> Document:
	"""A record as it is in the database; gone after the test, committed."""
	import frappe

	document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
	document.db_insert()
	frappe.db.commit()
	return shop.site.added(document)


def task(shop: Shop, status: str, **values: Any) -> Document:
	"""A task of a Website Item that is not there."""
	defaults = {
		"reference_doctype": "Website Item",
		"reference_name": f"WEB-{shop.mark}-{shop._next()}",
		"operation": "Upsert",
		"lane": "product",
		"status": status,
	}
	return insert(shop, "Medusa Sync Task", **{**defaults, **values})


def with_attacks(shop: Shop) -> dict[str, Document]:
	"""One record of each DocType of `LISTED`, by DocType."""
	import frappe

	now = frappe.utils.now_datetime()
	run = insert(shop, "Medusa Reconciliation", status="Failed", started_at=now, error=ATTACK, slot=shop.mark)
	sent = task(shop, "Failed", reference_doctype="Lead", reference_name=ATTACK, last_error=ATTACK)
	words = {"title": ATTACK, "words": ATTACK, "held_up": ATTACK, "medusa_id": ATTACK}
	finding = insert(
		shop,
		"Medusa Reconciliation Finding",
		**{
			"state": "Open",
			"kind": "Orphaned",
			"subject": "Product",
			"identity": shop.mark,
			"lane": "product",
		},
		**{"reference_doctype": "Website Item", "reference_name": ATTACK, "run": run.name, "seen_at": now},
		**words,
	)
	log = insert(
		shop,
		"Medusa Request Log",
		**{"status": "Failure", "http_method": "POST", "url": ADDRESS, "status_code": 404, "error": ATTACK},
		**{"voucher_type": "Lead", "voucher_name": ATTACK, "sync_task": sent.name, "duration_ms": 12},
		payload=frappe.as_json({"note": ATTACK}),
		response=ATTACK,
	)
	hint = insert(
		shop, "Medusa Event", event_type=ATTACK, aggregate=ATTACK, aggregate_id=ATTACK, source=ATTACK
	)
	states = {"order_status": ATTACK, "payment_status": ATTACK, "fulfillment_status": ATTACK}
	order = insert(shop, "Medusa Order", display_id=ATTACK, currency="USD", grand_total=12.5, **states)
	past = insert(
		shop,
		"Medusa Order Backfill",
		**{"status": "Completed", "dry_run": 1, "from_date": "2026-05-01", "to_date": "2026-05-31"},
		**{"money": ATTACK, "unknown_items": ATTACK, "reasons": ATTACK, "error": ATTACK},
	)
	code = insert(shop, "Email OTP", email=f"{shop.mark}@example.com", purpose="Login", status="Expired")
	records = (code, hint, order, past, run, finding, log, sent, *of_visitors(shop))
	return {document.doctype: document for document in records}


def of_visitors(shop: Shop) -> list[Document]:
	"""What visitors of the shop leave, and what their products are found by."""
	import frappe

	item = {"website_item": shop.website_item().name}
	return [
		insert(shop, "Medusa Product Facet", **item, kind="colour", value=ATTACK, value_key=ATTACK),
		insert(shop, "Medusa Wishlist", **item, medusa_customer_id=ATTACK),
		insert(
			shop,
			"Website Item Review",
			**item,
			**{"medusa_customer_id": ATTACK, "customer_name": ATTACK, "review": ATTACK, "rating": 1},
			date=frappe.utils.today(),
		),
		insert(
			shop,
			"Product Suggestions",
			**{"product_name": ATTACK, "product_short_description": ATTACK, "product_link": ATTACK},
			**{"product_supplier": ATTACK, "supplier_details": ATTACK, "suggested_by": ATTACK},
			contact_number=ATTACK,
		),
		insert(
			shop,
			"Opportunity Contact",
			**{"type": "Inspection", "status": "New", "first_name": ATTACK, "email": ATTACK},
			**{"mobile_no": ATTACK, "city": ATTACK},
		),
		insert(shop, "Website Coupon Code", name=f"C{shop.mark}", code=f"C{shop.mark}"),
	]
