"""Calls to the site over HTTP: as a Desk user, and as the shop's server."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from email import message_from_string, policy
from typing import Any
from urllib.parse import quote

import requests

from devbench.mail_server import MailServer
from devbench.processes import DevbenchError

TIMEOUT = 300


class Client:
	"""Calls one site. Every method raises DevbenchError with the site's message if it refuses."""

	def __init__(self, url: str) -> None:
		self.url = url
		self._http = requests.Session()
		self._http.headers["Accept"] = "application/json"

	def _method(self, method: str, values: dict[str, Any]) -> Any:
		"""Call a whitelisted function, and return its result."""
		return self._post(f"/api/method/{method}", values)["message"]

	def _post(self, path: str, values: dict[str, Any]) -> dict[str, Any]:
		return self._call("POST", path, json=values)

	def _call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
		answer = self._send(method, path, **body)
		if not answer.ok:
			raise DevbenchError(f"The site refused {method} {path} ({answer.status_code}): {_words(answer)}")
		return answer.json()

	def _send(self, method: str, path: str, **body: Any) -> requests.Response:
		try:
			return self._http.request(method, self.url + path, timeout=TIMEOUT, **body)
		except requests.RequestException as error:
			raise DevbenchError(f"The site does not answer {method} {path}: {error}") from error


def _words(answer: requests.Response) -> str:
	"""Return the shortest message of a refusal."""
	try:
		said = answer.json()
		messages = json.loads(said.get("_server_messages") or "[]")
		texts = [json.loads(message)["message"] for message in messages]
		return " ".join(texts) or said.get("exception") or said.get("message") or answer.text[:300]
	except (ValueError, KeyError, TypeError, AttributeError):
		return answer.text[:300]


SETTINGS = "Medusa Configuration"
TASK = "Medusa Sync Task"
RETRY = "medusa_integration.api.retry_sync_tasks"
RUN_JOB = "frappe.core.doctype.scheduled_job_type.scheduled_job_type.execute_event"
TEST_CONNECTION = "medusa_integration.api.test_connection"


class SiteClient(Client):
	"""A session of a Desk user."""

	def __init__(self, url: str, user: str, password: str) -> None:
		super().__init__(url)
		self._post("/api/method/login", {"usr": user, "pwd": password})

	def insert(self, doctype: str, /, **values: Any) -> dict[str, Any]:
		"""Save a new document, and return it."""
		return self._post(f"/api/resource/{quote(doctype)}", values)["data"]

	def save(self, doctype: str, name: str, **values: Any) -> dict[str, Any]:
		"""Change these fields of a document, save it, and return it."""
		return self._call("PUT", _path(doctype, name), json=values)["data"]

	def delete(self, doctype: str, name: str) -> None:
		"""Delete a document."""
		self._call("DELETE", _path(doctype, name))

	def submit(self, doctype: str, /, **values: Any) -> str:
		"""Save and submit a new document, and return its name."""
		name = self.insert(doctype, **values)["name"]
		self.save(doctype, name, docstatus=1)
		return name

	def read(self, doctype: str, name: str) -> dict[str, Any]:
		"""Return a document."""
		return self._call("GET", _path(doctype, name))["data"]

	def list(
		self, doctype: str, filters: Iterable, fields: Iterable[str], order_by: str = "modified desc"
	) -> list[dict[str, Any]]:
		"""Return all rows of a DocType that match the filters."""
		query = {
			"filters": json.dumps(list(filters)),
			"fields": json.dumps(list(fields)),
			"limit_page_length": 0,
			"order_by": order_by,
		}
		return self._call("GET", f"/api/resource/{quote(doctype)}", params=query)["data"]

	def count(self, doctype: str) -> int:
		"""Return the number of documents of a DocType."""
		query = {"doctype": doctype}
		return self._call("GET", "/api/method/frappe.client.get_count", params=query)["message"]

	def attach(
		self, name: str, content: bytes, *, private: bool = False, to: tuple[str, str] | None = None
	) -> str:
		"""Upload a file, attached to the document `to` if given, and return its address on the site."""
		about = {"is_private": int(private), **({"doctype": to[0], "docname": to[1]} if to else {})}
		files = {"file": (name, content, "image/png")}
		return self._call("POST", "/api/method/upload_file", data=about, files=files)["message"]["file_url"]

	def press_test_connection(self) -> dict[str, Any]:
		"""Press *Test Connection* in Medusa Configuration, and return its result."""
		return self.press(TEST_CONNECTION)

	def press_retry(self, tasks: Iterable[str]) -> int:
		"""Press *Retry* for these Medusa Sync Tasks, and return how many were reopened."""
		return self.press(RETRY, names=list(tasks))

	def execute_job(self, method: str) -> None:
		"""Press *Execute* of a scheduled job; a worker does it."""
		(job,) = self.list("Scheduled Job Type", [("method", "=", method)], ("name",))
		self.press(RUN_JOB, doc=json.dumps(job))

	def press(self, method: str, **values: Any) -> Any:
		"""Press a button that calls this method, and return its result."""
		return self._method(method, values)

	def tasks(self, *filters: tuple[str, str, Any]) -> list[dict[str, Any]]:
		"""Return the Medusa Sync Tasks that match."""
		fields = (
			"name",
			"reference_doctype",
			"reference_name",
			"operation",
			"status",
			"attempts",
			"last_error",
		)
		return self.list(TASK, filters, fields)


def _path(doctype: str, name: str) -> str:
	return f"/api/resource/{quote(doctype)}/{quote(name, safe='')}"


def wait_for(what: str, happened: Callable[[], Any], timeout: float = 900) -> Any:
	"""Wait until `happened` returns something true, and return that.

	Raises DevbenchError after `timeout` seconds.
	"""
	deadline = time.monotonic() + timeout
	while not (answer := happened()):
		if time.monotonic() > deadline:
			raise DevbenchError(f"{what} has not happened within {timeout:.0f} s.")
		time.sleep(0.1)
	return answer


EMAIL = "practice@example.com"
PRACTICE = "Dental Practice"
PERSON = {
	"first_name": "Shop",
	"last_name": "ShopClient",
	"mobile": "+968 9123 4567",
	"organization_name": PRACTICE,
	"t_c_acceptance": True,
}
ADDRESS = {"country_code": "om", "address_line1": "12 Al Khuwair", "city": "Muscat", "postal_code": "112"}


class ShopClient(Client):
	"""The shop's server, which calls for a customer; `key` and `secret` are those of the storefront user."""

	def __init__(self, url: str, key: str, secret: str, mail_server: MailServer) -> None:
		super().__init__(url)
		self.token = f"{key}:{secret}"
		self._http.headers["Authorization"] = f"token {self.token}"
		self._mail_server = mail_server

	def call(self, function: str, **values: Any) -> Any:
		"""Call a function of `medusa_integration.api`, and return its result."""
		return self._method(f"medusa_integration.api.{function}", values)

	def sign_up(self) -> str:
		"""Request a one-time password, read it in the mail, and register with it.

		Returns:
			Medusa's id of the account.
		"""
		answer = self.call("send_otp", email=EMAIL, isLogin=False)
		if not answer["isSuccess"]:
			raise DevbenchError(f"No one-time password was sent: {answer['message']}")
		code = wait_for("The mail with the one-time password", self._code)
		return self.call("sign_up", email=EMAIL, otp=code, **PERSON)["customer_id"]

	def _code(self) -> str | None:
		codes = [
			code
			for recipient, mail in list(self._mail_server.mails)
			if recipient == EMAIL
			for code in re.findall(r"<strong>(\d{6})</strong>", html_of(mail))
		]
		return codes[-1] if codes else None


def subject_of(mail: str) -> str:
	"""Return the subject of a mail."""
	return str(message_from_string(mail, policy=policy.default)["Subject"])


def html_of(mail: str) -> str:
	"""Return the HTML part of a mail."""
	return message_from_string(mail, policy=policy.default).get_body(("html",)).get_content()
