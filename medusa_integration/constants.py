"""Names that several packages share: DocTypes, and the states of a Medusa Sync Task."""

from __future__ import annotations

from enum import Enum

# the Frappe module of all that the app brings
MODULE = "Medusa Integration"

BRAND = "Brand"
CUSTOMER = "Customer"
DELIVERY_NOTE = "Delivery Note"
ITEM = "Item"
ITEM_GROUP = "Item Group"
ITEM_PRICE = "Item Price"
LEAD = "Lead"
PAYMENT_ENTRY = "Payment Entry"
QUOTATION = "Quotation"
SALES_INVOICE = "Sales Invoice"
SALES_ORDER = "Sales Order"
SALES_ORDER_ITEM = "Sales Order Item"
WEBSITE_ITEM = "Website Item"

# the app's own
BACKFILL = "Medusa Order Backfill"
EVENT = "Medusa Event"
EXPIRING_ITEMS = "Expiring Items"
FACET = "Medusa Product Facet"
HOMEPAGE = "Homepage Landing"
HOMEPAGE_ITEM = "Homepage Item"
MEDUSA_ORDER = "Medusa Order"
PRODUCT_COLLECTION = "Product Collection"
RECONCILIATION = "Medusa Reconciliation"
RECONCILIATION_FINDING = "Medusa Reconciliation Finding"
REQUEST_LOG = "Medusa Request Log"
REVIEW = "Website Item Review"
SYNC_TASK = "Medusa Sync Task"
WISHLIST = "Medusa Wishlist"


class Status(str, Enum):
	"""The state of a Medusa Sync Task. Each is the text that the database has."""

	#: due: the next worker sends it
	PENDING = "Pending"
	#: claimed: a worker holds it until its lease ends
	IN_PROGRESS = "In Progress"
	#: waits for the task of another document, or for something that a person has to enter
	WAITING = "Waiting"
	#: has failed, and is tried again at `next_attempt_at`
	RETRYING = "Retrying"
	#: Medusa has it
	SYNCED = "Synced"
	#: has failed for good: only a change of the document or a person opens it again
	FAILED = "Failed"
	#: Medusa is not to have it, as the app itself has found
	NOT_WANTED = "Not Wanted"
	#: a person has put it aside until its document changes
	IGNORED = "Ignored"

	def __str__(self) -> str:
		return str(self.value)


# what a worker has ended, and what only time or another change may make worth another look
SETTLED = (Status.SYNCED, Status.NOT_WANTED)
# what a worker will still send by itself
ON_ITS_WAY = (Status.PENDING, Status.IN_PROGRESS, Status.WAITING, Status.RETRYING)

# fields of the app in DocTypes of other apps that hold ids of Medusa, see protection.py
ID_FIELDS = {
	"Website Item": ("medusa_id", "medusa_variant_id"),
	"Item Group": ("medusa_id",),
	"Item Price": ("medusa_id", "medusa_price_id"),
	"Customer": ("medusa_id",),
	"Lead": ("medusa_id",),
	"Delivery Note": ("medusa_order_id", "medusa_id"),
	"Payment Entry": ("medusa_order_id", "medusa_id"),
	"Quotation": ("medusa_quotation_id", "medusa_draft_order_id", "medusa_order_id"),
	"Sales Invoice": ("medusa_order_id", "medusa_id"),
	"Sales Order": ("medusa_order_id",),
}
# further fields that only the app sets: no form, import, copy or System Manager changes them
APP_FIELDS = {
	"Website Item": ("custom_in_stock", "custom_available_qty", "custom_overall_rating"),
	"Item Group": ("custom_medusa_route",),
	"Lead": ("t_c_acceptance",),
	"Delivery Note": ("from_ecommerce",),
	"Quotation": (
		"from_ecommerce",
		"unapproved_items",
		"custom_increased_items",
		"custom_delivery_charges_account",
		"custom_delivery_charges",
	),
	"Sales Invoice": ("from_ecommerce",),
	"Sales Order": (
		"from_ecommerce",
		"custom_returned_items",
		"medusa_order_number",
		"medusa_customer_id",
		"medusa_short_of_stock",
	),
	# of rows, also where one is written without its document
	"Sales Order Item": ("medusa_line_item_id", "medusa_fulfilled_qty", "medusa_location_id"),
}
