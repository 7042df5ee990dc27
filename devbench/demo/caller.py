"""Somebody who calls the site over HTTP."""

from __future__ import annotations

import json
from typing import Any

import requests

from devbench.processes import DevbenchError

TIMEOUT = 300


class Caller:
	"""Calls one site. Every method raises DevbenchError with the site's own words when it refuses."""

	def __init__(self, url: str) -> None:
		self.url = url
		self._http = requests.Session()
		self._http.headers["Accept"] = "application/json"

	def _method(self, method: str, values: dict[str, Any]) -> Any:
		"""What a function of the site answers that may be called over HTTP."""
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
	"""What the site says about a refusal, as short as it can be had."""
	try:
		said = answer.json()
		messages = json.loads(said.get("_server_messages") or "[]")
		texts = [json.loads(message)["message"] for message in messages]
		return " ".join(texts) or said.get("exception") or said.get("message") or answer.text[:300]
	except (ValueError, KeyError, TypeError, AttributeError):
		return answer.text[:300]
