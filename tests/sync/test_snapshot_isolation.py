"""A save never fails because others touch its task, or its document, at the same time.

MariaDB has `innodb_snapshot_isolation` on by default from 11.6.2 on; devbench runs its server so.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import frappe
import pytest
import requests

from medusa_integration import database
from medusa_integration.catalogue.collection import routes
from medusa_integration.database import read_committed
from medusa_integration.sync import task_departures, task_recording, task_states
from tests.support.processes import Draining

TASK = "Medusa Sync Task"
PRODUCT = ("Website Item", "product")
CHANGED = 1020


@pytest.fixture(params=["REPEATABLE-READ", "READ-COMMITTED", "SERIALIZABLE"])
def isolation(request) -> str:
	return request.param


@pytest.fixture(params=["ON", "OFF"])
def snapshot(request, site, isolation) -> str:
	"""The session of the user who saves, with the setting and at the isolation level of the test."""
	if frappe.db.db_type != "mariadb" or not frappe.db.sql(f"SHOW VARIABLES LIKE '{database.VARIABLE}'"):
		pytest.skip("a setting of MariaDB from 10.6.18 on")
	frappe.db.rollback()
	before = frappe.db.sql(f"SELECT @@SESSION.{database.VARIABLE}, @@SESSION.tx_isolation")[0]
	_set_session("ON" if request.param == "ON" else "OFF", isolation)
	yield request.param
	frappe.db.rollback()
	_set_session("ON" if before[0] else "OFF", before[1])


def _set_session(snapshot: str, isolation: str) -> None:
	frappe.db.sql(f"SET SESSION {database.VARIABLE}={snapshot}")
	frappe.db.sql(f"SET SESSION tx_isolation='{isolation}'")
	frappe.db.commit()


@pytest.fixture
def names(shop) -> list[str]:
	"""Website Items that Medusa has, all tasks Synced."""
	names = shop.many(2)
	shop.drain()
	return names


@pytest.fixture
def note(site, shop):
	"""What a user has changed in the transaction that records: lost if that is rolled back."""
	note = site.new("ToDo", description="before")
	frappe.db.commit()
	return note


def begin(note) -> None:
	"""A transaction that has seen the notes, not the tasks, and has changed something."""
	frappe.db.commit()
	frappe.db.get_value("User", "Administrator", "name")
	frappe.db.set_value("ToDo", note.name, "description", "after")


def touch(shop, **values) -> None:
	"""What a worker does meanwhile to every task."""

	def write():
		task = frappe.qb.DocType(TASK)
		query = frappe.qb.update(task).set(task.version, task.version + 1)
		for column, value in values.items():
			query = query.set(task[column], value)
		query.run()
		frappe.db.commit()

	shop.elsewhere(write)


RECORDS = {
	"record": lambda name: task_recording.record(PRODUCT[0], name, PRODUCT[1]),
	"record_missing": lambda name: task_recording.record_missing(PRODUCT[0], [name], PRODUCT[1]),
	"forget_fingerprints": lambda name: task_states.forget_fingerprints(PRODUCT[0], [name], PRODUCT[1]),
	"try_anew": lambda name: task_states.try_anew(PRODUCT[0], name, PRODUCT[1]),
	"detach_deletion": lambda name: task_departures.detach_deletion(PRODUCT[0], name, PRODUCT[1]),
	"delete_if_sent": lambda name: task_departures.delete_if_sent(PRODUCT[0], name, PRODUCT[1], "{}"),
	"merge": lambda name: task_departures.merge(PRODUCT[0], name, PRODUCT[1], "prod_1", "{}"),
	"rename": lambda name: task_departures.rename(PRODUCT[0], name, f"{name}-new"),
	"forget": lambda name: task_departures.forget(PRODUCT[0], name, PRODUCT[1]),
	"forget_all": lambda name: task_departures.forget_all(PRODUCT[0], name),
	"send_again": lambda _name: task_states.send_again(PRODUCT[1]),
	"open_again": lambda name: task_states.open_again(PRODUCT[0], [name], PRODUCT[1]),
}
# how the task stands that each of them ends in; what a worker leaves is what each is about
TOUCHED = {
	"try_anew": {"status": "Failed"},
	"open_again": {"status": "Waiting"},
	"detach_deletion": {"operation": "Delete"},
}


@pytest.mark.parametrize("how", list(RECORDS))
def test_no_statement_on_a_task_fails_a_save(shop, snapshot, names, note, how):
	"""Another transaction has touched the task since this one began: what is recorded counts, all is kept."""
	name = names[0]
	begin(note)
	touch(shop, **TOUCHED.get(how, {}))
	RECORDS[how](name)
	frappe.db.commit()

	assert frappe.db.get_value("ToDo", note.name, "description") == "after"
	found = shop.task(name)
	expected = {
		"record": ("Pending", "Upsert"),
		"record_missing": ("Pending", "Upsert"),
		"forget_fingerprints": ("Synced", "Upsert"),
		"try_anew": ("Pending", "Upsert"),
		"delete_if_sent": ("Pending", "Delete"),
		"send_again": ("Pending", "Upsert"),
		"open_again": ("Pending", "Upsert"),
	}
	assert (found and (found.status, found.operation)) == expected.get(how)


@pytest.mark.parametrize("how", [task_states.retry, task_states.ignore])
def test_neither_retry_nor_ignore_fails(shop, snapshot, names, note, how):
	"""A person presses a button while a worker writes the task."""
	task = shop.task(names[0]).name
	begin(note)
	touch(shop, status="Failed")
	assert how([task]) == 1
	frappe.db.commit()
	assert frappe.db.get_value("ToDo", note.name, "description") == "after"
	assert shop.task(names[0]).status == ("Pending" if how is task_states.retry else "Ignored")


@pytest.mark.parametrize("isolation", ["REPEATABLE-READ"])
def test_the_server_would_refuse(shop, snapshot, names, note):
	"""Without that, the setting on loses the whole transaction: what the other tests are about."""
	begin(note)
	touch(shop)
	task = frappe.qb.DocType(TASK)
	# after SET STATEMENT a server gives the session its global value back
	frappe.db.sql(f"SET SESSION {database.VARIABLE}={snapshot}")
	bare = frappe.qb.update(task).set(task.attempts, 3).where(task.reference_name == names[0])
	if snapshot == "OFF":
		bare.run()
	else:
		with pytest.raises(Exception, match=str(CHANGED)):
			bare.run()
	frappe.db.commit()
	kept = frappe.db.get_value("ToDo", note.name, "description")
	assert kept == ("after" if snapshot == "OFF" else "before")


def test_a_save_of_an_item(shop, snapshot, names, note):
	"""The whole way: its event records what a worker has just settled."""
	begin(note)
	touch(shop)
	document = frappe.get_doc("Website Item", names[0])
	document.ranking = 9
	document.save()
	frappe.db.commit()
	assert shop.task(names[0]).status == "Pending"
	assert frappe.db.get_value("ToDo", note.name, "description") == "after"


def test_the_routes_of_groups(shop, snapshot, note):
	"""A worker writes a collection's id to a group whose route a save changes."""
	group = shop.item_group()
	frappe.db.set_value("Item Group", group.name, routes.FIELD, "elsewhere", update_modified=False)
	begin(note)
	shop.elsewhere(
		lambda: (
			frappe.db.set_value("Item Group", group.name, "medusa_id", f"col_{shop.mark}"),
			frappe.db.commit(),
		)
	)
	assert group.name in routes.update_quietly()
	frappe.db.commit()
	assert frappe.db.get_value("ToDo", note.name, "description") == "after"
	assert shop.value(group, "medusa_id") == f"col_{shop.mark}"


@pytest.mark.parametrize("isolation", ["REPEATABLE-READ"])
def test_recording_is_one_statement(shop, snapshot, names, query_counter):
	"""The setting is passed with the statement itself."""
	task_recording.record(*PRODUCT[:1], names[0], PRODUCT[1])
	with query_counter() as queries:
		task_recording.record(*PRODUCT[:1], names[0], PRODUCT[1])
	assert len(queries) == 1


@pytest.mark.parametrize("isolation", ["REPEATABLE-READ"])
def test_the_session_is_left_as_it_was(snapshot):
	"""What the app needs for its own statements is nobody else's."""

	def setting():
		return frappe.db.sql(f"SELECT @@SESSION.{database.VARIABLE}")[0][0]

	before = setting()
	with database.latest_rows():
		assert setting() == 0
		with database.latest_rows():
			assert setting() == 0
		assert setting() == 0
	assert setting() == before
	with pytest.raises(ZeroDivisionError), database.latest_rows():
		raise ZeroDivisionError
	assert setting() == before


def test_a_server_without_the_setting(shop, names, monkeypatch, query_counter):
	"""MariaDB before 10.6.18 does not know it: the plain statement is sent."""
	monkeypatch.setattr(database, "_knows_setting", lambda server: False)
	with query_counter() as queries, database.latest_rows():
		task_recording.record(PRODUCT[0], names[0], PRODUCT[1])
	assert [query.split()[0].lower() for query in queries] == ["insert"]


@pytest.mark.parametrize("isolation", ["REPEATABLE-READ"])
def test_a_round_passes_over_what_another_worker_has_locked(shop, snapshot, names):
	"""A statement that looks at all tasks waits for none that it does not mean: else two workers deadlock."""
	task = frappe.qb.DocType(TASK)
	frappe.qb.update(task).set(task.payload, "{}").where(task.reference_name == names[0]).run()
	frappe.db.commit()

	def write_another():
		frappe.db.sql("SET SESSION innodb_lock_wait_timeout=60")
		with read_committed():
			frappe.db.commit()
			frappe.qb.update(task).set(task.attempts, 3).where(task.payload == "{}").run()
			frappe.db.commit()

	frappe.qb.update(task).set(task.attempts, 5).where(task.reference_name == names[1]).run()
	shop.elsewhere(write_another)
	frappe.db.rollback()
	assert shop.task(names[0]).attempts == 3


@pytest.mark.long
def test_forty_eight_saves_beside_a_worker_that_settles(shop, http_server, run_on_site, tmp_path):
	"""Two users save over HTTP what two workers send and settle, first exports included: none fails."""
	names = shop.many(6)
	headers = shop.sign_in("Website Manager")
	workers = Draining(run_on_site, tmp_path)

	def save(number: int) -> int:
		url = f"{http_server}/api/resource/Website Item/{names[number % 6]}"
		return requests.put(url, json={"ranking": number + 1}, headers=headers, timeout=300).status_code

	def save_as_user(first: int) -> list[int]:
		# each user has three documents: the same one twice at a time is Frappe's own TimestampMismatch
		return [save(number) for number in range(first, 48, 2)]

	with ThreadPoolExecutor(2) as pool:
		statuses = Counter(chain.from_iterable(pool.map(save_as_user, range(2))))
	workers.stop()
	shop.drain()

	assert statuses == {200: 48}
	assert sorted(one["erp_product"]["ranking"] for one in shop.medusa.products) == [43, 44, 45, 46, 47, 48]
	assert not shop.errors()
