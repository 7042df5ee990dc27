"""Making Leads of registrations, so that none is ever lost.

A registration is recorded as a task of the lane `lead`, in the transaction that notes it. The documented job
inserts the Lead right after; should that fail, or the job get lost, the scheduler tries again, and people
see the task and its error. Medusa is not needed for any of this, so it goes on while sending is off.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr

from medusa_integration import database
from medusa_integration.constants import CUSTOMER, LEAD, SYNC_TASK
from medusa_integration.customers import proposals, side_texts
from medusa_integration.exceptions import ValidationError
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.settings import get_settings
from medusa_integration.setup import records
from medusa_integration.sync import task_departures, task_recording, task_states, wake
from medusa_integration.sync.exporter import Exporter, Loaded, sentence_of
from medusa_integration.sync.jobs import scheduled_job
from medusa_integration.sync.retry_policy import TryAgain
from medusa_integration.sync.task import NotWanted, Send, Sent, Task, Unchanged, Work
from medusa_integration.sync.worker import drain

JOB = "medusa_integration.api.insert_lead"
LANE = "lead"
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
# how often a new Lead is inserted where others make Contacts of the same name
TRIES = 3
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
		with database.read_committed():
			# nosemgrep: frappe-manual-commit -- a new transaction sees what others commit
			frappe.db.commit()
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
	found = _find(medusa_id) or _adopt(medusa_id, data) or _insert_once(medusa_id, data)
	task_states.finish_as(LANE, medusa_id, *found)
	return found[1]


def _insert_once(medusa_id: str, data: dict[str, Any]) -> tuple[str, str]:
	"""Insert the Lead, or find the one that somebody else has made of the registration at the moment."""
	tries = 0
	while True:
		tries += 1
		frappe.db.savepoint("medusa_lead")
		try:
			return LEAD, _insert(medusa_id, data)
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			frappe.db.rollback(save_point="medusa_lead")
			# somebody else was quicker, if it is about the id; then the lock shows what they have committed
			if found := _find(medusa_id, lock=True):
				frappe.clear_last_message()
				return found
			# else it is about the name of the Contact, which is that of the person: the next one is free
			if tries == TRIES:
				raise
			frappe.clear_last_message()


def record(medusa_id: str, data: str) -> None:
	"""Record that a Lead is to be made of this JSON, in the caller's transaction. One statement."""
	task_recording.record(
		LEAD, medusa_id, LANE, "Insert Lead", medusa_id=medusa_id, payload=data, wakes=False
	)


def enqueue(data: dict[str, Any]) -> None:
	"""Have a worker insert the Lead. Where the queue takes no job, the scheduler does it."""
	wake.ask_queue(lambda: frappe.enqueue(JOB, data=data))


class LeadExporter(Exporter):
	"""A registration becomes a Lead, each in a transaction of its own. Medusa is not needed for it."""

	name = LANE
	doctype = LEAD
	chunk = 1
	needs_medusa = False

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""One statement for each registration whose data is gone, as its Lead was made before."""
		return Loaded([_work(task) for task in tasks])

	def save(self, medusa: Any, works: Sequence[Send], found: None, *, look_up: bool) -> list[Sent]:
		"""Insert the Leads; whatever is in the way stands in the Error Log, and is tried again."""
		return [Sent(work, Outcome(work.task.docname, error=_inserted(work))) for work in works]

	def delete(self, medusa: Any, tasks: Sequence[Task]) -> list[Outcome]:
		"""Nothing is deleted: the account in Medusa stays."""
		return [Outcome(task.docname) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Nothing: the Lead had Medusa's id before, and its task has ended with it."""


@scheduled_job
def insert_waiting_leads() -> Counter[str]:
	"""Insert the Leads of registrations that have none yet; a job of the scheduler (`all`), and of *Retry*.

	Commits after each.

	Returns:
		How many tasks ended in which state.
	"""
	return drain(among=[LeadExporter()])


def _work(task: Task) -> Work:
	if task.payload:
		return Send(task, task.payload)
	# a person pressed Retry on what was done before
	return Unchanged(task) if task.medusa_id and _find(task.medusa_id) else NotWanted(task, None)


def _inserted(work: Send) -> TryAgain | None:
	"""Insert the Lead of one registration; return what was in the way."""
	try:
		add_lead(json.loads(work.value))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error("Medusa: a Lead could not be inserted", frappe.get_traceback())
		return TryAgain(sentence_of(error))
	return None


def on_trash(doc: Document, method: str | None = None) -> None:
	"""Doc event: a Lead or Customer goes, and its tasks with it; the account in Medusa stays.

	Nor is a Customer proposed any more, which would keep it from going. Two statements.
	"""
	task_departures.forget_all(doc.doctype, doc.name)
	if doc.doctype == CUSTOMER:
		proposals.withdraw(doc.name)


def after_rename(doc: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Doc event: the tasks of a Lead go with it. One statement."""
	if merge:
		task_departures.forget_all(doc.doctype, old)
	else:
		task_departures.rename(doc.doctype, old, new)


def _id_in(data: dict[str, Any]) -> str:
	medusa_id = data.get("id") if isinstance(data, dict) else None
	if not isinstance(medusa_id, str) or not medusa_id.strip() or len(medusa_id) > 140:
		raise ValidationError(_("{0} is required.").format("id"))
	return medusa_id.strip()


def _find(medusa_id: str, *, lock: bool = False) -> tuple[str, str] | None:
	"""The Lead or Customer with this id."""
	for doctype in (LEAD, CUSTOMER):
		if name := frappe.db.get_value(doctype, {"medusa_id": medusa_id}, for_update=lock):
			return doctype, name
	return None


def _adopt(medusa_id: str, data: dict[str, Any]) -> tuple[str, str] | None:
	"""Complete the Lead that has this e-mail address already, and no account in Medusa yet."""
	email = cstr(data.get("email"))
	name = email and frappe.db.get_value(LEAD, {"email_id": email, "medusa_id": ("is", "not set")})
	if not name:
		return None
	lead = frappe.get_doc(LEAD, name, for_update=True)
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
	return LEAD, lead.name


def _insert(medusa_id: str, data: dict[str, Any]) -> str:
	values = _values(medusa_id, data)
	records.ensure_lead_source(values[records.lead_source_field()[0]])
	# nobody owns it: the job runs as the guest who registered
	lead = frappe.get_doc({"doctype": LEAD, **values, "lead_owner": ""})
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
	values = {fieldname: cstr(data.get(key)).strip() or None for fieldname, key in FIELDS.items()}
	if values["mobile_no"]:
		values["mobile_no"] = side_texts.fitted(LEAD, "mobile_no", values["mobile_no"])
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


def _keep(medusa_id: str, data: dict[str, Any], error: Exception) -> None:
	"""Have the registration tried again a minute later, with what was in the way."""
	if not frappe.db.exists(SYNC_TASK, {"lane": LANE, "medusa_id": medusa_id}):
		record(medusa_id, json.dumps(data, ensure_ascii=False, default=str))
	task_states.retry_later(LANE, medusa_id, sentence_of(error))
