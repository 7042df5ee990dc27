"""docs/openapi.json is what is generated from the endpoints, and each endpoint states what it returns."""

from __future__ import annotations

import inspect
import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from typing_extensions import NotRequired, TypedDict

from devbench.openapi.__main__ import FILE, written
from devbench.openapi.answers import what_is_missing
from devbench.openapi.docstrings import Docstring
from devbench.openapi.document import success
from devbench.openapi.operations import Operation, operations
from medusa_integration.endpoints import Public
from tests.support import openapi

ALL = {one.path: one for one in operations()}


class Card(TypedDict):
	title: str
	rating: NotRequired[float | None]
	in_stock: Literal[0, 1]


class Vague(TypedDict):
	cards: list[Card]
	more: dict[str, Any]


@pytest.fixture(scope="module")
def stored():
	return json.loads(FILE.read_text())


@pytest.mark.parametrize("path", sorted(ALL))
def test_says_what_it_answers(path):
	one = ALL[path]
	missing = what_is_missing(one.answer)
	assert missing is None, f"{one.endpoint.path}: {missing}"


@pytest.mark.parametrize("path", sorted(ALL))
def test_says_what_it_does(path):
	one = ALL[path]
	assert one.text.summary.endswith("."), f"{one.endpoint.path}: begin its docstring with what it does"


def test_the_file_is_up_to_date():
	assert FILE.read_text() == written(), "docs/openapi.json is out of date: make openapi"


@pytest.mark.parametrize(
	("stated", "missing"),
	[
		(str, None),
		(list[Card], None),
		(Card | None, None),
		(dict[str, datetime | None], None),
		(tuple[Card, ...], None),
		(None, None),
		(inspect.Signature.empty, "its answer has no type"),
		(dict, "its answer is of the type dict"),
		(list[Any], "an entry of its answer is of the type Any"),
		(dict[str, object], "a value of its answer is of the type object"),
		(list[Vague], "a value of Vague.more is of the type Any"),
		(Card | dict[str, list], "a value of its answer is of the type list"),
	],
)
def test_what_is_stated_in_full(stated, missing):
	found = what_is_missing(stated)
	assert (found is None) if missing is None else found.startswith(missing), found


def test_sections_of_a_docstring():
	text = Docstring(
		"""Do it.

		Now, and
		for good.

		Args:
			name: Of what, which
				goes on.
			limit: How many.

		Returns:
			A sentence.

		Raises:
			frappe.DoesNotExistError: There is none (404).
			Settled: Done already (409).
			Other: Refused (409), or away (502).
		"""
	)
	assert text.summary == "Do it."
	assert text.description == "Now, and for good."
	assert text.arguments == {"name": "Of what, which goes on.", "limit": "How many."}
	assert text.returns == "A sentence."
	assert text.statuses == {
		"404": "There is none.",
		"409": "Done already. Refused, or away.",
		"502": "Refused, or away.",
	}


def test_one_operation_in_full(stored):
	"""Written by hand."""
	made = stored["paths"]["/api/method/medusa_integration.api.fetch_all_customers"]
	assert set(made) == {"get", "post"}
	assert made["get"]["tags"] == ["Storefront", "Sign-up, login, customers"]
	assert made["get"]["security"] == [{"token": []}, {}]
	limit = next(one for one in made["get"]["parameters"] if one["name"] == "limit")
	assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 500}
	assert not limit["required"]
	answer = made["get"]["responses"]["200"]["content"]["application/json"]["schema"]
	assert answer["properties"]["message"] == {
		"type": "array",
		"items": {"$ref": "#/components/schemas/Unlinked"},
	}
	unlinked = stored["components"]["schemas"]["Unlinked"]
	assert unlinked["additionalProperties"] is False
	assert unlinked["required"] == ["name", "customer_name", "email_id", "mobile_no"]
	assert set(made["get"]["responses"]) == {"200", "400", "401", "403", "429", "500"}
	assert set(made["post"]["responses"]) == {"200", "400", "401", "403", "413", "429", "500"}


def test_who_may_call(stored):
	paths = stored["paths"]
	at = "/api/method/medusa_integration.api."
	assert paths[f"{at}send_otp"]["post"]["security"] == [{"token": []}, {}]
	assert paths[f"{at}send_password_reset_email"]["post"]["security"] == [{"token": []}]
	assert paths[f"{at}update_all_item_groups"]["post"]["security"] == [{"token": []}]
	assert paths[f"{at}update_all_item_groups"]["post"]["description"].endswith(
		"Desk: needs write on Item Group."
	)
	assert "get" not in paths[f"{at}send_otp"]


@pytest.mark.parametrize(
	("answer", "required"),
	[(str, ["message"]), (str | None, []), (list[Card | None], ["message"]), (None, [])],
)
def test_an_answer_that_is_null_is_left_out(answer, required):
	"""By Frappe."""
	signature = inspect.Signature(return_annotation=answer)
	made = SimpleNamespace(signature=signature, access=Public(), function=len)
	one = Operation("medusa_integration.api.x", SimpleNamespace(endpoint=made))
	schema = success(one, {"type": "string"})["content"]["application/json"]["schema"]
	assert schema["required"] == required


# -- what the file allows ------------------------------------------------------------------------------------

AT = "/api/method/medusa_integration.api."
ERROR = {"error": "Not permitted.", "exc_type": "PermissionError", "_server_messages": "[]"}
ROW = {"name": "A", "customer_name": "A", "email_id": None, "mobile_no": "1"}


def fault(name, status, body, method="POST"):
	return openapi.fault(f"{AT}{name}", method, status, json.dumps(body).encode())


@pytest.mark.parametrize(
	("name", "status", "body"),
	[
		("fetch_all_customers", 200, {"message": [ROW]}),
		("fetch_all_customers", 403, ERROR),
		("update_address", 404, ERROR),
		("resume", 200, {}),
		("sign_up", 422, ERROR),  # Medusa's own refusals
		("sign_up", 200, {"message": {"customer_id": "cus_1", "more": {"of": "Medusa's"}}}),
		("update_quotation", 200, {"message": {"message": "x", "quotation_id": "Q", "Quotation ID": "Q"}}),
		("no_such_endpoint", 200, {"anything": 1}),
	],
)
def test_allowed(name, status, body):
	assert fault(name, status, body) is None


@pytest.mark.parametrize(
	("name", "status", "body", "sentence"),
	[
		("fetch_all_customers", 404, ERROR, "status 404; the file has 200, 400,"),
		(
			"fetch_all_customers",
			200,
			{"message": [{**ROW, "tax_id": "x"}]},
			"message.0: Additional properties",
		),
		(
			"fetch_all_customers",
			200,
			{"message": [{"name": "A"}]},
			'message.0: "customer_name" is a required',
		),
		("fetch_all_customers", 200, {"message": [{**ROW, "name": 1}]}, "message.0.name: 1 is not of type"),
		("fetch_all_customers", 200, {"message": None}, "message: null is not of type"),
		("fetch_all_customers", 200, {"message": [], "docs": []}, "answer: Additional properties"),
		(
			"fetch_all_customers",
			200,
			{"message": [], "_server_messages": ""},
			"answer: Additional properties",
		),
		("fetch_all_customers", 403, {**ERROR, "exception": "Traceback"}, "answer: Additional properties"),
		("fetch_all_customers", 403, {**ERROR, "error": ""}, "error: "),
		(
			"send_otp",
			200,
			{"message": {"message": "x", "isSuccess": 2}},
			"message.isSuccess: 2 is not one of",
		),
		("send_otp", 502, ERROR, "status 502"),
	],
)
def test_not_allowed(name, status, body, sentence):
	assert sentence in str(fault(name, status, body))


def test_what_is_no_json_is_not_allowed():
	assert "no JSON" in str(openapi.fault(f"{AT}get_status", "GET", 200, b"<html>"))
