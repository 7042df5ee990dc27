"""Making Leads of registrations, so that none is ever lost.

A registration is recorded as a task of the lane `lead`, in the transaction that notes it. The documented job
inserts the Lead right after; should that fail, or the job get lost, the scheduler tries again, and people
see the task and its error. Medusa is not needed for any of this, so it goes on while sending is off.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, now_datetime, strip_html

from medusa_integration import database
from medusa_integration.customers import proposals, side_texts
from medusa_integration.database import read_committed
from medusa_integration.exceptions import ValidationError
from medusa_integration.medusa.masking import mask_text
from medusa_integration.settings import get_settings, number
from medusa_integration.setup import records
from medusa_integration.sync import departed, outbox, queues
from medusa_integration.sync.claims import Result, Task, claim, settle
from medusa_integration.sync.failures import BACK_OFF
from medusa_integration.sync.jobs import scheduled_job
from medusa_integration.sync.outbox import TASK

JOB = "medusa_integration.api.insert_lead"
LANE = "lead"
CHUNK = 20
# field of the Lead -> key of the data
FIELDS = {
	"first_name": "first_name",
	"last_name": "last_name",
	"email_id": "email",
	"mobile_no": "mobile",
	"company_name": "organization_name",
}
NAMES = ("first_name", "last_name")
LONGEST_NAME = 65
NAMING = ("first_name", "last_name", "email_id", "company_name")


def insert_lead(data: dict[str, Any]) -> str:
	"""Insert the Lead of a registration; a job of its own, so what fails here rolls the transaction back.

	Doing it again changes nothing. Whatever is in the way is raised, and stays as a task with the data, to be
	tried again.

	Args:
		data: `id` (Medusa's of the customer), `first_name`, `last_name`, `email`, `mobile`,
			`organization_name`, `t_c_acceptance`, and `erp_customer_id` if the shop has named a Customer that
			Desk is to link (see `proposals`).

	Returns:
		The name of the Lead, or of the Customer that has this id.

	Raises:
		ValidationError: There is no id.
	"""
	medusa_id = _id_in(data)
	try:
		return add_lead(data)
	except Exception as error:
		frappe.db.rollback()
		_keep(medusa_id, data, error)
		frappe.db.commit()  # the caller rolls back
		raise


def add_lead(data: dict[str, Any]) -> str:
	"""The same within the caller's transaction, without keeping anything of what fails."""
	with database.latest_rows():
		return _add_lead(data)


def _add_lead(data: dict[str, Any]) -> str:
	medusa_id = _id_in(data)
	found = _find(medusa_id) or _adopt(medusa_id, data)
	if not found:
		frappe.db.savepoint("medusa_lead")
		try:
			found = ("Lead", _insert(medusa_id, data))
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			frappe.db.rollback(save_point="medusa_lead")
			# somebody else was quicker, if it is about the id; then the lock shows what they have committed
			found = _find(medusa_id, lock=True)
			if not found:
				raise
			frappe.clear_last_message()
	_done(medusa_id, *found)
	return found[1]


def record(medusa_id: str, data: str) -> None:
	"""Record that a Lead is to be made of this JSON, in the caller's transaction. One statement."""
	outbox.record("Lead", medusa_id, LANE, "Insert Lead", medusa_id=medusa_id, payload=data, wakes=False)


def enqueue(data: dict[str, Any]) -> None:
	"""Have a worker insert the Lead. Where the queue takes no job, the scheduler does it."""
	queues.ask(lambda: frappe.enqueue(JOB, data=data))


@scheduled_job
def insert_waiting_leads() -> Counter[str]:
	"""Insert the Leads of registrations that have none yet; a job of the scheduler (`all`), and of *Retry*.

	Commits after each.

	Returns:
		How many tasks ended in which state.
	"""
	states: Counter[str] = Counter()
	with read_committed():
		# nosemgrep: frappe-manual-commit -- begins a transaction with such locks
		frappe.db.commit()
		while tasks := claim(LANE, CHUNK):
			for task in tasks:
				states[_process(task)] += 1
	return states


def on_trash(doc: Document, method: str | None = None) -> None:
	"""Doc event: a Lead or Customer goes, and its tasks with it; the account in Medusa stays.

	Nor is a Customer proposed any more, which would keep it from going. Two statements.
	"""
	departed.forget_all(doc.doctype, doc.name)
	if doc.doctype == "Customer":
		proposals.settle(doc.name)


def after_rename(doc: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Doc event: the tasks of a Lead go with it. One statement."""
	if merge:
		departed.forget_all(doc.doctype, old)
	else:
		departed.rename(doc.doctype, old, new)


def _process(task: Task) -> str:
	"""Insert the Lead of a claimed task, commit, and return the state that the task ends in."""
	try:
		if not task.payload:
			# a person pressed Retry on what was done before: the data is gone by then
			found = _find(task.medusa_id or "")
			state = "Synced" if found else "Not Wanted"
			settle([Result(task, state)])
		else:
			add_lead(json.loads(task.payload))
			state = "Synced"
		frappe.db.commit()  # one registration each, whatever becomes of the next
		return state
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error("Medusa: a Lead could not be inserted", frappe.get_traceback())
		result = _failed(task, error)
		settle([result])
		frappe.db.commit()  # the next one must not take it along
		return result.status


def _failed(task: Task, error: Exception) -> Result:
	attempts = task.attempts + 1
	if attempts >= number("max_attempts"):
		return Result(task, "Failed", attempts, error=_sentence(error))
	return Result(task, "Retrying", attempts, now_datetime() + _delay(attempts), error=_sentence(error))


def _delay(attempts: int) -> timedelta:
	return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def _id_in(data: dict[str, Any]) -> str:
	medusa_id = data.get("id") if isinstance(data, dict) else None
	if not isinstance(medusa_id, str) or not medusa_id.strip() or len(medusa_id) > 140:
		raise ValidationError(_("{0} is required.").format("id"))
	return medusa_id.strip()


def _find(medusa_id: str, *, lock: bool = False) -> tuple[str, str] | None:
	"""The Lead or Customer with this id."""
	for doctype in ("Lead", "Customer"):
		if name := frappe.db.get_value(doctype, {"medusa_id": medusa_id}, for_update=lock):
			return doctype, name
	return None


def _adopt(medusa_id: str, data: dict[str, Any]) -> tuple[str, str] | None:
	"""Complete the Lead that has this e-mail address already, and no account in Medusa yet."""
	email = cstr(data.get("email"))
	name = email and frappe.db.get_value("Lead", {"email_id": email, "medusa_id": ("is", "not set")})
	if not name:
		return None
	lead = frappe.get_doc("Lead", name, for_update=True)
	if lead.medusa_id:
		return None
	source = records.lead_source_field()[0]
	for fieldname, value in _values(medusa_id, data).items():
		if fieldname in ("medusa_id", "t_c_acceptance") or not lead.get(fieldname):
			lead.set(fieldname, value)
	records.ensure_lead_source(lead.get(source))
	_flag(lead).save()
	_keep_texts(lead, data)
	proposals.propose(lead.name, data)
	return "Lead", lead.name


def _insert(medusa_id: str, data: dict[str, Any]) -> str:
	values = _values(medusa_id, data)
	records.ensure_lead_source(values[records.lead_source_field()[0]])
	# nobody owns it: the job runs as the guest who registered
	lead = frappe.get_doc({"doctype": "Lead", **values, "lead_owner": ""})
	_flag(lead).insert()
	_keep_texts(lead, data)
	proposals.propose(lead.name, data)
	return lead.name


def _keep_texts(lead: Document, data: dict[str, Any]) -> None:
	"""Keep in a comment what the Lead's fields do not have as it was entered."""
	entered = {fieldname: cstr(data.get(FIELDS[fieldname])).strip() for fieldname in (*NAMES, "mobile_no")}
	side_texts.keep(lead, {name: text for name, text in entered.items() if text != (lead.get(name) or "")})


def _values(medusa_id: str, data: dict[str, Any]) -> dict[str, Any]:
	"""The Lead's fields."""
	values: dict[str, Any] = {
		fieldname: cstr(data.get(key)).strip() or None for fieldname, key in FIELDS.items()
	}
	if values["mobile_no"]:
		values["mobile_no"] = side_texts.fitted("Lead", "mobile_no", values["mobile_no"])
	for fieldname in NAMES:
		# a Lead's title and a Contact's name are made of both
		values[fieldname] = (values[fieldname] or "")[:LONGEST_NAME].strip() or None
	if not any(values[fieldname] for fieldname in NAMING):
		# ERPNext needs one of them to call the Lead by, and a registration is never lost
		values["first_name"] = medusa_id
	return {
		**values,
		"medusa_id": medusa_id,
		"status": "Lead",
		"t_c_acceptance": cint(data.get("t_c_acceptance")),
		records.lead_source_field()[0]: get_settings().lead_source or records.LEAD_SOURCE,
	}


def _flag(lead: Document) -> Document:
	lead.flags.update({"ignore_permissions": True, "ignore_mandatory": True, "medusa_id_update": True})
	return lead


def _done(medusa_id: str, doctype: str, name: str) -> None:
	"""The registration has its document: the task goes by its name from now on, and lets the data go."""
	# the one of an account that it had before, on a server that is no more, would be in the way of that name
	task = frappe.qb.DocType(TASK)
	is_other = task.medusa_id.isnull() | (task.medusa_id != medusa_id)
	earlier = outbox.tasks_of(doctype, [name], LANE) & is_other
	database.run(frappe.qb.from_(task).delete().where(earlier))
	database.run(
		frappe.qb.update(task)
		.set(task.reference_doctype, doctype)
		.set(task.reference_name, name)
		.set(task.status, "Synced")
		.set(task.attempts, 0)
		.set(task.next_attempt_at, None)
		.set(task.lease_expires_at, None)
		.set(task.last_error, None)
		.set(task.payload, None)
		.set(task.synced_at, now_datetime())
		.where((task.lane == LANE) & (task.medusa_id == medusa_id))
	)


def _keep(medusa_id: str, data: dict[str, Any], error: Exception) -> None:
	"""Have the registration tried again a minute later, with what was in the way."""
	mine = {"lane": LANE, "medusa_id": medusa_id}
	if not frappe.db.exists(TASK, mine):
		record(medusa_id, json.dumps(data, ensure_ascii=False, default=str))
	values = {
		"status": "Retrying",
		"attempts": 1,
		"next_attempt_at": now_datetime() + _delay(1),
		"last_error": _sentence(error),
	}
	# what a worker holds, or has done, is its own affair
	with database.latest_rows():
		frappe.db.set_value(TASK, {**mine, "status": ("in", ("Pending", "Retrying"))}, values)


def _sentence(error: Exception) -> str:
	return mask_text(strip_html(str(error)))[:500] or type(error).__name__
