"""The parts of docs/openapi.json that are not schemas: operations, who may call, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from devbench.openapi.operations import Operation, operations
from devbench.openapi.schemas import schemas_of

# by the package that the plain function is in
FAMILIES = {
	"customers": "Sign-up, login, customers",
	"selling": "Quotations and orders",
	"catalogue": "Catalogue",
	"storefront": "Storefront",
	"sync": "Synchronization",
	"medusa_integration": "Settings and tasks",
}
CLASSES = {
	"Public": "anyone; calls are limited by the caller's address",
	"Storefront": "the shop's server, with the storefront user's token; System Managers too",
	"Desk": "users of Desk with the stated permission and role",
	"Signed": "the plugin in Medusa, which signs its requests with the shared secret",
}
# status -> what is meant; those that every endpoint may have, and those of some classes
EVERY = {
	"400": "A parameter is missing or not valid, or the body is not a JSON object.",
	"401": "The token is wrong.",
	"500": "Internal error; `error` contains the name of the Error Log.",
}
REFUSED = {"403": "Not permitted."}
TOO_LARGE = {"413": "The body is larger than 256 KB."}
UNCHANGED = {"304": {"description": "Not modified: `If-None-Match` has the current `ETag`."}}
UNSIGNED = {"401": "The signature is missing, not valid or too old."}
TOO_OFTEN = {"429": "Too many requests."}
GENERAL = {**EVERY, **REFUSED, **TOO_LARGE, **TOO_OFTEN}
# types of an answer that is null
NOTHING = (None, type(None))
SIMPLE = {"string", "integer", "number", "boolean", "null"}
INTRODUCTION = """\
The HTTP endpoints of medusa_integration; docs/endpoints.md explains them and has examples.

`POST` takes a JSON object, form fields or a query string, with the same meaning; `GET` a query string, in which
lists and objects are JSON texts. Numbers and flags can also be sent as texts; `null` and an empty text mean that the
parameter is not sent. Unknown parameters are ignored. If the returned value is null, the body has no `message`.
An error has a status and one sentence; 503 can also mean that the site is under maintenance."""


def document() -> dict[str, Any]:
	"""Return the whole of docs/openapi.json."""
	import medusa_integration
	from medusa_integration.mirror.values import SIGNATURE_HEADER

	listed = operations()
	schemas, definitions = schemas_of(listed)
	paths = {
		one.url: {method.lower(): _operation(one, method, schemas) for method in one.endpoint.methods}
		for one in listed
	}
	families = {FAMILIES[_package(one)]: None for one in listed}
	return {
		"openapi": "3.1.0",
		"info": {
			"title": "medusa_integration",
			"version": medusa_integration.__version__,
			"description": INTRODUCTION,
			"license": {"name": "MIT", "identifier": "MIT"},
		},
		"servers": [{"url": "/"}],
		"tags": [
			*({"name": name, "description": text} for name, text in CLASSES.items()),
			*({"name": name} for name in sorted(families)),
		],
		"paths": paths,
		"components": {
			"schemas": {"Error": _error(), **definitions},
			"responses": {status: _told(said) for status, said in GENERAL.items()},
			"securitySchemes": {
				"token": {
					"type": "apiKey",
					"in": "header",
					"name": "Authorization",
					"description": "`token <API key>:<API secret>` of a user",
				},
				"signature": {
					"type": "apiKey",
					"in": "header",
					"name": SIGNATURE_HEADER,
					"description": "`t=<Unix time>,v1=<HMAC-SHA256>`, see docs/operations.md",
				},
			},
		},
	}


def _package(one: Operation) -> str:
	return one.endpoint.function.__module__.split(".")[1]


def _operation(one: Operation, method: str, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
	endpoint, text = one.endpoint, one.text
	parameters = schemas["parameters", one.path]
	for name, schema in parameters.get("properties", {}).items():
		if told := text.arguments.get(name):
			schema["description"] = told
	made: dict[str, Any] = {
		"operationId": one.name if method == "POST" else f"{one.name}_{method.lower()}",
		"tags": [endpoint.access.name, FAMILIES[_package(one)]],
		"summary": text.summary,
		"description": "\n\n".join([text.description, _who(endpoint)]).strip(),
		"security": _security(endpoint.access),
	}
	if method == "GET":
		made["parameters"] = list(_query(parameters))
	elif parameters.get("properties"):
		kind = getattr(endpoint.access, "content_type", "application/json")
		content = {kind: {"schema": _body(parameters)}}
		made["requestBody"] = {"required": bool(parameters.get("required")), "content": content}
	made["responses"] = {
		"200": success(one, schemas["answer", one.path]),
		**(UNCHANGED if endpoint.shared and method == "GET" else {}),
		**{status: _refusal(status, said) for status, said in _statuses(one, method).items()},
	}
	return made


def _who(endpoint: Any) -> str:
	access = endpoint.access
	if access.name == "Desk":
		right = f"{access.permission} on {access.doctype}" if access.doctype else "write on the document"
		role = f", and the role {' or '.join(access.roles)}" if access.roles else ""
		return f"Desk: needs {right}{role}."
	who = CLASSES[access.name]
	if access.name == "Storefront" and access.reopens:
		who += "; guests while *Allow Guest Storefront Calls* is on"
	return f"{access.name}: {who}."


def _security(access: Any) -> list[dict[str, list[str]]]:
	if access.name == "Signed":
		return [{"signature": []}]
	guests_may = access.name == "Public" or getattr(access, "reopens", False)
	return [{"token": []}, *([{}] if guests_may else [])]


def _body(parameters: dict[str, Any]) -> dict[str, Any]:
	return {key: value for key, value in parameters.items() if key != "description"}


def _query(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
	for name, schema in parameters.get("properties", {}).items():
		stated = {key: value for key, value in schema.items() if key != "description"}
		kinds = [one for one in stated.pop("anyOf", []) if one.get("type") != "null"]
		if kinds:
			stated = {**kinds[0], **stated}
		if stated.get("default", ...) is None:
			del stated["default"]
		made = {"name": name, "in": "query", "required": name in parameters.get("required", ())}
		if "description" in schema:
			made["description"] = schema["description"]
		if stated.get("type") in SIMPLE:
			yield {**made, "schema": stated}
		else:
			yield {**made, "content": {"application/json": {"schema": stated}}}


def success(one: Operation, answer: dict[str, Any]) -> dict[str, Any]:
	"""Return the response of an endpoint that has done what was asked.

	Args:
		one: the endpoint.
		answer: the schema of what it returns.
	"""
	properties: dict[str, Any] = {"message": answer} if one.answer not in NOTHING else {}
	# Frappe leaves a message out that is null
	required = [name for name in properties if not set(NOTHING) & set(get_args(one.answer))]
	properties["session_expired"] = {
		"type": "integer",
		"description": "1 if the caller's session has expired and the caller is now a guest",
	}
	if one.endpoint.access.name == "Desk":
		properties["_server_messages"] = {"type": "string", "description": "messages that Desk shows"}
	schema = {
		"type": "object",
		"properties": properties,
		"required": required,
		"additionalProperties": False,
	}
	told = one.text.returns or "The returned value is in `message`."
	return {"description": told, "content": {"application/json": {"schema": schema}}}


def _statuses(one: Operation, method: str) -> dict[str, str]:
	"""What each error status of an endpoint means: that of all like it, and what its docstring says."""
	access = one.endpoint.access
	if access.name == "Signed":
		found = {**EVERY, **UNSIGNED, **TOO_OFTEN}
		return dict(sorted((found | one.text.statuses).items()))
	found = {**EVERY, **(TOO_LARGE if method == "POST" else {})}
	found |= REFUSED if access.name != "Public" else {}
	found |= TOO_OFTEN if access.name != "Desk" else {}
	for status, said in one.text.statuses.items():
		found[status] = f"{found[status]} {said}" if status in found else said
	return dict(sorted(found.items()))


def _refusal(status: str, said: str) -> dict[str, Any]:
	if said == GENERAL.get(status):
		return {"$ref": f"#/components/responses/{status}"}
	return _told(said)


def _told(said: str) -> dict[str, Any]:
	schema = {"$ref": "#/components/schemas/Error"}
	return {"description": said, "content": {"application/json": {"schema": schema}}}


def _error() -> dict[str, Any]:
	return {
		"type": "object",
		"description": "An error, with one sentence and no other data of the server.",
		"properties": {
			"error": {"type": "string", "minLength": 1, "description": "the sentence"},
			"exc_type": {
				"type": "string",
				"minLength": 1,
				"description": "depends on the status, see docs/endpoints.md",
			},
			"_server_messages": {
				"type": "string",
				"description": "the same sentence in the format of Frappe's Desk",
			},
		},
		"required": ["error", "exc_type", "_server_messages"],
		"additionalProperties": False,
	}
