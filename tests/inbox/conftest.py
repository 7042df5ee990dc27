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


@pytest.fixture
def kept(site_under_test, site):
	"""`kept()` lists where anything is of what was refused."""
	import frappe

	from tests.inbox.sent_events import MARK, stored

	logs = [*site_under_test.logs.glob("*")]
	sizes = {path: path.stat().st_size for path in logs if path.is_file()}
	frappe.db.rollback()
	before = len(frappe.get_all("Error Log"))

	def find():
		frappe.db.rollback()
		found = [f"{EVENT} {name}" for name, _status in stored()]
		found += ["Error Log"] * (len(frappe.get_all("Error Log")) - before)
		for doctype in ("Medusa Request Log", "Activity Log", "Comment", "Version", "Deleted Document"):
			rows = frappe.db.sql(f"SELECT * FROM `tab{doctype}`", as_dict=True)
			found += [doctype for row in rows if MARK in str(row)]
		for path in (one for one in site_under_test.logs.glob("*") if one.is_file()):
			with path.open("rb") as file:
				file.seek(sizes.get(path, 0))
				if MARK.encode() in file.read():
					found.append(str(path))
		return found

	return find


@pytest.fixture
def poll(shop):  # noqa: F811
	"""Orders are imported, and those of the last hour were not polled yet."""
	import frappe

	from tests.inbox.polled import set_values, utc

	set_values(import_orders=1, orders_polled_until=utc(-60), compare_orders_days=7)
	yield shop
	frappe.db.rollback()
	for doctype in (EVENT, ORDER):
		frappe.db.delete(doctype)
	frappe.db.commit()


@pytest.fixture
def settings_come_back(site):
	"""Put the settings back, whatever is committed."""
	site.keep_single(SETTINGS)


@pytest.fixture
def no_job_logs(site):
	"""What the log of jobs has of the polling is gone afterwards."""
	import frappe

	yield
	frappe.db.rollback()
	frappe.db.delete("Scheduled Job Log", {"details": ("like", "%Orders read%")})
	frappe.db.commit()
