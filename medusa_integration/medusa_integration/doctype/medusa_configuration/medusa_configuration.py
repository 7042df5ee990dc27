"""Medusa Configuration: how this site connects to Medusa, and what it sends.

A save makes no request and does not import the HTTP client: functions that need it import it. What the app
stores about the server (token, version, pause) is written with `frappe.db.set_single_value`. A save of the
form never overwrites it; it only clears it when the address or the credentials have changed.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, flt
from frappe.utils.password import get_decrypted_password, remove_encrypted_password

from medusa_integration.endpoints import READ, Desk, endpoint
from medusa_integration.medusa_integration.doctype.medusa_configuration.addresses import clean_url, origin
from medusa_integration.protection import OwnSingle
from medusa_integration.settings import SETTINGS, default_price_list, get_settings
from medusa_integration.setup import records
from medusa_integration.setup.top_categories import fill_item_groups, without_item_group
from medusa_integration.sync import health, wake

# found out or put down by the app while it runs, never entered by a person
RUNTIME_FIELDS = (
	"token_expires_at",
	"learned_version",
	"learned_extras",
	"paused",
	"paused_at",
	"pause_reason",
)
LIMITS = {
	"request_timeout": (1, 120),
	"max_attempts": (1, 100),
	"log_retention_days": (1, 3650),
	"public_rate_limit": (1, 1_000_000),
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
# what decides which prices go to Medusa, and how
PRICE_FIELDS = ("price_list", "currency", "amount_multiplier")
# what only the server that it was entered for may get
SECRETS = ("admin_password", "secret_api_key")
# a route of Medusa as it stands behind its address
ROUTE = re.compile(r"/[\w./~-]+")


class MedusaConfiguration(OwnSingle):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from medusa_integration.medusa_integration.doctype.medusa_top_category.medusa_top_category import (
			MedusaTopCategory,
		)

		access_token: DF.Password | None
		admin_email: DF.Data | None
		admin_password: DF.Password | None
		allow_guest_storefront_calls: DF.Check
		amount_multiplier: DF.Int
		approved_state: DF.Link | None
		auth_attempts_per_hour: DF.Int
		clearance_days: DF.Int
		company: DF.Link | None
		convert_lead_on_create_quotation: DF.Check
		create_payment_request: DF.Check
		currency: DF.Link | None
		customer_group: DF.Link | None
		default_website_warehouse: DF.Link | None
		delivery_days: DF.Int
		email_account: DF.Link | None
		enable: DF.Check
		free_delivery_city: DF.Data | None
		frontend_url: DF.Data | None
		last_export: DF.SmallText | None
		lead_source: DF.Data | None
		learned_extras: DF.Data | None
		learned_version: DF.Data | None
		log_retention_days: DF.Int
		login_route: DF.Data | None
		mails_to_strangers_per_hour: DF.Int
		max_attempts: DF.Int
		medusa_version: DF.Literal["Auto", "v1", "v2"]
		mode_of_payment: DF.Link | None
		orders_only_of_reviewed: DF.Check
		otp_login: DF.Check
		otp_max_attempts: DF.Int
		otp_requests_per_hour: DF.Int
		otp_resend_seconds: DF.Int
		otp_retention_days: DF.Int
		otp_template: DF.Link | None
		otp_validity_minutes: DF.Int
		pause_reason: DF.SmallText | None
		paused: DF.Check
		paused_at: DF.Datetime | None
		payment_gateway_account: DF.Link | None
		pdf_link_days: DF.Int
		price_list: DF.Link | None
		print_language: DF.Link | None
		product_extras: DF.Literal["Auto", "Properties", "Metadata"]
		propagate_backorder_changes: DF.Check
		public_rate_limit: DF.Int
		publishable_api_key: DF.Data | None
		push_stock_quantities: DF.Check
		quotation_notification_role: DF.Link | None
		quotation_print_format: DF.Link | None
		quotation_template: DF.Link | None
		quotation_validity_days: DF.Int
		refresh_stock_on_movement: DF.Check
		rejected_state: DF.Link | None
		request_timeout: DF.Int
		reset_template: DF.Link | None
		respect_threshold_quantity: DF.Check
		reveal_registration_state: DF.Check
		review_state: DF.Link | None
		root_item_group: DF.Link | None
		sales_channel: DF.Data | None
		sales_contribution: DF.Percent
		sales_person: DF.Link | None
		secret_api_key: DF.Password | None
		shop_name: DF.Data | None
		sign_up_route: DF.Data | None
		skip_selling_price_validation: DF.Check
		stock_location: DF.Data | None
		sync_mode: DF.Literal["Background", "Immediate"]
		tell_advance_payments: DF.Check
		territory: DF.Link | None
		token_expires_at: DF.Datetime | None
		top_categories: DF.Table[MedusaTopCategory]
		top_sellers_limit: DF.Int
		trusted_proxies: DF.Int
		unapproved_lead_title: DF.Data | None
		url: DF.Data | None
		use_standard_rate_in_quotation: DF.Check
		welcome_template: DF.Link | None
	# end: auto-generated types

	def validate(self) -> None:
		"""Check the settings, without a call to Medusa.

		Raises:
			frappe.ValidationError: for the first setting that is not valid.
		"""
		self.url = clean_url(self.url, _("Medusa URL"), is_backend=True)
		self.frontend_url = clean_url(self.frontend_url, _("Shop URL"))
		self._check_limits()
		self.price_list = self.price_list or default_price_list()
		fill_item_groups(self.top_categories)
		self._check_customers()
		self._clear_secrets_of_another_server()
		if self.enable:
			self._check_sign_in()
		self._keep_runtime_state()

	def on_update(self) -> None:
		"""Discard the token of another server, wake the worker, and set the retention of Frappe's logs."""
		if self.flags.server_changed:
			remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
		if self.enable and (self.flags.server_changed or self.has_value_changed("enable")):
			frappe.db.after_commit.add(wake.enqueue)
		if self.get_doc_before_save() and self.has_value_changed("stock_location"):
			send_stock_again()
		if self.has_value_changed("default_website_warehouse"):
			from medusa_integration.catalogue.stock import recording as stock_queue

			stock_queue.record_homeless()
		self._set_log_retention()
		if any(self.has_value_changed(field) for field in PRICE_FIELDS):
			from medusa_integration.catalogue.price.events import record_all

			record_all(self.price_list)
		if self.has_value_changed("root_item_group"):
			from medusa_integration.catalogue.collection import routes

			frappe.clear_document_cache(SETTINGS, SETTINGS)  # they are made of what is stored now
			routes.update_quietly()
		# what they need may have been missing when the app was installed
		records.ensure_records()

	@endpoint(Desk(SETTINGS, "write"))
	def test_connection(self) -> dict[str, Any]:
		"""Log in to Medusa with the saved settings. A success ends a pause.

		Returns:
			`ok` and `message`; on success also `generation`, `version`, `extras`, `currencies`,
			`sales_channels` and `stock_locations`.
		"""
		from medusa_integration.medusa.errors import MedusaError
		from medusa_integration.sync.connection import describe_server

		if not frappe.db.get_single_value(SETTINGS, "url"):
			return {"ok": False, "message": _("Enter the Medusa URL first.")}
		try:
			server = describe_server()
		except MedusaError as error:
			return {"ok": False, "message": str(error)}

		end_pause()
		return {
			"ok": True,
			"message": _("Connected to Medusa {0}. The credentials are valid.").format(
				server.version or server.generation
			),
			"generation": server.generation,
			"version": server.version,
			"extras": server.extras,
			"currencies": list(server.currencies),
			"sales_channels": [asdict(channel) for channel in server.sales_channels],
			"stock_locations": [asdict(location) for location in server.stock_locations],
		}

	@endpoint(Desk(SETTINGS, "write"))
	def create_stock_location(self) -> dict[str, Any]:
		"""Create a stock location in Medusa v2, named after the company, and store all quantities there.

		An existing one of this name is used. It is linked with the sales channel of the products, because
		v2 sells only from locations of the channel.

		Returns:
			`ok` and `message`.
		"""
		from medusa_integration.catalogue.stock.quantities import default_company
		from medusa_integration.medusa.errors import MedusaError
		from medusa_integration.sync.connection import call

		if not frappe.db.get_single_value(SETTINGS, "url"):
			return {"ok": False, "message": _("Enter the Medusa URL first.")}
		name = default_company() or frappe.local.site
		try:
			location = call(lambda medusa: medusa.stock.ensure_location(name))
		except MedusaError as error:
			return {"ok": False, "message": str(error)}
		if not location:
			message = _("Medusa v1 keeps quantities on its variants and needs no stock location.")
			return {"ok": False, "message": message}
		frappe.db.set_single_value(SETTINGS, "stock_location", location.id)
		send_stock_again()
		message = _("Quantities are stored at the stock location {0} from now on.").format(location.name)
		return {"ok": True, "message": message}

	@endpoint(Desk(SETTINGS, "write"))
	def resume(self) -> None:
		"""End a pause, and send the waiting tasks."""
		end_pause()

	def _check_limits(self) -> None:
		for fieldname, (lowest, highest) in LIMITS.items():
			if not lowest <= cint(self.get(fieldname)) <= highest:
				frappe.throw(
					_("{0} must be a number from {1} to {2}.").format(
						frappe.bold(_(self.meta.get_label(fieldname))), lowest, highest
					)
				)

	def _check_customers(self) -> None:
		for fieldname in ("sign_up_route", "login_route"):
			route = (self.get(fieldname) or "").strip()
			if route and not ROUTE.fullmatch(route):
				frappe.throw(
					_("{0} must be a route of Medusa that starts with a slash, such as {1}.").format(
						frappe.bold(_(self.meta.get_label(fieldname))), "/store/signup"
					),
					title=_("Invalid Route"),
				)
			self.set(fieldname, route or None)
		if flt(self.sales_contribution) not in (0, 100):
			frappe.throw(
				_("{0} must be 100, or 0 for customers without a sales team.").format(
					frappe.bold(_(self.meta.get_label("sales_contribution")))
				)
			)

	def _check_sign_in(self) -> None:
		if not self.url:
			frappe.throw(
				_("Enter the Medusa URL, or turn off Send Changes to Medusa."), title=_("URL Missing")
			)
		has_key = self.secret_api_key and self.medusa_version != "v1"
		if not has_key and not (self.admin_email and self.admin_password) and not self.flags.secrets_cleared:
			if self.medusa_version == "v1":
				message = _("Enter the email and password of a Medusa admin user.")
			else:
				message = _(
					"Enter the email and password of a Medusa admin user, or a secret API key of Medusa v2."
				)
			frappe.throw(message, title=_("Credentials Missing"))

	def _clear_secrets_of_another_server(self) -> None:
		"""Clear passwords that were entered for another server, unless new ones are entered with its address.

		Otherwise a user who may change the address could have them sent anywhere.
		"""
		before = self.get_doc_before_save()
		was_for = origin(before.url) if before else None
		if not was_for or origin(self.url) == was_for:
			return
		old = [field for field in SECRETS if self.get(field) and self.is_dummy_password(self.get(field))]
		if not old:
			return
		for field in old:
			self.set(field, None)
		self.flags.secrets_cleared = True
		labels = ", ".join(frappe.bold(_(self.meta.get_label(field))) for field in old)
		frappe.msgprint(
			_("{0}: cleared, because it was entered for {1}. Enter it again for the new server.").format(
				labels, frappe.bold(before.url)
			),
			title=_("Credentials Cleared"),
			indicator="orange",
		)

	def _keep_runtime_state(self) -> None:
		"""Keep what the app stored since the form was opened; discard it if it is about another server."""
		before = self.get_doc_before_save()
		self.flags.server_changed = self._has_server_changed(before)
		for fieldname in RUNTIME_FIELDS:
			self.set(fieldname, before.get(fieldname) if before and not self.flags.server_changed else None)
		self.last_export = before.last_export if before else None  # whatever the server was
		# a Check knows no empty value, and the version history would show one
		self.paused = cint(self.paused)
		self.access_token = None if self.flags.server_changed or not before else before.access_token
		# the token is renewed beside the form, so an older form must not write or remove it
		self.flags.ignore_save_passwords = ["access_token"]

	def _has_server_changed(self, before: Document | None) -> bool:
		if not before:
			return False
		plain = ("url", "admin_email", "medusa_version")
		if any((self.get(field) or "") != (before.get(field) or "") for field in plain):
			return True
		return any(self._has_secret_changed(field) for field in ("admin_password", "secret_api_key"))

	def _has_secret_changed(self, fieldname: str) -> bool:
		entered = self.get(fieldname)
		if entered and self.is_dummy_password(entered):
			return False
		return (entered or "") != (
			get_decrypted_password(SETTINGS, SETTINGS, fieldname, raise_exception=False) or ""
		)

	def _set_log_retention(self) -> None:
		if not self.get_doc_before_save() or not self.has_value_changed("log_retention_days"):
			return
		settings = frappe.get_doc("Log Settings")
		for doctype in frappe.get_hooks("default_log_clearing_doctypes", app_name="medusa_integration"):
			settings.register_doctype(doctype, self.log_retention_days)
		settings.save(ignore_permissions=True)


@endpoint(Desk(SETTINGS, "read"), methods=READ)
def get_status() -> dict[str, Any]:
	"""Return the state of the synchronization for the form.

	Returns:
		`failed`, the number of failed tasks, and `warnings`, why tasks are not sent, a sentence each.
	"""
	return {
		"failed": frappe.db.count("Medusa Sync Task", {"status": "Failed"}),
		"warnings": [
			*health.hindrances(),
			*(escape_html(text) for text in without_item_group(get_settings().top_categories)),
		],
	}


@endpoint(Desk(SETTINGS, "write"))
def test_connection() -> dict[str, Any]:
	"""Test the connection, at the documented path. Returns and raises what the document's method does."""
	return frappe.get_doc(SETTINGS).test_connection()


def end_pause() -> None:
	"""End a pause, and send the waiting tasks after the commit."""
	from medusa_integration.sync import connection

	connection.resume()
	frappe.db.after_commit.add(wake.enqueue)


def send_stock_again() -> None:
	"""Record every quantity for the chosen stock location, also those that failed because there was none."""
	from medusa_integration.sync import tasks

	tasks.send_again("stock")


@endpoint(Desk("Medusa Sync Task", "read"), methods=READ)
def get_stuck_jobs() -> dict[str, Any]:
	"""Return the number of jobs that wait in queues without a worker, for the workspace's number card."""
	stuck = health.stuck_jobs() or {}
	return {
		"value": sum(stuck.values()),
		"fieldtype": "Int",
		"route": ["List", "Medusa Sync Task"],
		"route_options": {"status": "Pending"},
	}
