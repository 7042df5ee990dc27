"""Small endpoints of each class, and a web server that has them besides the app's own.

`python -m tests.support.endpoints SITE SITES_PATH PORT` serves them under `PATH`, which belongs to the app,
as Frappe calls only what is in an installed one.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import frappe

from medusa_integration.endpoints import (
	READ,
	Choice,
	Date,
	Desk,
	Flag,
	Id,
	Ids,
	Limit,
	ListOf,
	Maybe,
	Number,
	NumberRule,
	Public,
	Record,
	Storefront,
	Text,
	Whole,
	WholeRule,
	endpoint,
	is_shop,
)
from medusa_integration.exceptions import NotConnected, ValidationError
from medusa_integration.medusa import errors

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
def note(text: Text, error: Annotated[str, Choice(*ERRORS)] | None = None) -> str:
	"""Writes, and breaks after that."""
	todo = frappe.get_doc({"doctype": "ToDo", "description": text}).insert(ignore_permissions=True)
	if error:
		ERRORS[error]()
	return todo.name


@endpoint(Storefront(), methods=READ)
def find(name: Id) -> list[str]:
	return frappe.get_all("ToDo", {"name": name}, pluck="name")


@endpoint(Storefront(), methods=READ)
def values(
	id: Id | None = None,
	ids: Ids | None = None,
	text: Text | None = None,
	flag: Flag | None = None,
	whole: Whole | None = None,
	page: Annotated[int, WholeRule(1)] = 1,
	number: Number | None = None,
	quantity: Annotated[float, NumberRule(above=0)] = 1,
	day: Date | None = None,
	choice: Annotated[str, Choice("asc", "desc")] = "asc",
	rows: Annotated[list, ListOf(Record(variant_id=Id, quantity=Maybe(Number, 1)))] = (),
	address: Annotated[dict, Record(city=Text, is_default=Maybe(Flag, False))] | None = None,
) -> dict[str, Any]:
	return dict(locals())


@endpoint(Public(), limits=[Limit(2, 3600), Limit(3, 3600, per="email")])
def sign_up(email: Id) -> str:
	return email


@endpoint(Storefront(reopens=True))
def outer(text: Text) -> str:
	"""Calls others, which are for other people."""
	return f"{of_desk()} {frappe.call(of_desk)} {note(text)}"


if __name__ == "__main__":
	from devbench import web

	sys.modules[PATH] = sys.modules["__main__"]
	web.main(*sys.argv[1:])
