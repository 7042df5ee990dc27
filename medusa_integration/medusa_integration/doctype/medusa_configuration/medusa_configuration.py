"""Medusa Configuration: how this site connects to Medusa, and what it sends.

A save makes no request; the buttons of the form are in `buttons.py`. What the app stores about the server
(token, version, pause) is written with `frappe.db.set_single_value`. A save of the form never overwrites it;
it only clears it when the address or the credentials have changed.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils.password import remove_encrypted_password

from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.price.events import record_all
from medusa_integration.catalogue.stock import ordered
from medusa_integration.catalogue.stock import recording as stock_queue
from medusa_integration.medusa_integration.doctype.medusa_configuration import another_server, checks
from medusa_integration.medusa_integration.doctype.medusa_configuration.addresses import clean_url
from medusa_integration.protection import OwnSingle
from medusa_integration.settings import SETTINGS, default_price_list
from medusa_integration.setup import records
from medusa_integration.setup.top_categories import fill_item_groups
from medusa_integration.storefront import facet_index
from medusa_integration.storefront.specifications import KINDS
from medusa_integration.sync import task_states, wake

# what decides which prices go to Medusa, and how
PRICE_FIELDS = ("price_list", "currency", "amount_multiplier")


class MedusaConfiguration(OwnSingle):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from medusa_integration.medusa_integration.doctype.medusa_order_source.medusa_order_source import (
			MedusaOrderSource,
		)
		from medusa_integration.medusa_integration.doctype.medusa_payment_provider.medusa_payment_provider import (
			MedusaPaymentProvider,
		)
		from medusa_integration.medusa_integration.doctype.medusa_shipping_charge.medusa_shipping_charge import (
			MedusaShippingCharge,
		)
		from medusa_integration.medusa_integration.doctype.medusa_tax_account.medusa_tax_account import (
			MedusaTaxAccount,
		)
		from medusa_integration.medusa_integration.doctype.medusa_top_category.medusa_top_category import (
			MedusaTopCategory,
		)

		access_token: DF.Password | None
		admin_email: DF.Data | None
		admin_password: DF.Password | None
		allow_coupon_discounts: DF.Check
		allow_guest_storefront_calls: DF.Check
		amount_multiplier: DF.Int
		approved_state: DF.Link | None
		auth_attempts_per_hour: DF.Int
		cart_value: DF.Currency
		clearance_days: DF.Int
		colour_label: DF.Data | None
		company: DF.Link | None
		compare_orders_days: DF.Int
		convert_lead_on_create_quotation: DF.Check
		coupon_expiry_date: DF.Date | None
		create_payment_request: DF.Check
		currency: DF.Link | None
		customer_group: DF.Link | None
		default_website_warehouse: DF.Link | None
		delivery_charges_account: DF.Link | None
		delivery_days: DF.Int
		discount_amount: DF.Currency
		email_account: DF.Link | None
		enable: DF.Check
		free_delivery_city: DF.Data | None
		frontend_url: DF.Data | None
		gift_card_account: DF.Link | None
		hide_negotiated_with_standard: DF.Check
		import_cancellations: DF.Check
		import_edits: DF.Check
		import_fulfillments: DF.Check
		import_orders: DF.Check
		import_payments: DF.Check
		import_refunds: DF.Check
		import_returns: DF.Check
		indexed_labels: DF.SmallText | None
		invoice_paid_orders: DF.Check
		last_export: DF.SmallText | None
		lead_source: DF.Data | None
		learned_extras: DF.Data | None
		learned_location: DF.Data | None
		learned_version: DF.Data | None
		log_retention_days: DF.Int
		login_route: DF.Data | None
		mails_to_strangers_per_hour: DF.Int
		max_attempts: DF.Int
		medusa_version: DF.Literal["Auto", "v1", "v2"]
		mode_of_payment: DF.Link | None
		order_sources: DF.Table[MedusaOrderSource]
		orders_only_of_reviewed: DF.Check
		orders_polled_until: DF.Data | None
		otp_login: DF.Check
		otp_max_attempts: DF.Int
		otp_requests_per_hour: DF.Int
		otp_resend_seconds: DF.Int
		otp_retention_days: DF.Int
		otp_template: DF.Link | None
		otp_validity_minutes: DF.Int
		page_size: DF.Int
		pause_reason: DF.SmallText | None
		paused: DF.Check
		paused_at: DF.Datetime | None
		payment_gateway_account: DF.Link | None
		payment_providers: DF.Table[MedusaPaymentProvider]
		pdf_link_days: DF.Int
		previous_shared_secret: DF.Password | None
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
		returns_email: DF.Data | None
		reveal_registration_state: DF.Check
		review_state: DF.Link | None
		root_item_group: DF.Link | None
		sales_channel: DF.Data | None
		sales_contribution: DF.Percent
		sales_person: DF.Link | None
		secret_api_key: DF.Password | None
		send_cancellations: DF.Check
		send_deliveries: DF.Check
		shade_label: DF.Data | None
		shape_label: DF.Data | None
		shared_secret: DF.Password | None
		shipping_charges: DF.Table[MedusaShippingCharge]
		shop_name: DF.Data | None
		sign_up_route: DF.Data | None
		skip_selling_price_validation: DF.Check
		stock_location: DF.Data | None
		submit_imported_orders: DF.Check
		sync_mode: DF.Literal["Background", "Immediate"]
		tax_accounts: DF.Table[MedusaTaxAccount]
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
		checks.check_limits(self)
		self.price_list = self.price_list or default_price_list()
		fill_item_groups(self.top_categories)
		checks.check_customers(self)
		checks.check_delivery_account(self)
		checks.check_accounts_of_imports(self)
		another_server.clear_secrets(self)
		if self.enable:
			checks.check_sign_in(self)
		another_server.keep_runtime_state(self)

	def on_update(self) -> None:
		"""Discard the token of another server, wake the worker, and set the retention of Frappe's logs."""
		if self.flags.server_changed:
			remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
		if self.enable and (self.flags.server_changed or self.has_value_changed("enable")):
			frappe.db.after_commit.add(wake.enqueue)
		if self.get_doc_before_save() and self.has_value_changed("stock_location"):
			task_states.send_again("stock")
		if self.has_value_changed("default_website_warehouse"):
			stock_queue.record_without_warehouse()
		if self.has_value_changed("push_stock_quantities") or self.has_value_changed("import_orders"):
			ordered.forget_fulfilled()
		self._set_log_retention()
		if any(self.has_value_changed(field) for field in PRICE_FIELDS):
			record_all(self.price_list)
		if any(self.has_value_changed(f"{kind}_label") for kind in KINDS):
			facet_index.labels_changed()
		if self.has_value_changed("root_item_group"):
			frappe.clear_document_cache(SETTINGS, SETTINGS)  # they are made of what is stored now
			routes.update_quietly()
		# what they need may have been missing when the app was installed
		records.ensure_records()

	def _set_log_retention(self) -> None:
		if not self.get_doc_before_save() or not self.has_value_changed("log_retention_days"):
			return
		settings = frappe.get_doc("Log Settings")
		for doctype in frappe.get_hooks("default_log_clearing_doctypes", app_name="medusa_integration"):
			settings.register_doctype(doctype, self.log_retention_days)
		settings.save(ignore_permissions=True)
