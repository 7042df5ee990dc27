"""Visitors of the shop: how they register, what they get by mail, and what becomes of them on the site."""

from __future__ import annotations

import email
import re
from email import policy
from typing import TYPE_CHECKING, Any

import requests

from tests.support.documents import delete

if TYPE_CHECKING:
	from tests.support.shop import Shop

ACCOUNT = "Shop Mails"
# children first; whatever the app or ERPNext makes of a registration
MADE = ("Customer", "Lead", "Address", "Contact", "Email OTP")
TAKEN = "This email is already registered. Kindly login"
PERSON = {
	"first_name": "Shop",
	"last_name": "Visitor",
	"mobile": "+968 9123 4567",
	"organization_name": "Smile Clinic",
	"t_c_acceptance": True,
}
LEAD = "medusa_integration.api.insert_lead"
RESET = "medusa_integration.customers.sign_up.mail_password_reset"


class Visitors:
	"""Registrations of one test. Calls go over HTTP with `call`, or straight to the functions."""

	def __init__(self, shop: Shop, server: str | None = None) -> None:
		self.shop, self.site, self.server = shop, shop.site, server
		self._number = 0

	# -- settings --------------------------------------------------------------------------------------------

	def configure(self, **values: Any) -> None:
		"""Settings of the documentation, a mail account, no limits of an earlier test."""
		import frappe

		if not frappe.db.exists("Email Account", ACCOUNT):
			account = {"email_account_name": ACCOUNT, "email_id": "shop@example.com", "enable_outgoing": 1}
			account = frappe.get_doc({"doctype": "Email Account", "name": ACCOUNT, **account})
			# its validation would call the mail server
			account.db_insert()
			self.site.added(account)
		settings = {
			"sign_up_route": "/store/signup",
			"login_route": "/store/login",
			"lead_source": "Alfarsi Website",
			"sales_contribution": 100,
			"otp_validity_minutes": 10,
			"otp_max_attempts": 5,
			"otp_resend_seconds": 0,
			"otp_requests_per_hour": 1000,
			"mails_to_strangers_per_hour": 100_000,
			"trusted_proxies": 1,
			"auth_attempts_per_hour": 1000,
			"public_rate_limit": 100_000,
			"otp_login": 1,
			"reveal_registration_state": 0,
			"allow_guest_storefront_calls": 0,
			"shop_name": "Bright Smile",
			"frontend_url": "https://shop.example.com",
			"email_account": ACCOUNT,
			"publishable_api_key": self.shop.medusa.publishable_key,
		}
		self.shop.set(**{**settings, **values})
		frappe.local.outgoing_email_account = {}

	# -- what a visitor does ---------------------------------------------------------------------------------

	def address(self, name: str = "visitor") -> str:
		"""An e-mail address that nobody else has."""
		self._number += 1
		return f"{name}-{self.shop.mark}-{self._number}@example.com"

	def call(
		self, path: str, /, *, headers: dict[str, str] | None = None, **values: Any
	) -> requests.Response:
		"""POST to an endpoint of `medusa_integration.api`, as a guest unless `headers` say otherwise."""
		url = f"{self.server}/api/method/medusa_integration.{path if '.' in path else 'api.' + path}"
		return requests.post(url, json=values, headers=headers, timeout=300)

	def code(self, address: str, *, login: bool = False) -> str:
		"""Ask for a one-time password, and read it in the mail."""
		import frappe

		from medusa_integration.api import send_otp

		assert send_otp(email=address, isLogin=login) == {"message": "OTP sent successfully", "isSuccess": 1}
		frappe.db.commit()
		return self.code_in_mail(address)

	def code_in_mail(self, address: str) -> str:
		(code,) = re.findall(r"<strong>(\d{6})</strong>", self.mails(address)[-1][1])
		return code

	def register(self, address: str | None = None, **values: Any) -> dict[str, Any]:
		"""Sign up, with the mail and all; answers what Medusa says. The Lead is yet to be made."""
		import frappe

		from medusa_integration.api import sign_up

		address = address or self.address()
		answer = sign_up(email=address, otp=self.code(address), **{**PERSON, **values})
		frappe.db.commit()
		return answer

	def registered_lead(self, address: str | None = None, **values: Any) -> tuple[str, str]:
		"""Sign up and have the Lead made: (Medusa's id, name of the Lead)."""
		import frappe

		from medusa_integration.customers.lead import insert_waiting_leads

		medusa_id = self.register(address, **values)["customer_id"]
		insert_waiting_leads()
		return medusa_id, frappe.db.get_value("Lead", {"medusa_id": medusa_id})

	# -- what is there afterwards ----------------------------------------------------------------------------

	def mails(self, address: str) -> list[tuple[str, str]]:
		"""(subject, HTML) of the mails to an address that are in the Email Queue, oldest first."""
		import frappe

		frappe.db.rollback()
		rows = frappe.get_all(
			"Email Queue",
			filters=[["Email Queue Recipient", "recipient", "=", address]],
			fields=["message"],
			order_by="`tabEmail Queue`.creation asc",
		)
		messages = [email.message_from_string(row.message, policy=policy.default) for row in rows]
		return [(str(message["Subject"]), _html(message)) for message in messages]

	def row(self, address: str) -> Any:
		"""The Email OTP of an address."""
		import frappe

		frappe.db.rollback()
		return frappe.get_doc("Email OTP", {"email": address})

	def jobs(self, method: str = LEAD) -> list[dict]:
		"""The arguments of the jobs that are to insert Leads, or to call another function."""
		from frappe.utils.background_jobs import get_queues

		jobs = [job for queue in get_queues() for job in queue.get_jobs() if job]
		return [job.kwargs["kwargs"] for job in jobs if job.kwargs["method"] == method]

	def mail_password_resets(self) -> None:
		"""Do what a worker does with the jobs that mail links for a new password."""
		import frappe

		for arguments in self.jobs(RESET):
			frappe.get_attr(RESET)(**arguments)
		frappe.db.commit()

	def clean_up(self) -> None:
		"""Delete what registrations have left."""
		import frappe

		frappe.db.rollback()
		if self.site.restores_tables:
			return
		for doctype in MADE:
			for name in frappe.get_all(doctype, {"creation": (">=", self.site.started_at)}, pluck="name"):
				if error := delete((doctype, name)):
					raise error


def leads(medusa_id: str) -> list[str]:
	"""The Leads with this id in Medusa."""
	import frappe

	frappe.db.rollback()
	return frappe.get_all("Lead", {"medusa_id": medusa_id}, pluck="name")


def _html(message: Any) -> str:
	part = message.get_body(preferencelist=("html", "plain"))
	return part.get_content()


def customers(shop: Shop) -> list[dict]:
	"""The customers that Medusa has."""
	return list(shop.medusa.app.customers)
