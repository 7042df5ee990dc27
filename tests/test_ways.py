"""*Module by module* in docs/architecture.md: its lists have the modules that run.

A table has the steps of the work, and "Also called" the other modules that run meanwhile: settings, values,
permissions, document events. Only the number of steps has a limit.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import frappe
import pytest

import medusa_integration
from medusa_integration import api
from tests.support.quotes import ADDRESS, quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

pytestmark = pytest.mark.site

ARCHITECTURE = Path(__file__).parent.parent / "docs" / "architecture.md"
APP = Path(medusa_integration.__file__).parent
BELOW = ("medusa/", "mirror/")


def modules_of(work: Callable[[], object]) -> set[str]:
	"""Return the modules of the app above `mirror/` in which a function runs during the work."""
	found: set[str] = set()

	def note(frame: FrameType, event: str, _argument: Any) -> None:
		path = Path(frame.f_code.co_filename)
		if event == "call" and frame.f_code.co_name != "<module>" and path.is_relative_to(APP):
			found.add(path.relative_to(APP).as_posix())

	threading.setprofile(note)
	sys.setprofile(note)
	try:
		work()
	finally:
		sys.setprofile(None)
		threading.setprofile(None)
	return {module for module in found if not module.startswith(BELOW)}


def documented(title: str) -> tuple[list[str], set[str]]:
	"""Return the steps of the table under a heading, and the other modules that are listed below it."""
	text = ARCHITECTURE.read_text().split(f"\n### {title}\n")[1].split("\n#")[0]
	table, _, others = text.partition("\nAlso called:")
	steps = re.findall(r"^\| \d+ \| `([^`]+)` \|", table, re.MULTILINE)
	return steps, set(re.findall(r"`([\w/]+\.py)`", others))


def check(title: str, ran: set[str], *, most_steps: int) -> None:
	steps, others = documented(title)
	assert 0 < len(steps) <= most_steps
	where = f"docs/architecture.md, *{title}*"
	assert set(steps) - ran == set(), f"{where}: remove the steps that do not run"
	assert ran - set(steps) - others == set(), f'{where}: add to "Also called" the modules that run'


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_saved_website_item(shop):  # noqa: F811
	item = shop.website_item(web_item_name="Nitrile gloves")
	shop.drain()

	def save_and_send():
		shop.save(item, web_item_name="Vinyl gloves")
		shop.drain()

	check("A saved Website Item", modules_of(save_and_send), most_steps=15)
	assert shop.product(item)["title"] == "Vinyl gloves"


def test_an_orders_status(shop, sales):  # noqa: F811
	order = sales.order()
	shop.drain()

	def submit_and_send():
		document = frappe.get_doc("Sales Order", order.name)
		document.submit() if document.docstatus == 0 else document.cancel()
		frappe.db.commit()
		shop.drain()

	check("An order's status", modules_of(submit_and_send), most_steps=8)
	assert sales.task(order).status == "Synced"


def test_a_call_of_create_quotation(quotes):  # noqa: F811
	"""From the endpoint to the inserted Quotation, as in a request of the shop's server."""
	request = quotes.request(quotes.customer(), billing_address=ADDRESS)
	answers: list[dict[str, str]] = []
	flags = frappe.local.flags.copy()
	frappe.utils.set_request(method="POST", path="/api/method/medusa_integration.api.create_quotation")
	try:
		ran = modules_of(lambda: answers.append(api.create_quotation(**request)))
	finally:
		frappe.local.request = None
		frappe.local.flags = flags
	check("A call of create_quotation", ran, most_steps=12)
	assert frappe.db.exists("Quotation", answers[0]["quotationId"])
