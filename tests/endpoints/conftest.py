"""A server that has the endpoints of the tests, and people who call them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
import requests

from devbench.processes import Program, accepts_connections, free_port
from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401
from tests.support.users import token_of

WHO = {
	"storefront": ["Medusa Storefront"],
	"manager": ["Medusa Manager"],
	"system manager": ["System Manager"],
	"other desk user": ["Item Manager"],
	"seller": ["Sales User", "Sales Master Manager"],
	"website user": [],
}


@pytest.fixture(scope="session")
def door(site_under_test) -> Iterator[str]:
	"""The base URL of a server that shows tracebacks wherever Frappe lets one out."""
	port = free_port()
	command = [
		*(sys.executable, "-m", "tests.support.endpoints"),
		*(site_under_test.name, site_under_test.sites_path, str(port)),
	]
	program = Program(
		"door",
		command,
		log=site_under_test.logs / "door.log",
		cwd=site_under_test.sites_path,
		env={**site_under_test.env, "DEV_SERVER": "1"},
	)
	program.wait_until(lambda: accepts_connections(port))
	yield f"http://127.0.0.1:{port}"
	program.stop()


@pytest.fixture
def settings(site):
	"""Nobody's calls have been counted yet, and guests are kept out."""
	import frappe

	site.set_single("Medusa Configuration", allow_guest_storefront_calls=0, public_rate_limit=120)
	frappe.db.commit()

	def set(**values):
		site.set_single("Medusa Configuration", **values)
		frappe.db.commit()

	return set


@pytest.fixture
def headers(site) -> Callable[[str | None], dict[str, str]]:
	"""`headers(who)` signs in one of WHO, or Administrator; None is a guest."""

	made: dict[str, dict[str, str]] = {}

	def sign_in(who: str | None) -> dict[str, str]:
		if who is None:
			return {}
		if who == "wrong token":
			return {"Authorization": "token nobody:nothing"}
		if who not in made:
			made[who] = token_of(site, who, WHO[who] or ())
		return made[who]

	return sign_in


@pytest.fixture
def call(door, settings, headers):
	"""`call(who, name, json=...)` posts to an endpoint of the tests, or to another by its full path."""
	from tests.support.endpoints import PATH

	def call(who, name, *, method="POST", api="/api", headers_too=None, **options):
		if method == "POST" and not {"json", "data", "params"} & options.keys():
			options["json"] = {}
		path = name if "." in name else f"{PATH}.{name}"
		return requests.request(
			method,
			f"{door}{api}/method/{path}",
			headers={**headers(who), **(headers_too or {})},
			timeout=300,
			**options,
		)

	return call


@pytest.fixture
def refused():
	"""Check that an answer is an error of that status and sentence, and tells nothing else."""

	def check(answer, status, text=None, exc_type=None):
		assert answer.status_code == status, answer.text
		body = answer.json()
		assert set(body) == {"exc_type", "_server_messages", "error"}
		assert isinstance(body["error"], str) and body["error"]
		assert text is None or body["error"] == text
		assert exc_type is None or body["exc_type"] == exc_type
		assert not any(word in answer.text for word in ("Traceback", 'File \\"', ".py", "SELECT", "INSERT"))
		return body

	return check
