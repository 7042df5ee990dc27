"""What runs in a process on the site to measure how long an order takes from Medusa to its Sales Order."""

from __future__ import annotations

import time

import frappe
from frappe.utils.password import set_encrypted_password

from benchmarks.events import Plugin
from benchmarks.orders_on_site import basket, set_up
from benchmarks.selling_on_site import SETTINGS, prepare
from devbench.medusa.generations import PluginOptions
from devbench.medusa.simulator import Simulator
from medusa_integration.constants import SALES_ORDER

# seconds
A_LOOK = 0.02
LONGEST = 300


def seconds_to_sales_order(server: str, secret: str, count: int) -> list[float]:
	"""Place orders one after the other, send the event of each, and wait for its Sales Order.

	A worker listens, and Medusa runs in this process. The order before is told to Medusa meanwhile, as in a
	shop. The first order is not counted.

	Args:
		server: base URL of the site.
		secret: what the site shares with the plugin.
		count: how many orders.
	"""
	sold, plugin, waits = prepare(10), Plugin(server, secret), []
	with Simulator("v2", plugin=PluginOptions((secret,))) as medusa:
		_connect_to(medusa)
		for _ in range(count + 1):
			started = time.perf_counter()
			order_id = medusa.place_order(basket(sold, 3))
			plugin.tell(order_id)
			_wait_for(order_id, started)
			waits.append(time.perf_counter() - started)
	return waits[1:]


def _connect_to(medusa: Simulator) -> None:
	set_up(enable=1, url=medusa.url, admin_email=medusa.email, publishable_api_key=medusa.publishable_key)
	set_encrypted_password(SETTINGS, SETTINGS, medusa.password, "admin_password")
	frappe.db.commit()


def _wait_for(order_id: str, started: float) -> None:
	while not frappe.db.get_value(SALES_ORDER, {"medusa_order_id": order_id}):
		if time.perf_counter() - started > LONGEST:
			raise RuntimeError(f"There is no Sales Order of {order_id}: {_state(order_id)}")
		frappe.db.rollback()
		time.sleep(A_LOOK)


def _state(order_id: str) -> object:
	return frappe.get_all("Medusa Sync Task", {"reference_name": order_id}, ["status", "last_error"])
