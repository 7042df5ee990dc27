"""Moving to another Medusa server, by the very lines of docs/operations.md."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import frappe
import pytest

from tests.customers.conftest import visitors  # noqa: F401
from tests.support.medusa import simulator
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

pytestmark = pytest.mark.site

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations.md"


def in_the_console(containing: str) -> None:
	"""Enter those lines of the chapter that have this among them."""
	chapter = OPERATIONS.read_text().split("\n## Moving to another Medusa server\n")[1].split("\n## ")[0]
	blocks = re.findall(r"^ *```python\n(.*?)^ *```$", chapter, re.DOTALL | re.MULTILINE)
	(lines,) = (dedent(block) for block in blocks if containing in block)
	exec(compile(lines, str(OPERATIONS), "exec"), {"frappe": frappe})


def test_the_catalogue_goes_to_the_new_server_and_orders_stay(shop, sales):  # noqa: F811
	"""All items arrive there; nobody tells it of orders that it does not have."""
	item = shop.website_item()
	order = sales.order()
	shop.drain()
	assert shop.product(item) and sales.task(order).status == "Synced"
	old = shop.value(item, "medusa_id")

	shop.set(enable=0)
	in_the_console("clear_all_website_item_id")
	assert not shop.value(item, "medusa_id")
	with simulator("v2") as new:
		shop.medusa = new
		shop.configure(publishable_api_key=new.publishable_key)
		shop.record([item.name])
		shop.drain()
		assert shop.product(item)["id"] == shop.value(item, "medusa_id") != old

		from medusa_integration.selling.order.nightly import record_missed_orders

		assert record_missed_orders() == 0
		assert sales.task(order).status == "Synced"


def test_who_registers_again_is_the_same_lead(shop, visitors):  # noqa: F811
	"""Not before the old server's account is forgotten: an email has one."""
	from medusa_integration.customers.parties import is_registered

	address = visitors.address()
	old, lead = visitors.registered_lead(address)
	assert is_registered(address)
	in_the_console("set_value(doctype")
	assert not is_registered(address)
	# two mails of one second have no order
	frappe.db.delete("Email Queue")
	with simulator("v2") as new:
		shop.medusa = new
		shop.configure(publishable_api_key=new.publishable_key)
		found, again = visitors.registered_lead(address)
	assert found != old
	assert again == lead
