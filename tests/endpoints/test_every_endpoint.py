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


def path_of(documented):
	module, _, name = documented.rpartition(".")
	return getattr(importlib.import_module(module), name).endpoint.path


def test_all_are_made_in_api(whitelisted):
	assert [f"{fn.__module__}.{fn.__qualname__}" for fn in whitelisted if not hasattr(fn, "endpoint")] == []
	assert {fn for fn in vars(api).values() if hasattr(fn, "endpoint")} == set(whitelisted)
	assert len(whitelisted) > 30


def test_frappe_lets_in_who_the_class_lets_in(whitelisted):
	"""What the decorator states is what Frappe has been told."""
	for fn in whitelisted:
		assert (fn in frappe.guest_methods) is not isinstance(fn.endpoint.access, Desk), fn
		assert tuple(frappe.allowed_http_methods_for_whitelisted_func[fn]) == fn.endpoint.methods, fn


def test_the_documentation_lists_them(whitelisted):
	listed = {
		path_of(row["path"]): (row["access"], row["methods"])
		for row in map(ROW.match, DOC.read_text().splitlines())
		if row
	}
	assert listed == {fn.endpoint.path: describe(fn.endpoint) for fn in whitelisted}


@pytest.mark.parametrize("name", ["retry_sync_task", "sync_health", "sync_now", "test_connection"])
def test_documented_paths_of_operations(name):
	assert isinstance(getattr(api, name).endpoint.access, Desk)
