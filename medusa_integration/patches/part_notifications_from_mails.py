"""Splits the app's Notifications in two: without an email account the system notification failed too."""

from __future__ import annotations

import frappe

from medusa_integration.setup.selling_records import MAIL, NOTIFICATIONS


def execute() -> None:
	"""Create a separate email Notification for each one that sends both, with the site's own changes."""
	for name in NOTIFICATIONS:
		both = {"name": name, "channel": "Email", "send_system_notification": 1}
		if not frappe.db.exists("Notification", both) or frappe.db.exists("Notification", name + MAIL):
			continue
		notification = frappe.get_doc("Notification", name)
		mail = frappe.copy_doc(notification)
		mail.send_system_notification = 0
		# a form cannot change the channel
		notification.db_set("channel", "System Notification")
		mail.insert(ignore_permissions=True, set_name=name + MAIL)
