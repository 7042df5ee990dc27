"""The section "ERPNext" on an order's page in Medusa's admin, of the plugin as npm installs it from its file.

The pages are built anew, which takes minutes; a picture of each is stored in `.devbench/pictures`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

# before the pages are built: without a browser nobody would open them
pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install playwright")
from playwright.sync_api import Page, sync_playwright

from devbench import STATE
from devbench.medusa.checkout import CheckoutV1, CheckoutV2, checkout_of
from devbench.medusa.generations import PluginOptions
from devbench.medusa.servers import MedusaServer
from devbench.processes import free_port
from tests.desk.browser import OPTIONS, chromium
from tests.plugin.receiver import Receiver, receiving, until
from tests.support.medusa import real_or_skip
from tests.support.plugin import SECRET, signature

pytestmark = [pytest.mark.medusa, pytest.mark.own_medusa, pytest.mark.long]

LABELS = ["Sales Order", "Status", "Invoice", "Payment", "Delivery", "Told By ERPNext", "Last Event"]
# milliseconds; a machine with other tests beside it takes its time
PATIENCE = 120_000
SECTION = "xpath=//h2[text()='ERPNext']/ancestor::div[contains(@class, 'divide-y')][1]"
# as the app tells it: tests/selling/test_orders.py
TOLD = {
	"order_status": "To Deliver",
	"payment_status": "Paid",
	"documents": {
		"sales_order": "SAL-ORD-2026-00042",
		"invoices": ["ACC-SINV-2026-00017"],
		"delivery_notes": ["MAT-DN-2026-00009"],
		"delivered": 40,
	},
}


@dataclass
class Shop:
	"""A Medusa with its admin, and the ERPNext that its plugin tells."""

	medusa: MedusaServer
	erpnext: Receiver
	checkout: CheckoutV1 | CheckoutV2

	@property
	def types(self) -> list[str]:
		"""What ERPNext is told about such an order; on v1 also what becomes of its own telling."""
		return ["order.placed", *(["order.updated"] if self.medusa.generation == "v1" else [])]

	def order(self) -> str:
		"""Something that was bought, of which ERPNext was told, and has told something."""
		region = self.checkout.region("usd", 5)
		items = [(self.checkout.variant({"usd": price}, region), 2) for price in ("19.99", "4.50")]
		id = self.checkout.buy(region, items, [self.checkout.option(region, "Courier", "5.95")])
		body, query = json.dumps(TOLD).encode(), f"order_id={id}"
		headers = {
			"Authorization": self.checkout.admin.session.headers["Authorization"],
			"Content-Type": "application/json",
			"X-ERPNext-Signature": signature(body, secret=SECRET, query=query),
		}
		if key := self.medusa.publishable_key:
			headers["x-publishable-api-key"] = key
		url = f"{self.medusa.url}/store/order-update?{query}"
		requests.post(url, body, headers=headers, timeout=300).raise_for_status()
		sent = [(type, "sent") for type in self.types]
		until(lambda: self.events(id) == sent, lambda: self.events(id))
		return id

	def events(self, order_id: str) -> list[tuple[str, str]]:
		"""(type, status) of each event about an order, the oldest first."""
		rows = self.checkout.admin("GET", f"/admin/erpnext/events?aggregate_id={order_id}")["events"]
		return [(row["type"], row["status"]) for row in rows[::-1]]


@pytest.fixture(scope="module", params=["v1", "v2"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
	port = free_port()
	plugin = PluginOptions((SECRET,), erpnext_url=f"http://127.0.0.1:{port}")
	with real_or_skip(request.param, plugin, admin=True) as medusa, receiving(port) as erpnext:
		checkout = checkout_of(medusa)
		if request.param == "v1":
			# else its admin first asks for it, in front of every page
			checkout.admin("POST", "/admin/analytics-configs", {"opt_out": True, "anonymize": True})
		yield Shop(medusa, erpnext, checkout)


@pytest.fixture
def browser() -> Iterator[Any]:
	"""Headless Chromium; the test is skipped where there is none."""
	if not (program := chromium()):
		pytest.skip("needs Chromium: apt-get install chromium")
	with sync_playwright() as playwright:
		started = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
		yield started
		started.close()


def opened(browser: Any, shop: Shop, order_id: str) -> Page:
	"""The page of an order, of somebody who is signed in."""
	# Medusa gives its cookies to encrypted connections only, which a proxy says that this is
	context = browser.new_context(
		viewport={"width": 1440, "height": 1000}, extra_http_headers={"X-Forwarded-Proto": "https"}
	)
	context.set_default_timeout(PATIENCE)
	page = context.new_page()
	page.goto(f"{shop.medusa.url}/app/login")
	page.locator("input[name=email]").fill(shop.medusa.email)
	page.locator("input[name=password]").fill(shop.medusa.password)
	page.locator("button[type=submit]").click()
	page.wait_for_url(re.compile("/app/(?!login)"))
	page.goto(f"{shop.medusa.url}/app/{'a/' if shop.medusa.generation == 'v1' else ''}orders/{order_id}")
	page.locator(SECTION).get_by_text("Last Event").wait_for()
	return page


def rows(page: Page) -> dict[str, str]:
	"""What stands beside each label of the section."""
	found = page.locator(SECTION).locator("css=.grid.grid-cols-2")
	label_and_value = [re.split(r"\n+", row.inner_text(), maxsplit=1) for row in found.all()]
	return {label: value for label, value in label_and_value}


def test_the_widget_is_in_the_pages(shop: Shop) -> None:
	"""In a script that the page of the admin loads, whichever of its parts that is."""
	page = requests.get(f"{shop.medusa.url}/app", timeout=300)
	assert page.status_code == 200
	scripts = [
		path for path in shop.medusa.admin_pages.rglob("*.js") if "Told By ERPNext" in path.read_text()
	]
	assert len(scripts) == 1
	(script,) = scripts
	url = f"{shop.medusa.url}/app/{script.relative_to(shop.medusa.admin_pages)}"
	assert "Told By ERPNext" in requests.get(url, timeout=300).text


def test_an_orders_page_shows_what_erpnext_has_told(shop: Shop, browser: Any) -> None:
	order_id = shop.order()
	page = opened(browser, shop, order_id)
	shown = rows(page)
	assert list(shown) == LABELS
	told, event = shown.pop("Told By ERPNext"), shown.pop("Last Event")
	assert shown == {
		"Sales Order": "SAL-ORD-2026-00042",
		"Status": "To Deliver",
		"Invoice": "ACC-SINV-2026-00017",
		"Payment": "Paid",
		"Delivery": "40 %, MAT-DN-2026-00009",
	}
	moment = r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d [AP]M"
	assert re.fullmatch(moment, told) and re.fullmatch(f"{shop.types[-1]}, sent {moment}", event)
	pictures = STATE / "pictures"
	pictures.mkdir(parents=True, exist_ok=True)
	page.locator(SECTION).scroll_into_view_if_needed()
	page.screenshot(path=pictures / f"medusa-order-{shop.medusa.generation}.png")
	# it is known to ERPNext: another event takes its place
	page.get_by_role("button", name="Send again").click()
	page.get_by_text("ERPNext is told again.").first.wait_for()
	expected = [*shop.types, shop.types[-1]]
	until(lambda: shop.erpnext.types(order_id) == expected, lambda: shop.erpnext.types(order_id))


def test_what_erpnext_does_not_take_is_shown(shop: Shop, browser: Any) -> None:
	shop.erpnext.status = 503
	order_id = shop.medusa.add_order()
	until(lambda: shop.events(order_id) != [], list)

	def error() -> str | None:
		path = f"/admin/erpnext/events?aggregate_id={order_id}"
		return shop.checkout.admin("GET", path)["events"][-1]["last_error"]

	until(lambda: error() is not None, error)
	shown = rows(opened(browser, shop, order_id))
	assert {label: shown[label] for label in LABELS[:6]} == dict.fromkeys(LABELS[:6], "-")
	# a draft order of v1 is paid when it is placed: the last event waits for that one
	last = shop.checkout.admin("GET", f"/admin/erpnext/events?aggregate_id={order_id}&limit=1")["events"][0]
	assert shown["Last Event"].startswith(f"{last['type']}, next attempt ")
	assert shown.get("Last Error") == last["last_error"]
