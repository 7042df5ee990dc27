"""People who attack: one user of each kind, over HTTP, with a token of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.support.pictures import NO_TEXT, PIXEL
from tests.support.quotes import quotes  # noqa: F401
from tests.support.sales import sales  # noqa: F401
from tests.support.shop_fixtures import generation, item, medusa, shop  # noqa: F401
from tests.support.users import token_of

GUEST, WEBSITE, TOKEN = "guest", "website user", "shop's token"
# who -> roles; a guest has no user, and Administrator is the site's own
CALLERS = {
	GUEST: None,
	WEBSITE: (),
	TOKEN: ("Medusa Storefront",),
	"seller": ("Sales User",),
	"sales manager": ("Sales User", "Sales Manager", "Sales Master Manager"),
	"stock manager": ("Stock Manager",),
	"item manager": ("Item Manager",),
	"medusa manager": ("Medusa Manager",),
	"system manager": ("System Manager",),
	"administrator": None,
}


@pytest.fixture
def headers(site) -> Iterator[Callable[[str], dict[str, str]]]:
	"""`headers(who)` are the HTTP headers of one of CALLERS, who is made when first asked for."""
	import frappe
	from frappe.utils.password import remove_encrypted_password, set_encrypted_password

	made: dict[str, dict[str, str]] = {GUEST: {}}

	def sign_in(who: str) -> dict[str, str]:
		if who == "administrator" and who not in made:
			key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
			frappe.db.set_value("User", "Administrator", "api_key", key)
			set_encrypted_password("User", "Administrator", secret, "api_secret")
			frappe.db.commit()
			made[who] = {"Authorization": f"token {key}:{secret}"}
		elif who not in made:
			made[who] = token_of(site, who, CALLERS[who] or ())
		return made[who]

	yield sign_in
	# the server has noted who was active since this view of the database began
	frappe.db.rollback()
	if "administrator" in made:
		frappe.db.set_value("User", "Administrator", "api_key", None)
		remove_encrypted_password("User", "Administrator", "api_secret")
		frappe.db.commit()


@pytest.fixture
def ask(http_server: str, headers) -> Callable[..., requests.Response]:
	"""`ask(who, method, path, json)` sends a request to `/api/<path>` as one of CALLERS."""
	session = requests.Session()

	def ask(who: str, method: str, path: str, body: Any = None) -> requests.Response:
		sent = headers(who)
		if body is not None:
			# as an attacker writes it: half a surrogate pair, NaN and all
			sent, body = {**sent, "Content-Type": "application/json"}, json.dumps(body)
		return session.request(method, f"{http_server}/api/{path}", headers=sent, data=body, timeout=300)

	return ask


@pytest.fixture
def call(ask) -> Callable[..., requests.Response]:
	"""`call(who, path, **values)` posts to a whitelisted function."""

	def call(who: str, path: str, **values: Any) -> requests.Response:
		return ask(who, "POST", f"method/{path}", values)

	return call


@pytest.fixture
def stored(site) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
	"""`stored(doctype)` puts the row there; all rows of it as they are in the database come back."""
	import frappe

	from tests.security.own_documents import NAME, ROWS, rows

	def put(doctype: str) -> list[dict[str, Any]]:
		frappe.db.delete(doctype, {"name": ("like", "attacked%")})
		values = {"doctype": doctype, "name": NAME, **ROWS[doctype][0]}
		frappe.get_doc(values).db_insert()
		frappe.db.commit()
		return rows(doctype)

	yield put
	frappe.db.rollback()
	for doctype in ROWS:
		frappe.db.delete(doctype, {"name": ("like", "attacked%")})
	frappe.db.commit()


@pytest.fixture
def login(shop, http_server):  # noqa: F811
	"""Makes users with some roles, and their calls of the site's REST API."""
	import frappe

	def login(*roles: str) -> SimpleNamespace:
		email = f"{shop.name('user').replace(' ', '-')}@example.com"
		user = shop.site.new("User", email=email, first_name="Somebody", send_welcome_email=0)
		if roles:
			user.add_roles(*roles)
		user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret-of-a-test"
		user.save()
		frappe.db.commit()
		headers = {"Authorization": f"token {user.api_key}:secret-of-a-test"}

		def call(method: str, path: str, **values) -> requests.Response:
			answer = requests.request(
				method, f"{http_server}/api/{path}", json=values, headers=headers, timeout=300
			)
			frappe.db.rollback()
			if answer.ok and method == "POST" and path == "resource/File":
				shop.site.added(frappe.get_doc("File", answer.json()["data"]["name"]))
			return answer

		return SimpleNamespace(name=email, call=call)

	return login


@pytest.fixture
def file(shop):  # noqa: F811
	"""Make a File as somebody; each has other bytes."""
	import frappe

	def file(owner: str = "Administrator", name: str = "x.png", content: bytes | None = None, **values):
		mark = frappe.generate_hash(length=10)
		document = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{mark}-{name}",
				"content": PIXEL + NO_TEXT + mark.encode() if content is None else content,
				"is_private": 1,
				**values,
			}
		)
		shop.site.added(document.insert(ignore_permissions=True))
		document.db_set("owner", owner, update_modified=False)
		frappe.db.commit()
		return document

	return file


def is_admitted(answer: requests.Response, who: str, *, is_open: int) -> bool:
	"""Whether a caller was let in to an endpoint of the shop, which has to be so for these and no others.

	The shop's server, who manages the site, and guests while the settings let them in (`is_open`).
	"""
	admitted = who in (TOKEN, "system manager", "administrator") or (who == GUEST and bool(is_open))
	assert answer.status_code == (200 if admitted else 403), answer.text
	if not admitted:
		assert answer.json()["error"] == "Not permitted."
	return admitted
