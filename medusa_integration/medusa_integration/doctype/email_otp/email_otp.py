"""Email OTP: the one-time password of an email address. Only a salted hash is kept, never the code."""

from __future__ import annotations

from medusa_integration.protection import WrittenByApp


class EmailOTP(WrittenByApp):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		attempts: DF.Int
		email: DF.Data
		expiration_time: DF.Datetime | None
		logged_in: DF.Check
		login_sent_at: DF.Datetime | None
		medusa_id: DF.Data | None
		otp_hash: DF.Data | None
		password: DF.Password | None
		purpose: DF.Literal["Sign Up", "Login"]
		salt: DF.Data | None
		sent_at: DF.Datetime | None
		sent_count: DF.Int
		sign_up_sent_at: DF.Datetime | None
		status: DF.Literal["Pending", "Verified", "Expired"]
		used_at: DF.Datetime | None
	# end: auto-generated types
