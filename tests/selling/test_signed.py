"""The requests to the plugin in Medusa are signed with the secret of the settings."""

from __future__ import annotations

import json
import time

import frappe
import pytest
from frappe.utils.password import remove_encrypted_password

from devbench.medusa.generations import SECRETS
from medusa_integration.medusa.signing import verify
from medusa_integration.settings import SETTINGS

# of the plugin in the simulated Medusa
SECRET = SECRETS[0]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_status_of_an_order_is_signed(sales, generation):
	"""A Medusa without the plugin ignores it; the request log does not have it."""
	order = sales.order()
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	(request,) = sales.requests()
	headers = {name.lower(): value for name, value in request.headers.items()}
	signature = headers["x-erpnext-signature"]
	query = f"order_id={order.medusa_order_id}".encode()
	assert verify(signature, [SECRET], now=time.time(), query=query, body=request.raw)
	logged = json.dumps(frappe.get_all("Medusa Request Log", fields=["*"]), default=str)
	assert signature not in logged and SECRET not in logged


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_without_a_secret_it_is_not_signed(sales, generation):
	"""The plugin refuses it, unless it is told to accept unsigned requests."""
	remove_encrypted_password(SETTINGS, SETTINGS, "shared_secret")
	frappe.db.commit()
	sales.medusa.set_secrets(SECRET, allow_unsigned=True)
	order = sales.order()
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	(request,) = sales.requests()
	assert "x-erpnext-signature" not in {name.lower() for name in request.headers}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_refused_signature_stops_orders_only(sales, generation):
	"""It is tried again later, and sent when both have the same secret; everything else is sent meanwhile."""
	sales.medusa.set_secrets("another secret")
	order = sales.order()
	item = sales.shop.website_item()
	sales.shop.drain()
	task = sales.task(order)
	assert (task.status, task.attempts) == ("Retrying", 1)
	text = "The signature of the request is wrong. Enter the secret of Medusa's plugin"
	assert text in task.last_error
	assert sales.shop.task(item).status == "Synced"
	assert not sales.shop.setting("paused")
	sales.medusa.set_secrets("another secret", SECRET)
	sales.shop.make_due()
	sales.shop.drain()
	assert sales.task(order).status == "Synced"
