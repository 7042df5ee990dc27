"""The person at the desk: documents saved and buttons pressed over HTTP, as a browser does it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from devbench.demo.caller import Caller
from devbench.processes import DevbenchError

SETTINGS = "Medusa Configuration"
TASK = "Medusa Sync Task"
RETRY = "medusa_integration.medusa_integration.doctype.medusa_sync_task.medusa_sync_task.retry"


class Desk(Caller):
	"""A logged-in person."""

	def __init__(self, url: str, user: str, password: str) -> None:
		super().__init__(url)
		self._post("/api/method/login", {"usr": user, "pwd": password})

	def insert(self, doctype: str, /, **values: Any) -> dict[str, Any]:
		"""Save a new document; answers it as it was saved."""
		return self._post(f"/api/resource/{quote(doctype)}", values)["data"]

	def save(self, doctype: str, name: str, **values: Any) -> dict[str, Any]:
		"""Change these fields of a document and save it; answers it as it was saved."""
		return self._call("PUT", _path(doctype, name), json=values)["data"]

	def delete(self, doctype: str, name: str) -> None:
		"""Delete a document."""
		self._call("DELETE", _path(doctype, name))

	def read(self, doctype: str, name: str) -> dict[str, Any]:
		"""A document as it is now."""
		return self._call("GET", _path(doctype, name))["data"]

	def list(self, doctype: str, filters: Iterable, fields: Iterable[str]) -> list[dict[str, Any]]:
		"""All rows of a DocType that match the filters."""
		query = {
			"filters": json.dumps(list(filters)),
			"fields": json.dumps(list(fields)),
			"limit_page_length": 0,
		}
		return self._call("GET", f"/api/resource/{quote(doctype)}", params=query)["data"]

	def count(self, doctype: str) -> int:
		"""How many documents of a DocType there are."""
		query = {"doctype": doctype}
		return self._call("GET", "/api/method/frappe.client.get_count", params=query)["message"]

	def attach(
		self, name: str, content: bytes, *, private: bool = False, to: tuple[str, str] | None = None
	) -> str:
		"""Upload a file, attached to the document `to` if given; answers its address on the site."""
		about = {"is_private": int(private), **({"doctype": to[0], "docname": to[1]} if to else {})}
		files = {"file": (name, content, "image/png")}
		return self._call("POST", "/api/method/upload_file", data=about, files=files)["message"]["file_url"]

	def press_test_connection(self) -> dict[str, Any]:
		"""The button *Test Connection* of Medusa Configuration; what it tells."""
		settings = json.dumps(self.read(SETTINGS, SETTINGS))
		button = {"docs": settings, "method": "test_connection"}
		return self._post("/api/method/run_doc_method", button)["message"]

	def press_retry(self, tasks: Iterable[str]) -> int:
		"""The button *Retry* of Medusa Sync Task; how many it has re-opened."""
		return self.press(RETRY, names=list(tasks))

	def press(self, method: str, **values: Any) -> Any:
		"""A button that calls this method; what that answers."""
		return self._method(method, values)

	def tasks(self, *filters: tuple[str, str, Any]) -> list[dict[str, Any]]:
		"""The Medusa Sync Tasks that match."""
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
	"""Wait until `happened` answers something true, and answer that; DevbenchError when it takes too long."""
	deadline = time.monotonic() + timeout
	while not (answer := happened()):
		if time.monotonic() > deadline:
			raise DevbenchError(f"{what} has not happened within {timeout:.0f} s.")
		time.sleep(0.1)
	return answer
