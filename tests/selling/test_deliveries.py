"""Delivery Notes of imported orders become fulfillments and shipments: the lane "delivery"."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from tests.support.goods import Goods
from tests.support.queries import recorded_queries

LANE = "delivery"


@pytest.fixture
def goods(quotes):
	return Goods(quotes, send_deliveries=1)


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_parts_of_an_order(goods, generation):
	"""Two Delivery Notes, one with a number; what is left is delivered by the second."""
	order_id = goods.place()
	first = goods.note(order_id, quantities={0: 2}, medusa_tracking_number="T1, T2,", medusa_carrier="Post")
	second = goods.note(order_id)
	goods.shop.drain()
	# a worker takes them in any order
	assert sorted(goods.shown(order_id)) == [
		(first.name, [2], ["T1", "T2"], True, False),
		(second.name, [1, 2], [], False, False),
	]
	made = goods.medusa.fulfillments(order_id)
	made.sort(key=lambda row: row["metadata"]["erpnext_delivery_note"])
	assert made[0]["metadata"]["carrier"] == "Post"
	for note, row in zip((first, second), made, strict=True):
		assert note.reload().medusa_id == row["id"]
		assert (goods.task(note).status, goods.task(note).medusa_id) == ("Synced", row["id"])


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_number_that_is_entered_later(goods, generation):
	order_id = goods.place()
	note = goods.note(order_id, quantities={1: 2})
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [2], [], False, False)]
	note.reload()
	note.medusa_tracking_number = "T1"
	note.save()
	frappe.db.commit()
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [2], ["T1"], True, False)]
	note.reload()
	note.medusa_tracking_number = "T1, T2"
	note.save()
	frappe.db.commit()
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [2], ["T1"], True, False)]
	sentence = "Medusa takes tracking numbers with the shipment only, which was made before: T2"
	assert (goods.task(note).status, goods.task(note).last_error) == ("Synced", sentence)


def test_other_changes_after_the_submission_send_nothing(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	version = goods.task(note).version
	frappe.get_doc("Delivery Note", note.name).save()
	frappe.db.commit()
	assert goods.task(note).version == version


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_rows_that_come_after_the_first_save(goods, generation):
	"""*Get Items From* on a draft: it was not of the shop when it was inserted."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	order_id = goods.place()
	note = make_delivery_note(goods.order(order_id).name)
	rows = [row.as_dict(no_default_fields=True) for row in note.items]
	note.set("items", [{**rows[0], "against_sales_order": None, "so_detail": None}])
	note.insert()
	assert (note.from_ecommerce, note.medusa_order_id) == (0, None)
	note.set("items", rows)
	note.save()
	note.submit()
	frappe.db.commit()
	assert (note.reload().from_ecommerce, note.medusa_order_id) == (1, order_id)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]
	goods.cancel(note)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


def test_one_note_of_two_orders(goods):
	"""Each order gets its fulfillment; the note has the id of the first."""
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids, medusa_tracking_number="T1")
	goods.shop.drain()
	assert [goods.shown(order_id) for order_id in ids] == [[(note.name, [3, 2], ["T1"], True, False)]] * 2
	assert note.reload().medusa_id == goods.medusa.fulfillments(sorted(ids)[0])[0]["id"]
	assert goods.task(note).status == "Synced"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_cancelled_note(goods, generation):
	"""And another one in its place."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]
	other = goods.note(order_id)
	goods.shop.drain()
	assert goods.shown(order_id)[1:] == [(other.name, [3, 2], [], False, False)]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_one_of_two_fulfillments_that_is_cancelled_in_medusa_is_not_made_again(goods, generation):
	"""With a number, the other one is shipped."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	_first, second = goods.in_two(order_id)
	goods.medusa.cancel_fulfillment(order_id, second)
	note.reload().update({"medusa_tracking_number": "T1"})
	note.save()
	frappe.db.commit()
	goods.shop.drain()
	assert goods.shown(order_id) == [
		(note.name, [3], ["T1"], True, False),
		(note.name, [2], [], False, True),
	]
	task = goods.task(note)
	assert (task.status, task.last_error) == (
		"Synced",
		"The fulfillment was cancelled in Medusa. It is not made again.",
	)


def test_a_note_that_is_cancelled_before_it_was_sent(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.cancel(note)
	goods.shop.drain()
	assert (goods.shown(order_id), goods.task(note).status) == ([], "Synced")


def test_a_note_that_is_cancelled_and_deleted_before_that_was_sent(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	goods.delete(note)
	# its task is that of the deletion now, which waits for a worker that still sends
	assert goods.task(note) is None
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("sent_before", [False, True])
def test_a_note_with_the_name_of_a_deleted_one(goods, generation, sent_before):
	"""A naming series gives it again: each has its own fulfillment, whatever was sent of the deletion."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.cancel(note)
	if sent_before:
		goods.shop.drain()
	goods.delete(note)
	if sent_before:
		goods.shop.drain()
	again = goods.note(order_id, quantities={0: 1})
	assert again.name == note.name
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True), (note.name, [1], [], False, False)]
	# what was cancelled of the first one is not taken for a cancellation of the second one
	goods.shop.set(import_fulfillments=1)
	assert goods.follow(order_id).status == "Synced"
	assert again.reload().docstatus == 1
	assert again.medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]
	assert goods.task(again).status == "Synced"


def test_a_name_that_is_given_again_while_a_worker_is_sending(goods, monkeypatch):
	"""Its answer is of the deleted one: the other has a fulfillment of its own, and the id of that."""
	from medusa_integration.mirror.deliveries import Deliveries

	order_id = goods.place()
	note, send, others = goods.note(order_id), Deliveries.save, []

	def save(self, deliveries):
		found = send(self, deliveries)
		if not others:
			goods.delete(goods.cancel(note))
			others.append(goods.note(order_id, quantities={0: 1}))
		return found

	monkeypatch.setattr(Deliveries, "save", save)
	goods.shop.drain()
	(other,) = others
	assert other.name == note.name
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True), (note.name, [1], [], False, False)]
	assert other.reload().medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]


def test_a_deleted_note_of_two_orders(goods):
	"""Cancelled and deleted before either was sent."""
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids)
	goods.shop.drain()
	goods.cancel(note)
	goods.delete(note)
	goods.shop.drain()
	assert [goods.shown(order_id) for order_id in ids] == [[(note.name, [3, 2], [], False, True)]] * 2


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_what_was_sent_with_the_name_alone(goods, generation):
	"""Of two orders, so that one fulfillment is in no field: neither is sent twice, nor comes back."""
	ids = [goods.place(), goods.place()]
	note = goods.note(*ids)
	goods.shop.drain()
	for order_id in ids:
		goods.as_first_sent(order_id)
	note.reload().medusa_tracking_number = "T1"
	note.save()
	frappe.db.commit()
	goods.shop.set(import_fulfillments=1)
	for order_id in ids:
		assert goods.follow(order_id).status == "Synced"
		assert goods.shown(order_id) == [(note.name, [3, 2], ["T1"], True, False)]
		assert goods.made("Delivery Note", order_id, name=("!=", note.name)) == []
	assert goods.task(note).status == "Synced"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_note_sent_with_the_name_alone_is_cancelled(goods, generation):
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.as_first_sent(order_id)
	goods.cancel(note)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True)]


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_note_with_the_name_of_one_that_was_sent_with_the_name_alone(goods, generation):
	"""An hour ago, by an earlier version: the new one is neither taken for sent, nor cancelled with it."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	goods.as_first_sent(order_id, hours=1)
	frappe.db.set_value("Delivery Note", note.name, "creation", frappe.utils.add_to_date(None, hours=-1))
	frappe.db.commit()
	goods.delete(goods.cancel(note))
	goods.shop.drain()
	again = goods.note(order_id, quantities={0: 1})
	assert again.name == note.name
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, True), (note.name, [1], [], False, False)]
	assert again.reload().medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]
	assert (goods.task(again).status, goods.task(again).last_error) == ("Synced", None)
	goods.shop.set(import_fulfillments=1)
	assert goods.follow(order_id).status == "Synced"
	assert again.reload().docstatus == 1


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


def test_an_amendment(goods):
	"""It is sent in place of the one that it amends, although that was not cancelled in Medusa before."""
	order_id = goods.place()
	note = goods.note(order_id)
	goods.shop.drain()
	amendment = goods.amend(goods.cancel(note))
	goods.shop.drain()
	assert goods.shown(order_id) == [
		(note.name, [3, 2], [], False, True),
		(amendment.name, [3, 2], [], False, False),
	]
	assert amendment.reload().medusa_id == goods.medusa.fulfillments(order_id)[1]["id"]


def test_a_shipped_note_is_not_cancelled_in_medusa(goods):
	order_id = goods.place()
	note = goods.note(order_id, medusa_tracking_number="T1")
	goods.shop.drain()
	goods.cancel(note)
	goods.shop.drain()
	fulfillment = goods.medusa.fulfillments(order_id)[0]["id"]
	assert (goods.task(note).status, goods.task(note).last_error) == (
		"Failed",
		f"Error while sending Delivery Note {note.name} to Medusa: Fulfillment {fulfillment} was shipped, and "
		"Medusa does not cancel it any more. Request a return in Medusa instead.",
	)


@pytest.fixture
def halves(site):
	"""Pieces may be halved."""
	frappe.db.set_value("UOM", "Nos", "must_be_whole_number", 0)
	frappe.db.commit()
	yield
	frappe.db.set_value("UOM", "Nos", "must_be_whole_number", 1)
	frappe.db.commit()


def test_half_a_piece(halves, goods):
	order_id = goods.place()
	note = goods.note(order_id, quantities={0: 0.5})
	goods.shop.drain()
	assert (goods.task(note).status, goods.task(note).last_error) == (
		"Failed",
		"Medusa delivers whole pieces only, and a row of this Delivery Note has 0.5.",
	)
	assert goods.shown(order_id) == []


def test_a_way_of_shipping_that_is_sold_as_an_item(goods):
	goods.sold_shipping()
	order_id = goods.place()
	assert len(goods.order(order_id).items) == 3
	note = goods.note(order_id)
	goods.shop.drain()
	assert goods.shown(order_id) == [(note.name, [3, 2], [], False, False)]


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


def test_recording_costs_one_statement(goods):
	order_id = goods.place()
	note = goods.note(order_id, submit=False)
	with recorded_queries() as queries:
		note.submit()
		frappe.db.commit()
	written = [query for query in queries if "tabmedusa sync task" in query.lower()]
	assert len([query for query in written if "'delivery'" in query]) == 1


def test_ids_are_kept_by_a_save_after_the_submission(goods):
	order_id = goods.place()
	note = goods.note(order_id)
	open_in_a_form = frappe.get_doc("Delivery Note", note.name)
	goods.shop.drain()
	frappe.db.rollback()
	open_in_a_form.medusa_tracking_number = "T1"
	open_in_a_form.save()
	frappe.db.commit()
	assert note.reload().medusa_id == goods.medusa.fulfillments(order_id)[0]["id"]
