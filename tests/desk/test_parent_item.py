"""*Parent Website Item* on the form of a Website Item."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs Playwright: pip install playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.desk
FIELD = "[data-fieldname=custom_parent_website_item]"


def test_only_items_with_variants_are_offered(desk: Any, shop: Any) -> None:
	"""Others are no parent, the item itself neither; an item with variants has no such field."""
	item, other, parent = (
		shop.website_item(web_item_name=f"{label} {shop.mark}") for label in ("Item", "Other", "Parent")
	)
	shop.as_template(parent)
	desk.open(f"website-item/{item.name}")
	# it is in a section that is closed at first
	desk.page.evaluate("cur_frm.scroll_to_field('custom_parent_website_item')")
	desk.find(f"{FIELD} input").fill(shop.mark)
	# all are offered at once, a moment after the last key
	expect(desk.find(f"{FIELD} [role=option]", has_text=parent.name).first).to_be_visible()
	offered = desk.find(f"{FIELD} [role=option]").all_inner_texts()
	# each begins with the name; the last ones are what Desk says of its filters, and its actions
	names = [text.split()[0] for text in offered]
	assert parent.name in names
	assert not {item.name, other.name} & set(names), offered
	desk.open(f"website-item/{parent.name}")
	desk.page.evaluate("cur_frm.scroll_to_field('ranking')")
	assert desk.find(FIELD).count() and not desk.find(f"{FIELD} input").is_visible()
