"""What a caller is told when a call goes wrong: one status, one sentence, nothing of our insides.

`refuse` turns whatever an endpoint raised into an `Answer`; the hook `after_request` makes Frappe's response
say that and no more, also where Frappe refused the request before the endpoint was reached.
"""

from __future__ import annotations

import html
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import strip_html
from pydantic_core import from_json
from werkzeug.wrappers import Request, Response

from medusa_integration.constants import MODULE
from medusa_integration.endpoints import caching
from medusa_integration.exceptions import MedusaRejected, MedusaTimedOut, NotConnected
from medusa_integration.medusa.errors import MedusaError, TimedOut
from medusa_integration.medusa.masking import mask_text

# bytes: a quotation of 200 lines has a tenth of it
LARGEST_BODY = 256 * 1024
TOO_LARGE = "Request body is too large: {0} KB at most."
NOT_AN_OBJECT = "Request body must be a JSON object."
INTERNAL = "Internal error. Reference: {0}"
# what each status is called, whichever of Frappe's many exceptions it was
EXC_TYPES = {
	400: "ValidationError",
	401: "AuthenticationError",
	403: "PermissionError",
	404: "DoesNotExistError",
	409: "DuplicateEntryError",
	413: "RequestEntityTooLarge",
	415: "UnsupportedMediaType",
	417: "ValidationError",
	429: "RateLimitExceededError",
}
# what is said whatever the exception said
FIXED = {403: "Not permitted."}
# what is said of an exception without a sentence of its own
FALLBACKS = {
	401: "Authentication failed.",
	404: "Not found.",
	409: "It exists already.",
	429: "Too many requests. Please try again later.",
	503: "The site is under maintenance.",
}
# the only ones of 500 and above that are meant for the caller
TOLD = (NotConnected, MedusaRejected, MedusaTimedOut, frappe.InReadOnlyMode)


@dataclass(frozen=True)
class Answer:
	"""An error as the caller gets it."""

	status: int
	exc_type: str
	text: str
	title: str | None = None


class Refused(frappe.ValidationError):
	"""Ends the request; `after_request` makes the answer of it.

	Frappe writes an Error Log for whatever has a status of 500 and more, and we have written ours.
	"""


def begin() -> None:
	"""Note that this request is answered by one of our endpoints, however it was addressed."""
	frappe.local.flags.medusa_endpoint = True
	frappe.local.flags.disable_traceback = True


def hush() -> None:
	"""Leave out of an answer to the shop what Frappe and ERPNext have shown to whoever works at Desk."""
	frappe.clear_messages()
	frappe.local.debug_log = []
	frappe.local.flags.error_message = None


def refuse(error: Exception, path: str) -> NoReturn:
	"""Undo what the call has done, and raise Refused for what went wrong."""
	frappe.db.rollback()
	answer = describe(error) or _internal(path)
	frappe.local.flags.medusa_answer = answer
	raise Refused(answer.text) from error


def describe(error: Exception) -> Answer | None:
	"""What the caller is told of the exception; None if that is nothing but that something broke here."""
	if isinstance(error, TimedOut):
		return Answer(504, MedusaTimedOut.__name__, _("Gateway Time-out from target server"))
	if isinstance(error, MedusaError):
		return Answer(502, MedusaRejected.__name__, _("Medusa rejected the request."))
	status = getattr(error, "http_status_code", 500)
	# Frappe's TypeErrors have a status of the caller's faults, but parameters are checked before
	is_refusal = isinstance(status, int) and 400 <= status < 500 and not isinstance(error, TypeError)
	if not is_refusal and not isinstance(error, TOLD):
		return None
	message = _message_of(error)
	text = message.get("message") if message else None
	return _answer(status, type(error).__name__, text, message.get("title") if message else None)


def _answer(status: int, exc_type: str, text: Any, title: str | None = None) -> Answer:
	text = _(FIXED[status]) if status in FIXED else _plain(text)
	text = text or _(FALLBACKS.get(status, "The request was refused."))
	return Answer(status, EXC_TYPES.get(status, exc_type), text, title)


def _message_of(error: Exception) -> dict[str, Any] | None:
	"""What was shown for this exception; its own arguments may be a database's, unless it is one text."""
	if len(error.args) == 1 and isinstance(error.args[0], str):
		text = error.args[0]
		shown = [one for one in _shown() if one.get("message") == text]
		return {"message": text, "title": shown[-1].get("title") if shown else None}
	return _shown()[-1] if _shown() else None


def _shown() -> list[dict[str, Any]]:
	return [one for one in frappe.local.message_log or () if isinstance(one, dict)]


def _plain(text: Any) -> str:
	return " ".join(html.unescape(strip_html(str(text or ""))).split())


def _internal(path: str) -> Answer:
	"""Put the traceback into the Error Log, for good, and tell only where."""
	name = None
	with suppress(Exception):
		# without the variables that Frappe adds: codes and passwords are among them
		log = frappe.log_error(title=f"Medusa: {path}"[:140], message=mask_text(frappe.get_traceback()))
		# nosemgrep: frappe-manual-commit -- the request's own changes were rolled back before
		frappe.db.commit()
		name = log.name if log else None
	text = _(INTERNAL).format(name) if name else _("Internal error.")
	return Answer(500, "InternalError", text)


# -- hooks ---------------------------------------------------------------------------------------------------


def before_request() -> None:
	"""Refuse a body that is too large before anything is made of it: cleaning 24 MB of HTML takes minutes.

	Frappe passes what was sent on as keyword arguments, and one called `fn` would break its own call.
	For an error, it would render a page of the website for whoever accepts HTML: 100 times the work of JSON.
	"""
	is_ours = _is_ours(frappe.request)
	if is_ours:
		frappe.request.environ["HTTP_ACCEPT"] = "application/json"
	if not (is_ours or _is_of_our_documents(frappe.request)):
		return
	if _size_of_body(frappe.request) > LARGEST_BODY:
		text = _(TOO_LARGE).format(LARGEST_BODY // 1024)
		begin()
		frappe.local.flags.medusa_answer = Answer(413, "RequestEntityTooLarge", text)
		raise Refused(text)
	frappe.form_dict.pop("fn", None)


def after_request(response: Response | None, request: Request) -> None:
	"""Set the headers about caching, and replace the body of an error by its sentence as JSON."""
	if response is None or not _is_ours(request):
		return
	caching.label(response, request)
	if response.status_code < 400:
		return
	answer = frappe.local.flags.medusa_answer or _of_frappe(response, request)
	response.status_code = answer.status
	response.mimetype = "application/json"
	response.set_data(json.dumps(_body(answer, request)))


def _body(answer: Answer, request: Request) -> dict[str, Any]:
	message: dict[str, Any] = {"message": html.escape(answer.text, quote=False), "indicator": "red"}
	if answer.title:
		message["title"] = answer.title
	if request.path.startswith("/api/v2"):
		return {"errors": [{"type": answer.exc_type, **message}], "error": answer.text}
	message["raise_exception"] = 1
	return {
		"exc_type": answer.exc_type,
		"_server_messages": json.dumps([json.dumps(message)]),
		"error": answer.text,
	}


def _of_frappe(response: Response, request: Request) -> Answer:
	"""What Frappe itself refused, before it came to the endpoint."""
	if not has_usable_body(request):
		return Answer(400, EXC_TYPES[400], _(NOT_AN_OBJECT))
	body: dict[str, Any] = {}
	message: dict[str, Any] = {}
	with suppress(ValueError, TypeError, LookupError, AttributeError):
		body = json.loads(response.get_data())
		message = json.loads(json.loads(body["_server_messages"])[-1])
	if response.status_code == 417:
		# with the exception of Python's import in its text
		return _answer(404, EXC_TYPES[404], None)
	if response.status_code >= 500 and "SessionStopped" not in str(body.get("exc_type")):
		return Answer(response.status_code, "InternalError", _("Internal error."))
	exc_type = str(body.get("exc_type") or EXC_TYPES.get(response.status_code))
	answer = _answer(response.status_code, exc_type, message.get("message"))
	# Desk knows a stale session by its name
	return Answer(answer.status, exc_type, answer.text)


def has_usable_body(request: Request) -> bool:
	"""Whether the request has no JSON body, or one that is an object."""
	data = request.get_data(as_text=True)
	if not data or not request.is_json:
		return True
	try:
		return isinstance(from_json(data), dict)
	except ValueError:
		return False


def _size_of_body(request: Request) -> int:
	"""How many bytes were sent; of a body without a length, as it is sent in chunks, what has come of it."""
	if request.content_length is not None:
		return request.content_length
	form = sum(len(name) + len(value) for name, value in request.form.items(multi=True))
	files = sum(file.stream.seek(0, os.SEEK_END) for file in request.files.values())
	return len(request.get_data()) + form + files


def _is_of_our_documents(request: Request) -> bool:
	"""Whether the request is about a document of one of the app's DocTypes, by Frappe's own REST."""
	parts = request.path.split("/")
	if len(parts) < 4 or parts[1] != "api":
		return False
	name = next(
		(parts[at + 1] for at in (2, 3) if parts[at] in ("resource", "document") and parts[at + 1 :]), ""
	)
	return bool(name) and frappe.db.get_value("DocType", name, "module", cache=True) == MODULE


def _is_ours(request: Request) -> bool:
	"""Whether the request asks for one of this app's functions, or has reached one."""
	if frappe.local.flags.medusa_endpoint or "/medusa_integration." in request.path:
		return True
	return str((frappe.local.form_dict or {}).get("cmd") or "").startswith("medusa_integration.")
