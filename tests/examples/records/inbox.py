"""The secret that the site shares with the plugin in Medusa."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.plugin import SECRET

if TYPE_CHECKING:
	from tests.examples.shop import ExampleShop


def make(example: ExampleShop) -> dict[str, str]:
	"""Store the secret; commits. What is received is gone after the test."""
	import frappe
	from frappe.utils.password import set_encrypted_password

	set_encrypted_password("Medusa Configuration", "Medusa Configuration", SECRET, "shared_secret")
	frappe.db.commit()
	return {}
