"""Deliveries that wait while none are sent, and those whose answer or worker is lost."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults

GOODS = {"send_deliveries": 1}
LANE = "delivery"


def test_a_deletion_waits_while_it_is_off(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	goods.delete(note)
	goods.shop.set(send_deliveries=0)
	goods.shop.drain()
	filters = {"lane": LANE, "operation": "Delete", "reference_name": ("like", f"{note.name} (deleted %")}
	(name,) = frappe.get_all("Medusa Sync Task", filters, pluck="name")
	task = frappe.get_doc("Medusa Sync Task", name)
	assert (task.status, task.last_error) == ("Waiting", "Send Deliveries is off.")
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]
	goods.shop.set(send_deliveries=1)
	goods.again("Delivery Note", task.reference_name, LANE)
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


def test_what_is_not_sent(goods):
	"""Drafts, returns, and anything while it is off."""
	order_id, another = goods.place(), goods.place()
	draft = goods.note(order_id, submit=False)
	assert goods.task(draft) is None
	draft.submit()
	frappe.db.commit()
	goods.shop.drain()
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	back = make_sales_return(draft.name)
	back.insert().submit()
	frappe.db.commit()
	assert goods.task(back) is None
	goods.shop.set(send_deliveries=0)
	other = goods.note(another)
	assert goods.task(other) is None
	goods.shop.set(send_deliveries=1)


def test_it_waits_while_it_is_off(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.set(send_deliveries=0)
	goods.shop.drain()
	assert (goods.task(note).status, goods.task(note).last_error) == ("Waiting", "Send Deliveries is off.")
	goods.shop.set(send_deliveries=1)
	goods.again("Delivery Note", note.name, LANE)
	assert len(goods.shown(order_id)) == 1


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_note_that_is_cancelled_while_it_is_off(goods, generation, is_deleted):
	"""Its task waits; its fulfillment is cancelled when it is on again, and is not imported before."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.shop.set(send_deliveries=0, import_fulfillments=1)
	goods.cancel(note)
	if is_deleted:
		goods.delete(note)
	goods.shop.drain()
	name = f"{note.name} (deleted %" if is_deleted else note.name
	filters = {"lane": LANE, "reference_name": ("like", name)}
	(task,) = frappe.get_all("Medusa Sync Task", filters, ["reference_name", "status", "last_error"])
	assert (task.status, task.last_error) == ("Waiting", "Send Deliveries is off.")
	assert goods.follow(order_id).status == "Synced"
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]
	goods.shop.set(send_deliveries=1)
	goods.again("Delivery Note", task.reference_name, LANE)
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]
	assert goods.follow(order_id).status == "Synced"
	assert goods.made("Delivery Note", order_id, docstatus=1) == []


def test_a_number_that_is_entered_while_it_is_off(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.shop.set(send_deliveries=0)
	note.reload().medusa_tracking_number = "T1"
	note.save()
	frappe.db.commit()
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]
	assert (goods.task(note).status, goods.task(note).last_error) == ("Waiting", "Send Deliveries is off.")
	goods.shop.set(send_deliveries=1)
	goods.again("Delivery Note", note.name, LANE)
	assert goods.shown(order_id) == [(note.name, [3, 2], ["T1"], True, False)]


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_note_that_was_never_sent_is_cancelled_while_it_is_off(goods, is_deleted):
	"""Neither one of ERPNext, nor one that was made of a fulfillment in Medusa."""
	goods.shop.set(send_deliveries=0, import_fulfillments=1)
	order_id = goods.place()
	notes = [goods.note(order_id, quantities={0: 1})]
	goods.medusa.fulfill(order_id, {0: 2})
	goods.follow(order_id)
	notes += goods.made("Delivery Note", order_id, medusa_id=("is", "set"))
	assert len(notes) == 2
	for note in notes:
		goods.cancel(note)
		if is_deleted:
			goods.delete(note)
	assert frappe.get_all("Medusa Sync Task", {"lane": LANE}) == []


LOST = {
	"hung up": faults.lost_answer(),
	"page": faults.html(applied=True),
	"500": faults.empty(500),
	"cut": faults.truncated(),
}


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("step", ["fulfillment", "shipment"])
def test_an_answer_that_is_lost(goods, generation, fault, step):
	order_id = goods.place()
	path = {"v1": f"/admin/orders/:id/{step}", "v2": "/admin/orders/:id/fulfillments"}[generation]
	if (generation, step) == ("v2", "shipment"):
		path = f"{path}/:ful/shipments"
	note = goods.note(order_id, medusa_tracking_number="T1")
	planned = goods.medusa.fail("POST", path, LOST[fault])
	goods.shop.drain()
	assert planned.hits == 1
	goods.again("Delivery Note", note.name, LANE)
	assert goods.shown(order_id) == [(note.name, [3, 2], ["T1"], True, False)]
	assert note.reload().medusa_id == goods.medusa.fulfillments(order_id)[0]["id"]


class Killed(BaseException):
	"""The worker ends here."""


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_worker_that_is_killed_between_fulfillment_and_shipment(goods, generation, monkeypatch):
	from medusa_integration.mirror.deliveries import Deliveries

	order_id = goods.place()
	note = goods.note(order_id, medusa_tracking_number="T1")

	def kill(*args):
		raise Killed

	with monkeypatch.context() as patch:
		patch.setattr(Deliveries, "_ship", kill)
		with pytest.raises(Killed):
			goods.shop.drain()
	frappe.db.rollback()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]
	goods.shop.make_due()
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], ["T1"], True, False)]
	assert goods.task(note).status == "Synced"
