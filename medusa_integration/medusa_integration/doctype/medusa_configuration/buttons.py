"""The buttons of Medusa Configuration, and what its form and the workspace show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import frappe
from frappe import _
from frappe.utils import escape_html
from typing_extensions import TypedDict

from medusa_integration.catalogue.stock.quantities import default_company
from medusa_integration.constants import SYNC_TASK, Status
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.values import Choice
from medusa_integration.settings import SETTINGS, get_settings
from medusa_integration.setup.top_categories import without_item_group
from medusa_integration.sync import connection, health, task_states, wake


class Tried(TypedDict):
	"""What came of it, in a sentence."""

	ok: bool
	message: str


class Place(TypedDict):
	"""A sales channel or a stock location of Medusa."""

	id: str
	name: str
	is_default: bool


class Connected(TypedDict):
	"""What Medusa says of itself."""

	ok: Literal[True]
	message: str
	generation: str
	version: str | None
	extras: str
	currencies: list[str]
	sales_channels: list[Place]
	stock_locations: list[Place]


class SyncStatus(TypedDict):
	"""Number of failed tasks, and what hinders the synchronization, as HTML."""

	failed: int
	warnings: list[str]


class NumberCard(TypedDict):
	"""What a number card of Frappe shows."""

	value: int
	fieldtype: str
	route: list[str]
	route_options: dict[str, str]


def test_connection() -> Tried | Connected:
	"""Log in to Medusa with the saved settings. A success ends a pause.

	Returns:
		`{"ok": bool, "message": str}`, and when ok also `generation`, `version`, `extras`, `currencies`,
		`sales_channels` and `stock_locations`.
	"""
	if not frappe.db.get_single_value(SETTINGS, "url"):
		return {"ok": False, "message": _("Enter the Medusa URL first.")}
	try:
		server = connection.describe_server()
	except MedusaError as error:
		return {"ok": False, "message": str(error)}

	resume()
	return {
		"ok": True,
		"message": _("Connected to Medusa {0}. The credentials are valid.").format(
			server.version or server.generation
		),
		"generation": server.generation,
		"version": server.version,
		"extras": server.extras,
		"currencies": list(server.currencies),
		"sales_channels": _places(server.sales_channels),
		"stock_locations": _places(server.stock_locations),
	}


def create_stock_location() -> Tried:
	"""Create a stock location in Medusa v2, named after the company, and store all quantities there.

	An existing one of this name is used. It is linked with the sales channel of the products, because v2
	sells only from locations of the channel.

	Returns:
		`{"ok": bool, "message": str}`.
	"""
	if not frappe.db.get_single_value(SETTINGS, "url"):
		return {"ok": False, "message": _("Enter the Medusa URL first.")}
	name = default_company() or frappe.local.site
	try:
		location = connection.call(lambda medusa: medusa.stock.ensure_location(name))
	except MedusaError as error:
		return {"ok": False, "message": str(error)}
	if not location:
		message = _("Medusa v1 keeps quantities on its variants and needs no stock location.")
		return {"ok": False, "message": message}
	frappe.db.set_single_value(SETTINGS, "stock_location", location.id)
	# those too that failed for want of one
	task_states.send_again("stock")
	message = _("Quantities are stored at the stock location {0} from now on.").format(location.name)
	return {"ok": True, "message": message}


def resume() -> None:
	"""End a pause, and send the waiting tasks after the commit."""
	connection.resume()
	frappe.db.after_commit.add(wake.enqueue)


def get_status() -> SyncStatus:
	"""Return the state of the synchronization for the form.

	Returns:
		`{"failed": int, "warnings": [str]}`; the warnings are HTML.
	"""
	return {
		"failed": frappe.db.count(SYNC_TASK, {"status": Status.FAILED}),
		"warnings": [
			*health.hindrances(),
			*(escape_html(text) for text in without_item_group(get_settings().top_categories)),
		],
	}


def get_stuck_jobs() -> NumberCard:
	"""Return the number of jobs that wait in queues without a worker.

	Returns:
		What a number card of Frappe shows.
	"""
	stuck = health.stuck_jobs() or {}
	return {
		"value": sum(stuck.values()),
		"fieldtype": "Int",
		"route": ["List", SYNC_TASK],
		"route_options": {"status": Status.PENDING.value},
	}


def _places(found: Iterable[Choice]) -> list[Place]:
	return [{"id": one.id, "name": one.name, "is_default": one.is_default} for one in found]
