"""The requests to the plugin in Medusa are signed with the secret of the settings."""

from __future__ import annotations

import json
import time

import frappe
import pytest
from frappe.utils.password import remove_encrypted_password, set_encrypted_password

from devbench.medusa.generations import SECRETS
from devbench.medusa.simulator import faults
from medusa_integration.medusa.signing import verify
from medusa_integration.settings import SETTINGS
from tests.support.sales import UPDATE

# of the plugin in the simulated Medusa
SECRET = SECRETS[0]


@pytest.fixture
def secret(sales):
	set_encrypted_password(SETTINGS, SETTINGS, SECRET, "shared_secret")
	frappe.db.commit()
	yield SECRET
	remove_encrypted_password(SETTINGS, SETTINGS, "shared_secret")
	frappe.db.commit()


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_status_of_an_order_is_signed(sales, secret, generation):
	"""A Medusa without the plugin ignores it; the request log does not have it."""
	order = sales.order()
	assert sales.sent(order) == ("To Deliver and Bill", "Unpaid")
	(request,) = sales.requests()
	headers = {name.lower(): value for name, value in request.headers.items()}
	signature = headers["x-erpnext-signature"]
	query = f"order_id={order.medusa_order_id}".encode()
	assert verify(signature, [secret], now=time.time(), query=query, body=request.raw)
	logged = json.dumps(frappe.get_all("Medusa Request Log", fields=["*"]), default=str)
	assert signature not in logged and SECRET not in logged


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_without_a_secret_it_is_not_signed(sales, generation):
	sales.order()
	sales.shop.drain()
	(request,) = sales.requests()
	assert "x-erpnext-signature" not in {name.lower() for name in request.headers}


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_refused_signature_stops_orders_only(sales, secret, generation):
	"""It is tried again later; everything else is sent, and nobody signs in again."""
	order = sales.order()
	refusal = {"type": "unauthorized", "message": "The signature does not fit."}
	sales.medusa.fail("POST", UPDATE, faults.Fault(status=401, body=json.dumps(refusal).encode()))
	item = sales.shop.website_item()
	sales.shop.drain()
	task = sales.task(order)
	assert (task.status, task.attempts) == ("Retrying", 1)
	assert "The signature does not fit. Enter the secret of Medusa's plugin" in task.last_error
	assert sales.shop.task(item).status == "Synced"
	assert not sales.shop.setting("paused")
