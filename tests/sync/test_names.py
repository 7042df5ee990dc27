"""A name is compared as the database compares it: WEB-ITM-7 and web-itm-7 are one document."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration import database
from medusa_integration.catalogue.reconcile.matching import CollectionRegister, Entry
from medusa_integration.mirror.values import Collection
from medusa_integration.sync import task_recording, task_states

TASK = "Medusa Sync Task"


@pytest.fixture(autouse=True)
def one_name_in_any_case(site):
	if frappe.db.db_type != "mariadb":
		pytest.skip("two names there")


def upper(shop) -> str:
	return f"WEB-ITM-{shop.mark.upper()}"


@pytest.fixture
def item(shop):
	"""A Website Item with a name in capitals, which Medusa has."""
	item = shop.website_item(name=upper(shop))
	shop.drain()
	assert item.name == upper(shop)
	return item


def test_a_case_only_rename_keeps_the_pending_quantity(shop, item):
	"""The task of the quantity goes along, under the new spelling."""
	shop.record_stock([item.name])
	new = shop.rename(item, item.name.lower())
	assert new == item.name.lower()
	assert shop.task(new, lane="stock").status == "Pending"
	names = frappe.get_all(TASK, {"reference_doctype": "Website Item"}, pluck="reference_name")
	assert names == [new, new]
	shop.drain()
	assert shop.tasks() == {"Synced": 3}
	assert len(shop.medusa.products) == 1


def test_a_deletion_of_another_spelling_is_not_sent(shop, item):
	"""The document is there: its product stays."""
	product = shop.product(item)["id"]
	task_recording.record("Website Item", item.name.lower(), "product", "Delete", medusa_id=product)
	frappe.db.commit()
	shop.drain()
	assert shop.medusa.product(product)
	assert shop.task(item).status == "Synced"
	assert shop.value(item, "medusa_id") == product


def test_a_case_only_rename_between_deletion_and_round(shop, item):
	"""A deletion that was refused, its document renamed meanwhile: the product stays."""
	product = shop.product(item)["id"]
	frappe.db.set_value(
		TASK,
		{"reference_name": item.name, "lane": "product"},
		{
			"operation": "Delete",
			"status": "Pending",
			"next_attempt_at": frappe.utils.now_datetime(),
			"medusa_id": product,
		},
	)
	frappe.db.sql("update `tabWebsite Item` set name = %s where name = %s", (item.name.lower(), item.name))
	shop.site.renamed("Website Item", item.name, item.name.lower())
	frappe.db.commit()
	shop.drain()
	assert shop.medusa.product(product)
	assert shop.task(item.name.lower()).status == "Synced"


def test_a_save_takes_over_the_spelling(shop, item):
	"""Renamed beside the events: what is recorded next has the name as it is."""
	new = item.name.lower()
	frappe.db.sql("update `tabWebsite Item` set name = %s where name = %s", (new, item.name))
	shop.site.renamed("Website Item", item.name, new)
	frappe.db.commit()
	shop.save(frappe.get_doc("Website Item", new), ranking=8)
	assert shop.task(new).reference_name == new
	assert shop.drain() == {"Synced": 1}
	assert [one["erp_product"]["ranking"] for one in shop.medusa.products] == [8]


def test_a_group_in_another_case(shop):
	"""A pending collection keeps its task, and its products find it."""
	group = shop.item_group(f"GLOVES {shop.mark.upper()}")
	item = shop.website_item(item_group=group.name)
	new = shop.rename(group, group.name.lower())
	shop.drain()
	assert shop.task(item).status == "Synced"
	assert shop.task(new, "Item Group").status == "Synced"
	assert frappe.db.get_value("Item Group", new, "medusa_id")


def test_sync_now_by_another_spelling(shop, item):
	"""Whoever types a name in small letters means the same document."""
	from medusa_integration.api import sync_now

	assert sync_now("Website Item", item.name.lower())["status"] == "Synced"


def test_only_what_was_asked_for_is_claimed(shop, item):
	"""A round for one document takes its task, however the caller spells it."""
	shop.record([item.name])
	assert shop.drain(only=[("Website Item", item.name.lower(), "product")]) == {"Synced": 1}


def test_states_go_by_the_names_that_were_asked_for(shop, item):
	"""No name is looked up that was not asked for."""
	found = task_states.states("Website Item", [item.name.lower(), "nothing"], "product")
	assert {name: task.status for name, task in found.items()} == {item.name.lower(): "Synced"}


@pytest.mark.parametrize(
	("one", "other", "same"),
	[
		("WEB-ITM-7", "web-itm-7", True),
		("Größe", "GROSSE", True),
		("Café", "cafe", True),
		("ΆΛΦΑ", "αλφα", True),
		("gloves ", "gloves", True),
		(" gloves", "gloves", False),
		("WEB-ITM-7", "WEB-ITM-8", False),
		("Перчатки", "ПЕРЧАТКИ", True),
		("чай", "чаи", False),
		("أحمد", "احمد", False),
	],
)
def test_as_the_database_does(site, one, other, same):
	"""The same as MariaDB says of a document's name."""
	[(answer,)] = frappe.db.sql(
		"select %s collate utf8mb4_unicode_ci = %s collate utf8mb4_unicode_ci", (one, other)
	)
	assert bool(answer) is same
	assert (database.folded(one) == database.folded(other)) is same


def test_a_thing_in_medusa_that_names_the_old_spelling():
	"""The collection of a group that was renamed since is not taken for an orphan."""
	register = CollectionRegister()
	register.add([Entry("web-itm-7", None, "Gloves", True)])
	register.place(
		Collection(title="Gloves", key="WEB-ITM-7", handle="gloves", fallback_handle="gloves-2", id="col_1")
	)
	[verdict] = register.verdicts()
	assert (verdict.kind, verdict.entry.name) == ("Missing", "web-itm-7")
