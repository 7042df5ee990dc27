"""Medusa Sync Task: one row per document and lane, what people may do with it, and which rows go."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from medusa_integration import api
from medusa_integration.medusa_integration.doctype.medusa_sync_task.medusa_sync_task import (
	MedusaSyncTask,
	TaskInProgressError,
)
from tests.support.tables import keys_of

DOCTYPE = "Medusa Sync Task"


def new_task(name, status="Failed", **values):
	values = {
		"reference_doctype": "Item Group",
		"reference_name": name,
		"lane": "collection",
		"operation": "Upsert",
		"attempts": 3,
		**values,
	}
	frappe.get_doc({"doctype": DOCTYPE, "name": name, "status": status, **values}).db_insert()
	return name


def status_of(name):
	return frappe.db.get_value(DOCTYPE, name, "status")


def test_keys(site):
	assert (("reference_doctype", "reference_name", "lane"), True) in keys_of(DOCTYPE)
	assert (("status", "next_attempt_at"), False) in keys_of(DOCTYPE)
	assert (("lane", "next_attempt_at"), False) in keys_of(DOCTYPE)


def test_a_document_has_one_task_in_a_lane(site):
	new_task("first", reference_name="a group")
	new_task("other lane", reference_name="a group", lane="product")
	with pytest.raises(frappe.UniqueValidationError):
		new_task("second", reference_name="a group")


def test_the_list_shows_what_happened(site):
	"""Up to 1366 pixels Frappe's list has room for one field beside the title and the status: the error."""
	meta = frappe.get_meta(DOCTYPE)
	listed = [field.fieldname for field in meta.fields if field.in_list_view]
	assert next(name for name in listed if name not in (meta.title_field, "status")) == "last_error"


def test_tasks_are_not_made_by_hand(site):
	meta = frappe.get_meta(DOCTYPE)
	assert meta.in_create
	assert not any(rule.create for rule in meta.permissions)
	assert all(
		field.read_only for field in meta.fields if field.fieldtype not in ("Section Break", "Column Break")
	)


@pytest.mark.parametrize("names", ["task-1", ["task-1"], '["task-1"]'])
@pytest.mark.parametrize(
	("method", "status"), [(api.retry_sync_tasks, "Pending"), (api.ignore_sync_tasks, "Ignored")]
)
def test_retry_and_ignore(site, method, status, names):
	new_task("task-1")
	new_task("task-2")
	assert method(names) == 1
	assert status_of("task-1") == status
	assert status_of("task-2") == "Failed"


def test_many_at_once(site):
	names = [new_task(f"task-{number}") for number in range(3)]
	assert api.retry_sync_tasks(names) == 3


@pytest.mark.parametrize("method", [api.retry_sync_tasks, api.ignore_sync_tasks])
def test_an_unknown_task_is_a_404(site, method):
	with pytest.raises(frappe.DoesNotExistError, match=r"^Task not found\.$") as caught:
		method("no such task")
	assert caught.value.http_status_code == 404


@pytest.mark.parametrize("method", [api.retry_sync_tasks, api.ignore_sync_tasks])
def test_a_task_that_is_being_sent_is_a_409(site, method):
	new_task("free")
	new_task("taken", status="In Progress")
	with pytest.raises(TaskInProgressError, match=r"^Task is in progress\.$") as caught:
		method(["free", "taken"])
	assert caught.value.http_status_code == 409
	assert status_of("free") == "Failed"


@pytest.mark.parametrize(
	"names", ["", [], "[", '[""]', "[1]", None, {"name": ["like", "%"]}, [["like", "%"]]]
)
def test_names_are_names(site, names):
	new_task("task-1")
	with pytest.raises(frappe.ValidationError):
		api.ignore_sync_tasks(names)
	assert status_of("task-1") == "Failed"


@pytest.mark.parametrize("method", [api.retry_sync_tasks, api.ignore_sync_tasks])
@pytest.mark.parametrize("role", ["Medusa Storefront", "Stock Manager"])
def test_others_are_refused(site, method, role):
	new_task("task-1")
	user = site.new("User", email="other@example.com", first_name="Other", send_welcome_email=0)
	user.add_roles(role)
	frappe.set_user(user.name)
	with pytest.raises(frappe.PermissionError):
		method("task-1")


def test_only_deletions_that_were_carried_out_are_cleared(site):
	old, young = add_days(now_datetime(), -31), add_days(now_datetime(), -29)
	new_task("old deletion", "Synced", operation="Delete", synced_at=old)
	new_task("young deletion", "Synced", operation="Delete", synced_at=young)
	new_task("open deletion", "Failed", operation="Delete", synced_at=old)
	new_task("old update", "Synced", synced_at=old)
	MedusaSyncTask.clear_old_logs(days=30)
	left = frappe.get_all(DOCTYPE, {"reference_doctype": "Item Group"}, pluck="name")
	assert "old deletion" not in left
	assert {"young deletion", "open deletion", "old update"} <= set(left)


def test_a_task_does_not_keep_its_document(site):
	"""`ignore_links_on_delete`: what Medusa has to hear about may be deleted."""
	group = site.new("Item Group", item_group_name="Has A Task", parent_item_group="Products")
	new_task("its task", reference_name=group.name)
	log = {"voucher_type": "Item Group", "voucher_name": group.name, "sync_task": "its task"}
	frappe.get_doc({"doctype": "Medusa Request Log", "name": "its log", **log}).db_insert()
	frappe.local.dynamic_link_map = None
	frappe.delete_doc("Item Group", group.name)
	# people delete no task: it is what Medusa has yet to hear
	frappe.delete_doc(DOCTYPE, "its task", flags={"written_by_app": True})
	assert not frappe.db.exists("Item Group", group.name)
	assert not frappe.db.exists(DOCTYPE, "its task")
