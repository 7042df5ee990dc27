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
	"Medusa Reconciliation",
	"Medusa Reconciliation Finding",
	"Medusa Request Log",
	"Medusa Sync Task",
)
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
	code = insert(shop, "Email OTP", email=f"{shop.mark}@example.com", purpose="Login", status="Expired")
	return {document.doctype: document for document in (code, run, finding, log, sent)}
