"""What is checked of Medusa Configuration when it is saved. Each raises `frappe.ValidationError`."""

from __future__ import annotations

import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from medusa_integration.selling.quotation.delivery import can_book_on

# field: lowest, highest
LIMITS = {
	"request_timeout": (1, 120),
	"max_attempts": (1, 100),
	"log_retention_days": (1, 3650),
	"compare_orders_days": (1, 90),
	"public_rate_limit": (1, 1_000_000),
	"page_size": (1, 100),
	"clearance_days": (1, 3650),
	"top_sellers_limit": (1, 1000),
	"otp_retention_days": (1, 3650),
	"otp_validity_minutes": (1, 60),
	"otp_max_attempts": (1, 20),
	"otp_resend_seconds": (0, 3600),
	"otp_requests_per_hour": (1, 1000),
	"auth_attempts_per_hour": (1, 1000),
	"mails_to_strangers_per_hour": (1, 1_000_000),
	"trusted_proxies": (0, 10),
	"quotation_validity_days": (0, 3650),
	"delivery_days": (0, 3650),
	"pdf_link_days": (1, 365),
}
# a route of Medusa as it stands behind its address
ROUTE = re.compile(r"/[\w./~-]+")


def check_limits(doc: Document) -> None:
	"""Refuse numbers that are out of their bounds."""
	for fieldname, (lowest, highest) in LIMITS.items():
		if not lowest <= cint(doc.get(fieldname)) <= highest:
			frappe.throw(
				_("{0} must be a number from {1} to {2}.").format(
					frappe.bold(_(doc.meta.get_label(fieldname))), lowest, highest
				)
			)


def check_customers(doc: Document) -> None:
	"""Refuse routes that are none, and a share of a sale that ERPNext does not take."""
	for fieldname in ("sign_up_route", "login_route"):
		route = (doc.get(fieldname) or "").strip()
		if route and not ROUTE.fullmatch(route):
			frappe.throw(
				_("{0} must be a route of Medusa that starts with a slash, such as {1}.").format(
					frappe.bold(_(doc.meta.get_label(fieldname))), "/store/signup"
				),
				title=_("Invalid Route"),
			)
		doc.set(fieldname, route or None)
	if flt(doc.sales_contribution) not in (0, 100):
		frappe.throw(
			_("{0} must be 100, or 0 for customers without a sales team.").format(
				frappe.bold(_(doc.meta.get_label("sales_contribution")))
			)
		)


def check_delivery_account(doc: Document) -> None:
	"""Refuse an account for delivery charges that no quotation of the shop could have in a tax row."""
	company = doc.company or frappe.db.get_default("company")
	if doc.delivery_charges_account and not can_book_on(doc.delivery_charges_account, company):
		frappe.throw(
			_("{0} must be an enabled account of the company {1}, and not a group.").format(
				frappe.bold(_(doc.meta.get_label("delivery_charges_account"))), frappe.bold(company)
			),
			title=_("Invalid Account"),
		)


def check_accounts_of_imports(doc: Document) -> None:
	"""Refuse accounts for what the shop's orders have that no Sales Order of the company could name."""
	company = doc.company or frappe.db.get_default("company")
	rows = [(row, "account") for row in (*doc.shipping_charges, *doc.tax_accounts)]
	for row, fieldname in [(doc, "gift_card_account"), *rows]:
		account = row.get(fieldname)
		if account and not can_book_on(account, company):
			frappe.throw(
				_("{0} must be an enabled account of the company {1}, and not a group.").format(
					frappe.bold(account), frappe.bold(company)
				),
				title=_("Invalid Account"),
			)


def check_sign_in(doc: Document) -> None:
	"""Refuse to send changes without an address and something to sign in with."""
	if not doc.url:
		frappe.throw(_("Enter the Medusa URL, or turn off Send Changes to Medusa."), title=_("URL Missing"))
	has_key = doc.secret_api_key and doc.medusa_version != "v1"
	if not has_key and not (doc.admin_email and doc.admin_password) and not doc.flags.secrets_cleared:
		if doc.medusa_version == "v1":
			message = _("Enter the email and password of a Medusa admin user.")
		else:
			message = _(
				"Enter the email and password of a Medusa admin user, or a secret API key of Medusa v2."
			)
		frappe.throw(message, title=_("Credentials Missing"))
