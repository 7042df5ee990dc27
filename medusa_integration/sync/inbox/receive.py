"""Receives the events that the plugin in Medusa sends, and stores each once."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import frappe
from frappe import _
from frappe.utils import now_datetime
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from medusa_integration import database
from medusa_integration.constants import EVENT
from medusa_integration.endpoints.parameters import Bound, Id, refusal, required
from medusa_integration.settings import get_settings
from medusa_integration.sync import wake
from medusa_integration.sync.inbox import intake
from medusa_integration.sync.inbox.orders import site_time

# not a type of JSON: Frappe would read the body before the signature is checked
CONTENT_TYPE = "application/vnd.erpnext.medusa-event"
# what an id of Medusa's is made of
MEDUSA_ID = re.compile(r"[A-Za-z0-9_.-]{1,140}")
YEARS = range(2000, 2100)
COLUMNS = (
	*database.STANDARD_COLUMNS,
	"event_type",
	"aggregate",
	"aggregate_id",
	"occurred_at",
	"source",
	"status",
)


class Received(TypedDict):
	"""The event is stored."""

	status: Literal["received"]


def _medusa_id(value: str) -> str:
	if not MEDUSA_ID.fullmatch(value):
		raise refusal(_("{0} must consist of letters, digits, _, . and -."))
	return value


def _moment(value: Any) -> datetime:
	if not isinstance(required(value), str):
		raise refusal(_("{0} must be a text value."))
	try:
		moment = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", value.strip()))
	except ValueError:
		raise refusal(_("{0} is not valid.")) from None
	if not moment.tzinfo or moment.year not in YEARS:
		raise refusal(_("{0} is not valid."))
	return moment


MedusaId = Annotated[Id, Bound(_medusa_id, pattern=f"^{MEDUSA_ID.pattern}$")]
Moment = Annotated[datetime, BeforeValidator(_moment)]


def receive_medusa_event(
	id: MedusaId, type: MedusaId, aggregate: MedusaId, aggregate_id: MedusaId, created_at: Moment
) -> Received:
	"""Store an event of the plugin in Medusa. One statement.

	A worker processes it later, if *Import Orders* is on. The request is signed, see docs/operations.md.
	Types that are not known are stored too.

	Args:
		id: Of the event, unique.
		type: Such as `order.placed`.
		aggregate: What it is about: `order` or `customer`.
		aggregate_id: Medusa's id of that.
		created_at: When it happened, as ISO 8601 with its time zone.

	Returns:
		`status` is "received".

	Raises:
		frappe.DuplicateEntryError: An event with this id is stored already (409).
		BodyTooLarge: The body is larger than 16 KB (413).
		UnsupportedType: The body has another Content-Type (415).
	"""
	now = now_datetime()
	event = frappe.qb.DocType(EVENT)
	about = (type, aggregate, aggregate_id, site_time(created_at), get_settings().url, "Received")
	query = frappe.qb.into(event).columns(*COLUMNS).insert(*database.standard_values(id, now), *about)
	try:
		database.run(query)
	except Exception as error:
		if not frappe.db.is_duplicate_entry(error):
			raise
		frappe.throw(_("This event is stored already."), frappe.DuplicateEntryError)
	if intake.is_on():
		frappe.db.after_commit.add(wake.enqueue)
	return {"status": "received"}
