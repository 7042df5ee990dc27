"""Delivery Notes that were amended, replaced or named like another one, as fulfillments of a Medusa."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from medusa_integration.mirror.deliveries import Delivered, Delivery
from tests.medusa.delivering import CREATED, LATER, mark


def test_a_later_note_of_the_same_name(placed):
	"""What was made of the earlier one is neither shipped nor cancelled for it, and does not replace it."""
	first = placed.save()
	later = placed.save(quantities={placed.first: 1}, created=LATER, tracking_numbers=("T1",))
	assert later.ids != first.ids
	assert placed.shown() == [("DN-1", [2], [], False, False), ("DN-1", [1], ["T1"], True, False)]
	placed.save(is_canceled=True)
	assert placed.shown() == [("DN-1", [2], [], False, True), ("DN-1", [1], ["T1"], True, False)]
	# and that the earlier one was cancelled says nothing of the later one
	assert placed.save(quantities={placed.first: 1}, created=LATER) == Delivered(ids=later.ids)


def test_the_amendment_of_one_with_the_name_of_a_lost_one(placed):
	"""Such as after a backup: the amended note was made of what the lost one had become."""
	(made,) = placed.save().ids
	amended = mark("DN-1", LATER, made)
	assert placed.save("DN-1-1", created=LATER, amended=amended) == Delivered(ids=(made,), is_medusas=True)
	assert placed.shown() == [("DN-1", [2], [], False, False)]


def test_what_was_sent_with_the_name_alone(placed):
	"""It is shipped, not made again; and it is cancelled, known by its id as well."""
	ids = placed.save().ids
	for row in placed.server.app.placed.rows[placed.order_id]["_fulfillments"]:
		row["metadata"] = {"erpnext_delivery_note": "DN-1"}
	assert placed.save() == Delivered(ids=ids)
	assert placed.save(id=ids[0], is_canceled=True) == Delivered(ids=ids)
	assert placed.shown() == [("DN-1", [2], [], False, True)]


@pytest.mark.parametrize("is_canceled", [False, True])
def test_what_was_sent_with_the_name_alone_of_a_deleted_one(placed, is_canceled):
	"""The name is given again after an hour: the later one is not taken for sent, nor for cancelled."""
	(made,) = placed.save().ids
	(row,) = placed.server.app.placed.rows[placed.order_id]["_fulfillments"]
	row["metadata"] = {"erpnext_delivery_note": "DN-1"}
	hour = timedelta(hours=1)
	row["created_at"] = (datetime.now(timezone.utc) - hour).isoformat().replace("+00:00", "Z")
	if is_canceled:
		placed.server.cancel_fulfillment(placed.order_id, made)
	now = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(" ")
	again = placed.save(quantities={placed.first: 1}, created=now)
	assert placed.shown() == [("DN-1", [2], [], False, is_canceled), ("DN-1", [1], [], False, False)]
	assert (again.was_canceled, made in again.ids) == (False, False)
	# whatever the clocks say: the one that has its id is known by it
	assert placed.save(created=now, id=made, is_canceled=True) == Delivered(ids=(made, *again.ids))


def test_one_in_the_place_of_a_cancelled_one(placed):
	"""Medusa would refuse it before the cancellation, whichever is given first."""
	placed.save(quantities={placed.first: 3})
	found = placed.mirror.deliveries.save(
		[
			Delivery(mark("DN-1-1", LATER), placed.order_id, {placed.first: 3}),
			Delivery(mark("DN-1"), placed.order_id, {placed.first: 3}, is_canceled=True),
		]
	)
	assert [one.error for one in found] == [None, None]
	assert placed.shown() == [("DN-1", [3], [], False, True), ("DN-1-1", [3], [], False, False)]


def test_the_amendment_of_what_was_made_in_medusa(placed):
	"""It is not sent while that is there."""
	made = placed.server.fulfill(placed.order_id, {0: 2})
	amended = {"amended": mark("DN-1", CREATED, made)}
	assert placed.save("DN-1-1", created=LATER, **amended) == Delivered(ids=(made,), is_medusas=True)
	assert placed.shown() == [(None, [2], [], False, False)]
	placed.server.cancel_fulfillment(placed.order_id, made)
	assert placed.save("DN-1-1", created=LATER, **amended).is_medusas is False
	assert placed.shown() == [(None, [2], [], False, True), ("DN-1-1", [2], [], False, False)]


def test_the_amendment_of_what_was_made_here(placed):
	ids = placed.save().ids
	amended = {"amended": mark("DN-1", CREATED, ids[0])}
	placed.save(is_canceled=True)
	assert placed.save("DN-1-1", created=LATER, **amended).error is None
	assert placed.shown() == [("DN-1", [2], [], False, True), ("DN-1-1", [2], [], False, False)]


def test_the_amendment_of_what_was_shipped_here(placed):
	"""It is another one, as its cancellation was refused."""
	ids = placed.save(quantities={placed.first: 1}, tracking_numbers=("T1",)).ids
	amended = {"amended": mark("DN-1", CREATED, ids[0])}
	assert placed.save("DN-1-1", {placed.first: 1}, LATER, **amended).error is None
	assert placed.shown() == [("DN-1", [1], ["T1"], True, False), ("DN-1-1", [1], [], False, False)]
