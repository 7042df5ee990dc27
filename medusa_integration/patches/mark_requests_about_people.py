"""Marks logged requests to the shop's customer accounts, which only users who may read Leads see."""

from __future__ import annotations

import frappe

LOG = "Medusa Request Log"
# the routes of customer accounts in Medusa v1 and v2, and the custom routes of extended servers
ROUTES = ("/store/customers", "/store/auth", "/auth/customer", "/store/signup", "/store/login")


def execute() -> None:
	"""Set `personal_data` in the rows that were logged before the field existed."""
	settings = frappe.get_cached_doc("Medusa Configuration")
	own = (settings.get("sign_up_route"), settings.get("login_route"))
	log = frappe.qb.DocType(LOG)
	is_personal = log.voucher_type == "Email OTP"
	for route in {*ROUTES, *own} - {None, ""}:
		is_personal |= log.url.like(f"%{route}%")
	frappe.qb.update(log).set(log.personal_data, 1).where(is_personal).run()
