"""What of a save becomes a task, and what does not."""

from __future__ import annotations

import frappe
import pytest
from frappe.core.doctype.deleted_document.deleted_document import restore

from medusa_integration.api import delete_medusa_item, update_website_item
from medusa_integration.sync.task_store import TaskStore

TASK = "Medusa Sync Task"


@pytest.fixture
def item(shop):
	"""A Website Item that Medusa has."""
	item = shop.website_item(web_item_name="Nitrile gloves", ranking=1)
	shop.drain()
	return item


def writes_of(queries):
	return [query for query in queries if not query.lstrip().lower().startswith("select")]


def writes_of_ours(queries):
	return [query for query in writes_of(queries) if "tabMedusa" in query]


# -- a save --------------------------------------------------------------------------------------------------


@pytest.mark.contract(70, 73)
def test_a_save_with_a_mapped_change_records_one_task(shop, item):
	"""Website Item `validate` records, once per document however often it is saved."""
	shop.save(item, web_item_name="Nitrile gloves, blue")
	assert shop.task(item).status == "Pending"
	version = shop.task(item).version

	shop.save(item, short_description="Blue")

	task = shop.task(item)
	assert (task.version, task.operation, task.lane) == (version + 1, "Upsert", "product")


@pytest.mark.contract(73)
def test_the_hook_is_the_documented_one(site):
	"""hooks.py names `medusa_integration.api.website_item_validate` for `validate`,
	`delete_medusa_item` for `on_trash`.
	"""
	events = frappe.get_hooks("doc_events")["Website Item"]
	assert events["validate"] == ["medusa_integration.api.website_item_validate"]
	assert events["on_trash"][0] == "medusa_integration.api.delete_medusa_item"


def test_a_save_without_mapped_change_records_nothing(shop, item, query_counter):
	"""Not a statement of ours is written for a field that Medusa does not have."""
	document = frappe.get_doc("Website Item", item.name)
	document.website_image_alt = "A pair of gloves"
	with query_counter() as queries:
		document.save()
	assert writes_of_ours(queries) == []
	assert writes_of(queries), "the save itself has written"
	frappe.db.commit()
	assert shop.task(item).status == "Synced"


@pytest.mark.parametrize(
	("field", "as_a_form_sends_it"),
	[("ranking", "1"), ("published", "1"), ("on_backorder", "0"), ("brand", "")],
)
def test_a_form_sends_everything_as_text(shop, item, query_counter, field, as_a_form_sends_it):
	"""The same value in another spelling is no change."""
	document = frappe.get_doc("Website Item", item.name)
	document.set(field, as_a_form_sends_it)
	with query_counter() as queries:
		document.save()
	assert writes_of_ours(queries) == []


@pytest.mark.parametrize(
	("field", "value"),
	[
		("web_item_name", "Another"),
		("web_long_description", "<p>Long</p>"),
		("short_description", "Short"),
		("ranking", 7),
		("published", 0),
		("on_backorder", 1),
	],
)
def test_every_mapped_field_is_noticed(shop, item, field, value):
	"""A change of any field that the product is made of is recorded, and arrives."""
	shop.save(item, **{field: value})
	assert shop.task(item).status == "Pending"
	assert shop.drain() == {"Synced": 1}


def test_specifications_are_noticed(shop, item):
	"""A row of the specifications added, changed, removed."""
	document = frappe.get_doc("Website Item", item.name)
	document.append("website_specifications", {"label": "Size", "description": "M"})
	document.save()
	shop.drain()
	assert shop.product(item)["erp_product"]["specifications"] == [{"label": "Size", "description": "M"}]

	document.reload()
	document.website_specifications[0].description = "L"
	document.save()
	shop.drain()
	assert shop.product(item)["erp_product"]["specifications"] == [{"label": "Size", "description": "L"}]

	document.reload()
	document.website_specifications = []
	document.save()
	shop.drain()
	assert not shop.product(item)["erp_product"]["specifications"]


@pytest.mark.contract(97)
def test_the_skip_field_lets_one_save_pass(shop, item, query_counter):
	"""`custom_skip_update_hook`: nothing is sent, that same save resets it, the next save is recorded.

	Its task only notes that a change is held back (ruling B2).
	"""
	document = frappe.get_doc("Website Item", item.name)
	document.custom_skip_update_hook = 1
	document.web_item_name = "Not for Medusa"
	with query_counter() as queries:
		document.save()
	[note] = writes_of_ours(queries)
	assert "SET `held_back`=1 WHERE" in note
	frappe.db.commit()
	assert shop.value(item, "custom_skip_update_hook") == 0
	assert shop.value(item, "web_item_name") == "Not for Medusa"
	assert shop.task(item).status == "Synced"

	shop.save(item, ranking=9)
	assert shop.task(item).status == "Pending"


@pytest.mark.contract(98)
def test_the_skip_field_and_the_documented_function(shop, item):
	"""`update_website_item` looks at the field first, resets it without touching `modified`,
	and sends nothing.
	"""
	shop.save(item, ranking=9)
	frappe.db.set_value("Website Item", item.name, "custom_skip_update_hook", 1, update_modified=False)
	frappe.db.commit()
	modified, requests = shop.value(item, "modified"), len(shop.medusa.requests)

	assert update_website_item(frappe.get_doc("Website Item", item.name)) is None

	assert len(shop.medusa.requests) == requests
	frappe.db.commit()
	assert shop.value(item, "custom_skip_update_hook") == 0
	assert shop.value(item, "modified") == modified
	update_website_item(item.name)
	assert shop.product(item)["erp_product"]["ranking"] == 9


def test_a_flag_lets_one_save_pass(shop, item):
	"""`doc.flags.medusa_skip_sync` does the same for this document object, without a field."""
	document = frappe.get_doc("Website Item", item.name)
	document.flags.medusa_skip_sync = True
	document.web_item_name = "Not for Medusa"
	document.save()
	frappe.db.commit()
	assert shop.task(item).status == "Synced"


def test_sending_leaves_modified_alone(shop, item):
	"""Whoever has the form open can still save it after Medusa has got the item."""
	opened = frappe.get_doc("Website Item", item.name)
	frappe.db.set_value("Website Item", item.name, "ranking", 3, update_modified=False)
	shop.record([item.name])
	shop.drain()
	opened.web_item_name = "Saved from a form"
	opened.save()
	assert opened.medusa_id


def test_a_stale_form_does_not_wipe_ids(shop):
	"""A form that was opened before the export is saved after it: the ids stay."""
	item = shop.website_item()
	opened = frappe.get_doc("Website Item", item.name)
	shop.drain()
	assert not opened.medusa_id
	opened.web_item_name = "Saved from a form"
	opened.save()
	frappe.db.commit()

	assert shop.value(item, "medusa_id")
	assert shop.value(item, "medusa_variant_id")
	shop.drain()
	assert len(shop.medusa.products) == 1
	assert shop.product(item)["title"] == "Saved from a form"


# -- where, and whether, it is sent --------------------------------------------------------------------------


def test_nothing_is_recorded_on_a_site_without_medusa(shop, query_counter):
	"""Without an address no Medusa was ever configured: no task, whatever is saved, renamed or deleted."""
	shop.set(url=None)
	with query_counter() as queries:
		item = shop.website_item()
	assert [query for query in writes_of(queries) if "tabMedusa Sync Task" in query] == []
	shop.save(item, ranking=4)
	frappe.rename_doc("Item Group", item.item_group, shop.name("Renamed"))
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert not shop.tasks()
	assert shop.woken == 0


def test_switched_off_changes_are_kept(shop):
	"""With an address but switched off, changes are recorded and not sent; switched on, they go out."""
	shop.set(enable=0)
	item = shop.website_item()
	assert shop.task(item).status == "Pending"
	assert shop.woken == 0
	shop.drain()
	assert shop.medusa.requests == []

	shop.set(enable=1)
	shop.drain()
	assert shop.task(item).status == "Synced"
	assert shop.product(item)


# -- deletion ------------------------------------------------------------------------------------------------


@pytest.mark.contract(99)
def test_a_deleted_item_is_deleted_in_medusa(shop, item):
	"""`on_trash` records, the drain sends `DELETE /admin/products/{medusa_id}` after the commit."""
	product = shop.product(item)["id"]
	frappe.delete_doc("Website Item", item.name)
	assert len(shop.medusa.products) == 1, "nothing is sent before the commit"
	frappe.db.commit()
	task = shop.task(item.name)
	assert (task.operation, task.status, task.medusa_id) == ("Delete", "Pending", product)

	shop.drain()

	assert shop.medusa.products == []
	task = shop.task(item.name)
	assert (task.status, task.medusa_id, task.fingerprint) == ("Synced", None, None)


@pytest.mark.contract(99)
@pytest.mark.parametrize("generation", ["v1"])
def test_the_documented_request_deletes(shop, item):
	"""On v1 it is the documented request, and a product that is gone already counts as deleted."""
	product = shop.product(item)["id"]
	frappe.delete_doc("Website Item", item.name)
	shop.drain()
	assert len(shop.medusa.sent("DELETE", f"/admin/products/{product}")) == 1
	assert shop.medusa.products == []


@pytest.mark.contract(99)
@pytest.mark.parametrize("given", ["document", "dict", "name"])
def test_delete_medusa_item_takes_what_there_is(shop, item, given):
	"""The documented function takes the document, a dict of it, or its name."""
	item.reload()
	delete_medusa_item({"document": item, "dict": item.as_dict(), "name": item.name}[given])
	task = shop.task(item.name) if frappe.db.commit() is None else None
	assert task.operation == "Delete"


def test_a_rolled_back_deletion_sends_nothing(shop, item):
	"""Deleted, then rolled back: the product stays."""
	frappe.delete_doc("Website Item", item.name)
	frappe.db.rollback()
	shop.drain()
	assert shop.product(item)
	assert shop.task(item).operation == "Upsert"


def test_a_refused_deletion_sends_nothing(shop, item):
	"""Something links to the item, the deletion is refused;
	even if someone commits what was done before that.
	"""
	todo = shop.site.new("ToDo", description="links to it")
	frappe.db.set_value("ToDo", todo.name, {"reference_type": "Website Item", "reference_name": item.name})
	frappe.db.commit()
	deleted = shop.medusa.sent("DELETE")

	from frappe.model import delete_doc as module

	with pytest.MonkeyPatch.context() as patch, pytest.raises(frappe.LinkExistsError):
		patch.setattr(module, "check_if_doc_is_linked", refuse)
		frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	assert shop.task(item).operation == "Delete"
	shop.drain()

	assert shop.product(item)
	assert shop.medusa.sent("DELETE") == deleted
	assert shop.task(item).status == "Synced"
	shop.save(item, web_item_name="Still there")
	shop.drain()
	assert shop.product(item)["title"] == "Still there"


def refuse(*_arguments, **_options):
	raise frappe.LinkExistsError("somebody needs it")


def test_an_item_that_was_never_sent_is_deleted(shop):
	"""Nothing was sent, nothing is to be: its task goes with it."""
	item = shop.website_item()
	frappe.delete_doc("Website Item", item.name)
	shop.drain()
	assert shop.task(item.name) is None
	assert shop.created() == {}


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("when", ["arrived", "applied"])
def test_an_item_is_deleted_while_it_is_created(shop, when):
	"""Its creation was under way: no product is left behind."""
	item = shop.website_item()

	def delete():
		frappe.delete_doc("Website Item", item.name)
		frappe.db.commit()

	shop.when_creating(lambda: shop.elsewhere(delete), when)
	shop.drain()

	assert shop.medusa.products == []
	task = shop.task(item.name)
	assert (task.operation, task.status) == ("Delete", "Synced")


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_an_item_whose_creation_got_lost_is_deleted(shop):
	"""Medusa has created it, the worker died, the item is deleted: its product is looked for, and deleted."""

	item = shop.website_item()
	shop.drain()
	frappe.db.set_value(
		"Website Item", item.name, {"medusa_id": None, "medusa_variant_id": None}, update_modified=False
	)
	shop.record([item.name])
	assert TaskStore().claim("product", 1), "the worker that dies"
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	shop.make_due()

	shop.drain()

	assert shop.medusa.products == []


def test_a_new_item_gets_the_name_of_a_deleted_one(shop, item):
	"""A naming series gives the last number again: the deletion and the new item both arrive."""
	old_product, stock_item = shop.product(item)["id"], frappe.get_doc("Item", item.item_code)
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	again = shop.website_item(shop.item(item_group=stock_item.item_group), name=item.name)
	assert again.name == item.name

	shop.drain()

	assert shop.medusa.product(old_product) is None
	assert len(shop.medusa.products) == 1
	assert shop.value(again, "medusa_id") == shop.medusa.products[0]["id"] != old_product
	assert set(shop.tasks()) == {"Synced"}


def test_a_new_item_for_the_same_stock_item(shop, item):
	"""Deleted and made anew under another name before the deletion could be sent:
	the new one's product stays.
	"""
	stock_item = frappe.get_doc("Item", item.item_code)
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	frappe.db.set_value(
		TASK, {"reference_name": item.name}, "next_attempt_at", frappe.utils.add_days(frappe.utils.now(), 1)
	)  # the deletion met an outage, and waits
	again = shop.website_item(stock_item, name=f"WEB-{shop.mark}-AGAIN")
	shop.drain()
	assert shop.task(again).status == "Synced"
	shop.make_due()
	shop.drain()

	assert len(shop.medusa.products) == 1
	assert shop.value(again, "medusa_id") == shop.medusa.products[0]["id"]
	assert shop.task(item.name).status == "Synced"


@pytest.mark.parametrize("sent", [False, True])
def test_a_deleted_item_is_restored(shop, item, sent):
	"""Restored before its deletion was sent: it keeps its product; restored after it: it gets one again."""
	frappe.delete_doc("Website Item", item.name)
	frappe.db.commit()
	if sent:
		shop.drain()
	restore(frappe.db.get_value("Deleted Document", {"deleted_name": item.name}), alert=False)
	frappe.db.commit()
	restored = shop.site.added(frappe.get_doc("Website Item", {"item_code": item.item_code}))

	shop.drain()

	assert len(shop.medusa.products) == 1
	assert shop.value(restored, "medusa_id") == shop.medusa.products[0]["id"]
	assert set(shop.tasks()) == {"Synced"}
