"""Mails about Quotations go out within a minute, and not only with Frappe's next round of its Email Queue."""

from __future__ import annotations

from datetime import datetime
from time import monotonic, sleep

import frappe
from frappe import _
from frappe.email.doctype.email_queue import email_queue
from frappe.utils import cint, now_datetime

from medusa_integration.constants import QUOTATION
from medusa_integration.database import read_committed
from medusa_integration.sync.jobs import scheduled_job

QUEUE = "Email Queue"
MAILS = 50
# no further mail is begun after so many seconds: a worker ends the job after 300, and a mail may take 120
SECONDS = 120
# Frappe 15 reads a row and marks it as its own a moment later, without a lock: so long do we wait for that
GRACE_SECONDS = 2


class MailsNotSent(frappe.ValidationError):
	"""Some mails could not be sent; the Error Log says why, and Frappe tries them again."""


@scheduled_job
def send_quotation_emails() -> int:
	"""Send the unsent mails of the Email Queue that are about Quotations, 50 at the most.

	Mails that are to wait (`send_after`), whose retries are used up, or that somebody else is sending are
	left to Frappe, and so are all while mails are muted or the queue is suspended. Whatever else sends mails
	of the queue at the same time, each goes out once. One that fails is logged and the others go on. Commits.

	Returns:
		How many were sent.

	Raises:
		MailsNotSent: Some failed, with the count.
	"""
	if frappe.are_emails_muted() or cint(frappe.db.get_default("suspend_email_queue")):
		return 0
	due = _due()
	# nosemgrep: frappe-manual-commit -- what is locked is looked at anew, and without a transaction's memory
	frappe.db.commit()
	if not due:
		return 0
	with read_committed():
		sent, failed = _send_all(due)
		# nosemgrep: frappe-manual-commit -- the caller's next transaction is as its others
		frappe.db.commit()
	if failed:
		message = _("{0} of {1} mails about Quotations could not be sent.")
		frappe.throw(message.format(failed, failed + sent), MailsNotSent)
	return sent


def _send_all(due: list[str]) -> tuple[int, int]:
	"""How many mails of those that are due were sent, and how many failed."""
	sent = failed = 0
	taken_at = now_datetime()
	names = _take(due, taken_at)
	until = monotonic() + SECONDS
	try:
		while names and monotonic() < until:
			if _send(names.pop(0), taken_at):
				sent += 1
			else:
				failed += 1
	finally:
		_give_back(names, taken_at)
	return sent, failed


def _take(due: list[str], taken_at: datetime) -> list[str]:
	"""Mark mails as being sent, so that nobody else takes them; returns their names in the order of `due`.

	A row that is marked is passed over by Frappe's `flush`, and by another run of ours.
	Who had read it before marks it too: `modified` tells us, and then it is theirs.
	"""
	free = [row.name for row in _locked(due, skip_locked=True) if row.status == "Not Sent"]
	_mark(free, "Sending", taken_at)
	# nosemgrep: frappe-manual-commit -- others see it, and the locks are gone
	frappe.db.commit()
	if free:
		sleep(GRACE_SECONDS)
	held = set(_held(free, taken_at))
	# nosemgrep: frappe-manual-commit -- the locks again
	frappe.db.commit()
	return [name for name in due if name in held]


def _due() -> list[str]:
	row = frappe.qb.DocType(QUEUE)
	return (
		frappe.qb.from_(row)
		.select(row.name)
		.where((row.reference_doctype == QUOTATION) & (row.status == "Not Sent"))
		.where(row.send_after.isnull() | (row.send_after <= now_datetime()))
		# the last try is Frappe's, which marks the mail as an error and tells its owner
		.where(row.retry < email_queue.get_email_retry_limit())
		.orderby(row.priority, order=frappe.qb.desc)
		.orderby(row.retry)
		.orderby(row.creation)
		.limit(MAILS)
	).run(pluck=True)


def _send(name: str, taken_at: datetime) -> bool:
	"""Have Frappe send one mail; return whether that went well."""
	try:
		# Frappe sends what is "Not Sent", and marks and commits it first: nobody else ever sees it so
		_mark(_held([name], taken_at), "Not Sent", taken_at)
		email_queue.send_now(name)
		frappe.db.commit()  # as it was, when mails were muted or suspended meanwhile
		return True
	except Exception:
		frappe.db.rollback()
		frappe.log_error(
			"Medusa: a mail about a Quotation could not be sent",
			reference_doctype=QUEUE,
			reference_name=name,
		)
		_give_back([name], taken_at)
		return False


def _give_back(names: list[str], taken_at: datetime) -> None:
	"""Leave to others what we have marked and did not begin to send; commits."""
	_mark(_held(names, taken_at), "Not Sent", taken_at)
	# nosemgrep: frappe-manual-commit -- also the log row of the caller
	frappe.db.commit()


def _held(names: list[str], taken_at: datetime) -> list[str]:
	"""Which of these are still as we have marked them, locked."""
	return [row.name for row in _locked(names) if (row.status, row.modified) == ("Sending", taken_at)]


# rows are found by name only, as Frappe does: by another index, its locks and ours would meet crosswise


def _locked(names: list[str], skip_locked: bool = False) -> list[frappe._dict]:
	if not names:
		return []
	row = frappe.qb.DocType(QUEUE)
	return (
		frappe.qb.from_(row)
		.select(row.name, row.status, row.modified)
		.where(row.name.isin(names))
		.for_update(skip_locked=skip_locked)
	).run(as_dict=True)


def _mark(names: list[str], status: str, modified: datetime) -> None:
	if names:
		frappe.db.set_value(QUEUE, {"name": ("in", names)}, "status", status, modified=modified)
