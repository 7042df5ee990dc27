"""Small endpoints of each class, and a web server that has them besides the app's own.

`python -m tests.support.endpoints SITE SITES_PATH PORT` serves them under `PATH`, which belongs to the app,
as Frappe calls only what is in an installed one.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import frappe

from medusa_integration.endpoints import READ, Desk, Limit, Public, Storefront, endpoint
from medusa_integration.endpoints.access import is_shop
from medusa_integration.endpoints.parameters import (
	CHOICE,
	AnyNumber,
	AnyWhole,
	Date,
	Flag,
	Id,
	Ids,
	ListOf,
	Number,
	Text,
	Whole,
	within,
)
from medusa_integration.endpoints.records import ObjectOf, Record
from medusa_integration.exceptions import NotConnected, ValidationError
from medusa_integration.medusa import errors
from tests.support.checked_web import checked

PATH = "medusa_integration.endpoints_of_tests"
ERRORS = {
	"bad value": lambda: frappe.throw("rating must be between 1 and 5.", ValidationError),
	"of ERPNext": lambda: frappe.throw("Row 1: <b>Rate</b> is &gt; 5", title="Too Much"),
	"missing document": lambda: frappe.get_doc("Medusa Sync Task", "no such task"),
	"taken": lambda: frappe.throw("Quotation q1 belongs to another customer.", frappe.DuplicateEntryError),
	"of the database": lambda: throw(
		frappe.DuplicateEntryError("ToDo", "x", Exception("INSERT INTO `tabToDo`"))
	),
	"permission": lambda: frappe.throw("User a@b.c does not have access to X", frappe.PermissionError),
	"off": lambda: throw(NotConnected("Medusa integration is disabled.")),
	"refused by Medusa": lambda: throw(errors.Invalid("remote words", status=400)),
	"no answer of Medusa": lambda: throw(errors.TimedOut("remote words", phase="read")),
	"bug": lambda: {}["password=hunter2"],
	"SQL": lambda: frappe.db.sql("select nothing from nowhere"),
	"type": lambda: throw(TypeError("f() got an unexpected argument")),
}


def throw(error: Exception) -> None:
	raise error


@endpoint(Public(), methods=READ)
def shop_window(customer_id: Id | None = None) -> dict[str, Any]:
	return {"customer_id": customer_id if is_shop() else None, "user": frappe.session.user}


@endpoint(Storefront(reopens=True), methods=READ)
def documented(customer_id: Id) -> str:
	return customer_id


@endpoint(Storefront(), methods=READ)
def added_by_us() -> str:
	return "answer"


@endpoint(Desk("Homepage Landing", "write"))
def of_desk() -> str:
	return "answer"


@endpoint(Storefront(reopens=True))
def note(text: Text, error: Annotated[Literal[tuple(ERRORS)], CHOICE] | None = None) -> str:
	"""Writes, and breaks after that."""
	todo = frappe.get_doc({"doctype": "ToDo", "description": text}).insert(ignore_permissions=True)
	if error:
		ERRORS[error]()
	return todo.name


@endpoint(Storefront(), methods=READ)
def find(name: Id) -> list[str]:
	return frappe.get_all("ToDo", {"name": name}, pluck="name")


class Row(Record):
	variant_id: Id
	quantity: Number = 1


class Place(Record):
	city: Text
	is_default: Flag = False


@endpoint(Storefront(), methods=READ)
def values(
	id: Id | None = None,
	ids: Ids | None = None,
	text: Text | None = None,
	flag: Flag | None = None,
	whole: Whole | None = None,
	page: Annotated[AnyWhole, within(1)] = 1,
	number: Number | None = None,
	quantity: Annotated[AnyNumber, within(above=0)] = 1,
	day: Date | None = None,
	choice: Annotated[Literal["asc", "desc"], CHOICE] = "asc",
	rows: Annotated[list, ListOf(Annotated[dict, ObjectOf(Row)])] = (),
	address: Annotated[dict, ObjectOf(Place)] | None = None,
) -> dict[str, Any]:
	return dict(locals())


@endpoint(Public(), limits=[Limit(2, 3600), Limit(3, 3600, per="email")])
def sign_up(email: Id) -> str:
	return email


def plain(text: Text) -> str:
	"""What an endpoint is made of; app code calls it as it is."""
	return f"plain {text}"


for_desk_alone = endpoint(Desk("Homepage Landing", "write"))(plain)


@endpoint(Storefront(reopens=True))
def outer(text: Text, through: Annotated[Literal["function", "endpoint"], CHOICE] = "function") -> str:
	"""Calls what is an endpoint for other people."""
	return plain(text) if through == "function" else for_desk_alone(text)


def on_event(doc: Any, method: str | None = None) -> None:
	"""What a hook of documents does."""
	doc.description = f"{method} by {frappe.session.user}"


with_event = endpoint(Storefront(), event=on_event)(plain)


if __name__ == "__main__":
	from devbench import web

	sys.modules[PATH] = sys.modules["__main__"]
	web.main(*sys.argv[1:], wrap=checked)
