"""The app's Notifications went down with their mail where no account sends mails: now they are two each."""

from __future__ import annotations

import frappe

from medusa_integration.setup.selling_records import MAIL, NOTIFICATIONS


def execute() -> None:
	"""Make a mail of its own of each that sends both, with what the site has made of it."""
	for name in NOTIFICATIONS:
		both = {"name": name, "channel": "Email", "send_system_notification": 1}
		if not frappe.db.exists("Notification", both) or frappe.db.exists("Notification", name + MAIL):
			continue
		notification = frappe.get_doc("Notification", name)
		mail = frappe.copy_doc(notification)
		mail.send_system_notification = 0
		# a form cannot change it
		notification.db_set("channel", "System Notification")
		mail.insert(ignore_permissions=True, set_name=name + MAIL)
