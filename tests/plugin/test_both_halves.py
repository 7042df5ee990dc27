"""The plugin in a real Medusa and the app on a site, with nothing between that plays a part of either."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import frappe
import pytest

from devbench.medusa.checkout import CheckoutV1, CheckoutV2, checkout_of
from devbench.medusa.generations import PluginOptions
from devbench.medusa.servers import MedusaServer
from medusa_integration.constants import MEDUSA_ORDER
from tests.inbox.conftest import EVENT, inbox  # noqa: F401
from tests.support.medusa import real_or_skip
from tests.support.plugin import SECRET
from tests.support.processes import wait_until
from tests.support.quotes import Quotes, quotes  # noqa: F401
from tests.support.shop_fixtures import shop  # noqa: F401

pytestmark = [pytest.mark.medusa, pytest.mark.own_medusa, pytest.mark.long]


@pytest.fixture
def medusa(request: pytest.FixtureRequest, inbox: None, http_server: str) -> Iterator[MedusaServer]:  # noqa: F811
	"""A real Medusa whose plugin tells the site, and takes nothing from it that is not signed."""
	plugin = PluginOptions((SECRET,), erpnext_url=f"{http_server}/")
	with real_or_skip(request.param, plugin) as server:
		yield server


def events(order_id: str) -> list[tuple[str, str]]:
	"""(type, state) of each event that the site has about an order, the oldest first."""
	frappe.db.rollback()
	return frappe.get_all(
		EVENT,
		filters={"aggregate": "order", "aggregate_id": order_id},
		fields=["event_type", "status"],
		order_by="creation asc",
		as_list=True,
	)


def outbox_of(checkout: CheckoutV1 | CheckoutV2, order_id: str) -> list[tuple[str, str, str | None]]:
	"""(type, state, last error) of the first event that Medusa has about an order."""
	rows = checkout.admin("GET", f"/admin/erpnext/events?aggregate_id={order_id}")["events"]
	return [(row["type"], row["status"], row["last_error"]) for row in rows[-1:]]


@pytest.mark.parametrize("medusa", ["v2", "v1"], indirect=True)
def test_an_order_of_a_visitor_becomes_a_sales_order_that_medusa_hears_of(
	medusa: MedusaServer,
	quotes: Quotes,  # noqa: F811
) -> None:
	our_shop = quotes.shop
	checkout = checkout_of(medusa)
	region = checkout.region("usd", 5)
	variant_id = checkout.variant({"usd": "19.99"})
	option = checkout.option(region, "Courier", "5.95")
	item = quotes.variant(None)
	quotes.exchange("USD", 0.4)
	frappe.db.set_value("Website Item", item.name, "medusa_variant_id", variant_id)
	our_shop.set(delivery_charges_account=quotes.account(), submit_imported_orders=1, import_orders=1)
	frappe.db.delete("Medusa Sync Task")
	frappe.db.commit()

	order_id = checkout.buy(region, [(variant_id, 3)], [option], email=f"anna-{our_shop.mark}@example.com")
	assert wait_until(lambda: ("order.placed", "Received") in events(order_id)), medusa.log.read_text()[
		-2000:
	]
	# Medusa marks it after the answer
	assert wait_until(lambda: outbox_of(checkout, order_id) == [("order.placed", "sent", None)])

	our_shop.drain()
	assert {state for _, state in events(order_id)} == {"Processed"}
	task = our_shop.task(order_id, MEDUSA_ORDER, "order_import")
	assert task.status == "Synced", task.last_error
	doc = frappe.get_doc("Sales Order", {"medusa_order_id": order_id})
	assert frappe.db.get_value(MEDUSA_ORDER, order_id, "sales_order") == doc.name
	assert [(row.item_code, row.qty, row.rate) for row in doc.items] == [(item.item_code, 3, 19.99)]
	# 3 * 19.99 + 5.95 and 5 %
	assert Decimal(str(doc.grand_total)).quantize(Decimal("0.01")) == Decimal("69.22")

	our_shop.drain()
	told = medusa.order_update(order_id)
	assert told is not None, our_shop.task(doc).last_error
	assert (told["order_status"], told["grand_total"]) == (doc.status, 69.22)
