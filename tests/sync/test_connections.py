"""Connections to Medusa are closed again, and lock nothing of the database while it works."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.password import set_encrypted_password

from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons
from medusa_integration.sync import connection, worker
from tests.support.shop_documents import SETTINGS
from tests.sync.support import assert_arrived_once


@pytest.fixture
def clients(monkeypatch):
	"""Every client that was opened for the site."""
	opened, open_medusa = [], connection.open_medusa

	def noted(log):
		opened.append(open_medusa(log))
		return opened[-1]

	monkeypatch.setattr(connection, "open_medusa", noted)
	return opened


@pytest.mark.parametrize("what", ["a round", "a broken round", "a look at the server"])
def test_no_connection_is_left_open(shop, new_item, clients, monkeypatch, what):
	"""A web server's process lives for months: whoever opened connections to Medusa closes them,
	also after an error.
	"""
	if what == "a look at the server":
		assert buttons.test_connection()["ok"]
	elif what == "a round":
		shop.drain()
	else:
		monkeypatch.setattr(worker.Worker, "_settle", lambda *_: 1 / 0)
		with pytest.raises(ZeroDivisionError):
			shop.drain()

	assert len(clients) == 1
	assert shop.medusa.requests
	assert [
		len(kept.poolmanager.pools)
		for kept in clients[0].medusa.session._transport._session.adapters.values()
	] == [
		0,
		0,
	]


def test_what_is_learned_locks_nothing_while_medusa_works(shop, new_item):
	"""With a key there is no signing in that commits:
	another worker that learns the same need not wait for an answer.
	"""
	set_encrypted_password(SETTINGS, SETTINGS, shop.medusa.secret_key, "secret_api_key")
	shop.set(learned_version=None, learned_extras=None)

	def learn():
		frappe.db.sql("SET SESSION innodb_lock_wait_timeout = 60")
		for field, value in (("learned_version", "v2"), ("learned_extras", "properties")):
			frappe.db.set_single_value(SETTINGS, field, value, update_modified=False)
		frappe.db.commit()
		learned.append(True)

	learned = []
	shop.when_creating(lambda: shop.elsewhere(learn))
	shop.drain()

	assert learned
	assert_arrived_once(shop, new_item)
