"""The ways of docs/architecture.md, "Module by module": what runs is what stands there."""

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
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

pytestmark = pytest.mark.site

ARCHITECTURE = Path(__file__).parent.parent / "docs" / "architecture.md"
APP = Path(medusa_integration.__file__).parent
BELOW = ("medusa/", "mirror/")


def passed(work: Callable[[], object]) -> set[str]:
	"""The modules of the app above the client in which something is called meanwhile."""
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


def told(way: str) -> tuple[list[str], set[str]]:
	"""The steps of a way, and what is asked on it."""
	text = ARCHITECTURE.read_text().split(f"\n### {way}\n")[1].split("\n#")[0]
	table, _, asked = text.partition("\nAsked on the way:")
	steps = re.findall(r"^\| \d+ \| `([^`]+)` \|", table, re.MULTILINE)
	return steps, set(re.findall(r"`([\w/]+\.py)`", asked))


def check(way: str, ran: set[str], *, most: int) -> None:
	steps, asked = told(way)
	assert len(steps) <= most
	above = {step for step in steps if not step.startswith(BELOW)}
	assert above <= ran, "a step that nothing passes"
	assert ran <= above | asked, "something that nobody is told of"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_saved_website_item(shop):  # noqa: F811
	item = shop.website_item(web_item_name="Nitrile gloves")
	shop.drain()

	def save_and_send():
		shop.save(item, web_item_name="Vinyl gloves")
		shop.drain()

	check("A saved Website Item", passed(save_and_send), most=15)
	assert shop.product(item)["title"] == "Vinyl gloves"


def test_an_orders_status(shop, sales):  # noqa: F811
	order = sales.order()
	shop.drain()

	def submit_and_send():
		document = frappe.get_doc("Sales Order", order.name)
		document.submit() if document.docstatus == 0 else document.cancel()
		frappe.db.commit()
		shop.drain()

	steps, _asked = told("An order's status")
	assert len([step for step in steps if not step.startswith(BELOW)]) <= 8
	check("An order's status", passed(submit_and_send), most=15)
	assert sales.task(order).status == "Synced"
