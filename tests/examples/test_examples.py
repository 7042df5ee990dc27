"""docs/endpoints.md has an example of each endpoint, and what it says is what is answered."""

from __future__ import annotations

import json

import requests

from devbench.openapi.operations import operations
from tests.examples.comparing import differences, filled, unknown
from tests.examples.reading import PAGE, PLUGIN, examples
from tests.support import openapi
from tests.support.plugin import CONTENT_TYPE, signature

ALL = examples(PAGE.read_text())


def test_each_endpoint_has_one():
	made = {one.path: one.endpoint.path for one in operations()}
	strange = [str(one) for one in ALL if one.path not in made]
	assert not strange, f"no endpoint has such a path: {', '.join(strange)}"
	shown = {made[one.path] for one in ALL}
	missing = sorted(path for path, plain in made.items() if plain not in shown)
	assert not missing, (
		"docs/endpoints.md has no example (CONTRIBUTING.md, *The format of an example*) of: "
		f"{', '.join(missing)}"
	)


def logged():
	import frappe

	frappe.db.rollback()
	return frappe.get_all("Error Log", fields=["method", "error"])


def send(example, one, server):
	"""Ask as the example does; the answer."""
	body = None if one.body is None else filled(one.body, example.known)
	if one.method == "POST" and body is None:
		body = {}
	query = filled(one.query, example.known)
	url = f"{server}/api/method/{one.path}" + (f"?{query}" if query else "")
	if one.who == PLUGIN:
		sent = json.dumps(body).encode()
		headers = {"Content-Type": CONTENT_TYPE, "X-ERPNext-Signature": signature(sent, query=query)}
		return requests.request(one.method, url, data=sent, headers=headers, timeout=300)
	return requests.request(one.method, url, json=body, headers=example.headers[one.who], timeout=300)


def in_order(known):
	"""The examples in the order of the page, each as soon as its placeholders are defined."""
	left = list(ALL)
	while left:
		ready = next((one for one in left if not unknown(one.request, known)), left[0])
		left.remove(ready)
		yield ready


def test_they_are_answered_so(example, http_server):
	"""One after the other, in the order of the page, each after those that define its placeholders."""
	wrong = []
	for one in in_order(example.known):
		answer = send(example, one, http_server)
		if answer.status_code != 200:
			wrong.append(f"{one}: {answer.status_code} {answer.text[:500]}")
			continue
		found = differences(one.answer, answer.json(), example.known)
		path = f"/api/method/{one.path}"
		if fault := openapi.fault(path, one.method, answer.status_code, answer.content):
			found.append(f"docs/openapi.json does not allow it: {fault}")
		if found:
			wrong.append(f"{one}: " + "; ".join(found))
	assert wrong == [], "\n".join(wrong)
	assert logged() == []
