"""One-time passwords of email addresses: when they end."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, now_datetime

from medusa_integration.database import is_not_set
from medusa_integration.settings import number
from medusa_integration.sync.jobs import scheduled_job

OTP = "Email OTP"
# deleted in one run at the most; what is left has its turn a minute later
ROWS = 1000


@scheduled_job
def expire_otps() -> int:
	"""Mark one-time passwords past their time as Expired, and delete old ones.

	Pending ones expire, and verified ones that were not used. Deleted is what expired more than
	`otp_retention_days` ago and holds no registration. Two statements, four when something is deleted, in
	the caller's transaction.

	Returns:
		How many were deleted.
	"""
	now = now_datetime()
	otp = frappe.qb.DocType(OTP)
	open_ = (otp.status == "Pending") | ((otp.status == "Verified") & otp.used_at.isnull())
	(
		frappe.qb.update(otp)
		.set(otp.status, "Expired")
		.set(otp.modified, now)
		.where(open_ & (otp.expiration_time < now))
	).run()

	days = number("otp_retention_days")
	unregistered = (otp.logged_in == 0) & is_not_set(otp.medusa_id)
	names = (
		frappe.qb.from_(otp)
		.select(otp.name)
		.where((otp.status == "Expired") & (otp.expiration_time < add_days(now, -days)) & unregistered)
		.limit(ROWS)
		# a new code for the same address must not be deleted with the old one
		.for_update(skip_locked=True)
	).run(pluck=True)
	if names:
		frappe.db.delete(OTP, {"name": ("in", names)})
		frappe.db.delete("__Auth", {"doctype": OTP, "name": ("in", names)})
	return len(names)
