"""No function is whitelisted but in `api.py`, and the documentation lists each as it is."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import frappe
import pytest

import medusa_integration
from medusa_integration import api
from medusa_integration.endpoints import Desk, Storefront

DOC = Path(__file__).parents[2] / "docs" / "endpoints.md"
TABLE = "docs/endpoints.md, *All endpoints*,"
ROW = re.compile(
	r"^\| `(?P<path>medusa_integration\.[\w.]+)` \| (?P<access>[^|]+?) \| (?P<methods>[A-Z, ]+) \|$"
)


@pytest.fixture(scope="module")
def whitelisted():
	for module in pkgutil.walk_packages(medusa_integration.__path__, "medusa_integration."):
		importlib.import_module(module.name)
	return [fn for fn in frappe.whitelisted if fn.__module__.partition(".")[0] == "medusa_integration"]


def describe(endpoint):
	access = endpoint.access
	text = access.name
	if isinstance(access, Storefront) and access.reopens:
		text += ", guests too"
	if isinstance(access, Desk):
		text += f": {access.permission} on {access.doctype}" if access.doctype else ": on the document"
		text += f", role {' or '.join(access.roles)}" if access.roles else ""
	return text, ", ".join(endpoint.methods)


def made_at(documented):
	"""The endpoint of a path, None if there is none."""
	module, _, name = documented.rpartition(".")
	return getattr(getattr(importlib.import_module(module), name, None), "endpoint", None)


def test_all_are_made_in_api(whitelisted):
	names = {fn: f"{fn.__module__}.{fn.__qualname__}" for fn in whitelisted}
	plain = sorted(names[fn] for fn in whitelisted if not hasattr(fn, "endpoint"))
	assert not plain, f"make these with `endpoint(...)` in medusa_integration/api.py: {', '.join(plain)}"
	made = {fn for fn in vars(api).values() if hasattr(fn, "endpoint")}
	elsewhere = sorted(names[fn] for fn in set(whitelisted) - made)
	assert not elsewhere, f"make these in medusa_integration/api.py, and only there: {', '.join(elsewhere)}"
	assert made == set(whitelisted)
	assert len(whitelisted) > 30


def test_frappe_lets_in_who_the_class_lets_in(whitelisted):
	"""What the decorator states is what Frappe has been told."""
	for fn in whitelisted:
		assert (fn in frappe.guest_methods) is not isinstance(fn.endpoint.access, Desk), fn
		assert tuple(frappe.allowed_http_methods_for_whitelisted_func[fn]) == fn.endpoint.methods, fn


def test_the_documentation_lists_them(whitelisted):
	rows = list(filter(None, map(ROW.match, DOC.read_text().splitlines())))
	unknown = [row["path"] for row in rows if not made_at(row["path"])]
	assert not unknown, f"{TABLE} has, but no endpoint has the path: {', '.join(unknown)}"
	listed = {made_at(row["path"]).path: (row["access"], row["methods"]) for row in rows}
	expected = {fn.endpoint.path: describe(fn.endpoint) for fn in whitelisted}
	called = {fn.endpoint.path: name for name, fn in vars(api).items() if hasattr(fn, "endpoint")}
	wrong = [path for path in expected if listed.get(path) != expected[path]]
	lines = ["| `{}.{}` | {} | {} |".format(api.__name__, called[one], *expected[one]) for one in wrong]
	assert not wrong, f"{TABLE} lacks:\n" + "\n".join(lines)
	assert listed == expected


@pytest.mark.parametrize("name", ["retry_sync_task", "sync_health", "sync_now", "test_connection"])
def test_documented_paths_of_operations(name):
	assert isinstance(getattr(api, name).endpoint.access, Desk)
