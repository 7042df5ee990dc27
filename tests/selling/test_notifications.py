"""Who hears of a quotation, and what the shop does not hear of Desk."""

from __future__ import annotations

import frappe
import pytest
import requests
from frappe.utils.background_jobs import get_queue

from medusa_integration.patches import part_notifications_from_mails as patch
from medusa_integration.setup import selling_records

MAKE = "frappe.desk.doctype.notification_log.notification_log.make_notification_logs"


@pytest.fixture
def no_account(site, monkeypatch):
	"""No Email Account of the site sends."""
	accounts = frappe.get_all("Email Account", {"enable_outgoing": 1}, pluck="name")
	frappe.db.set_value("Email Account", {"name": ("in", accounts or [""])}, "enable_outgoing", 0)
	frappe.db.commit()
	yield
	frappe.db.rollback()
	frappe.db.set_value("Email Account", {"name": ("in", accounts or [""])}, "enable_outgoing", 1)
	frappe.db.commit()


def perform_notifications():
	for queue in ("default", "short", "long"):
		for job in get_queue(queue).get_jobs():
			method = job.kwargs.get("method")
			if getattr(method, "__name__", method) in (MAKE, MAKE.rpartition(".")[2]):
				frappe.get_attr(MAKE)(**job.kwargs["kwargs"])
				job.delete()
	frappe.db.commit()


def test_without_an_email_account_the_role_hears_of_it_and_the_shop_of_nothing(
	quotes, http_server, no_account
):
	seller, shop = quotes.shop.sign_in("Sales Manager"), quotes.shop.sign_in("Medusa Storefront")
	assert seller
	request = quotes.request(quotes.customer())
	url = f"{http_server}/api/method/medusa_integration.api.create_quotation"
	frappe.db.commit()
	answer = requests.post(url, json=request, headers=shop, timeout=300)
	assert answer.status_code == 200, answer.text
	assert set(answer.json()) == {"message"}
	name = answer.json()["message"]["quotationId"]
	frappe.db.rollback()
	perform_notifications()
	told = frappe.get_all("Notification Log", {"document_name": name}, ["for_user", "subject"])
	assert f"New quotation {name}" in {row.subject for row in told}
	assert any(row.for_user.startswith("sales-manager-") for row in told)


def test_each_is_a_notification_and_a_mail(site):
	for name in selling_records.NOTIFICATIONS:
		fields = ["channel", "send_system_notification", "enabled"]
		assert frappe.db.get_value("Notification", name, fields) == ("System Notification", 1, 1)
		assert frappe.db.get_value("Notification", f"{name} (Mail)", fields) == ("Email", 0, 1)


def test_those_of_earlier_versions_are_parted(site):
	"""With what the site has made of them; twice is once."""
	name, mail = "New Quotation Received", "New Quotation Received (Mail)"
	frappe.delete_doc("Notification", mail, force=True)
	values = {"channel": "Email", "send_system_notification": 1, "subject": "Somebody asks", "enabled": 0}
	frappe.db.set_value("Notification", name, values)
	try:
		for _time in range(2):
			patch.execute()
			fields = ["channel", "send_system_notification", "subject", "enabled"]
			assert frappe.db.get_value("Notification", name, fields) == (
				"System Notification",
				1,
				"Somebody asks",
				0,
			)
			assert frappe.db.get_value("Notification", mail, fields) == ("Email", 0, "Somebody asks", 0)
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Notification")
