"""A site that shares a secret with a plugin, and the plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.plugin import SECRET, Plugin
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

SETTINGS = "Medusa Configuration"
EVENT, ORDER = "Medusa Event", "Medusa Order"


@pytest.fixture
def inbox(site) -> Iterator[None]:
	"""The site shares SECRET with the plugin; the inbox is empty before and after."""
	import frappe
	from frappe.utils.password import remove_encrypted_password, set_encrypted_password

	def empty() -> None:
		frappe.db.rollback()
		for doctype in (EVENT, ORDER):
			frappe.db.delete(doctype)
		for field in ("shared_secret", "previous_shared_secret"):
			remove_encrypted_password(SETTINGS, SETTINGS, field)
		frappe.db.commit()

	empty()
	site.set_single(SETTINGS, url="https://medusa.example.com", public_rate_limit=100_000)
	set_encrypted_password(SETTINGS, SETTINGS, SECRET, "shared_secret")
	frappe.db.commit()
	yield
	empty()


@pytest.fixture
def plugin(inbox, http_server: str) -> Plugin:
	return Plugin(http_server)
