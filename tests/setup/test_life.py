"""Install, migrate, uninstall and install again, each on a fresh site of its own."""

from __future__ import annotations

import json

import pytest

from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from medusa_integration.setup.top_categories import DEFAULTS
from tests.setup.steps import MARK

pytestmark = [pytest.mark.site, pytest.mark.long]


@pytest.fixture
def on_a_site(pytestconfig):
	"""`on_a_site(step)` runs a function of `steps` on a fresh copy of
	devbench's site and returns its answer.
	"""
	if pytestconfig.getoption("--site"):
		pytest.skip("a real site is not taken apart")
	from devbench.site import Bench

	def run(step):
		process = bench.python(f"from tests.setup import steps\nsteps.answer(steps.{step})")
		output, _errors = process.communicate(timeout=1800)
		assert MARK in output, output[-5000:]
		return json.loads(output.rsplit(MARK, 1)[1])

	with Bench() as bench:
		yield run


def test_a_second_migrate_changes_nothing(on_a_site):
	first, second = on_a_site("migrate_twice")
	assert first == second
	assert len(first["custom fields"]) == sum(map(len, CUSTOM_FIELDS.values()))
	assert [row["label"] for row in first["top categories"]] == [label for label, *_ in DEFAULTS]
	assert first["error log"] == 0


def test_duplicates_do_not_stop_a_migrate(on_a_site):
	"""The unique key of that field waits; the duplicates are listed; the next migrate tries again."""
	result = on_a_site("duplicates")
	flags = {"label": "Their ID", "read_only": 1, "no_copy": 1, "module": "Medusa Integration"}
	assert result["with duplicates"] == {**flags, "unique": 0, "search_index": 1, "keys": [False]}
	assert result["without duplicates"] == {**flags, "unique": 1, "search_index": 0, "keys": [True]}

	title, message = result["error"]
	assert title == "medusa_id of Website Item has duplicates"
	assert "prod_1: first, second" in message
	assert "prod_3" not in message
	assert "Administrator" in result["told"]
	assert result["told again"] == 0
	assert result["ids"] == {
		"first": "prod_1",
		"second": "prod_1",
		"third": "prod_3",
		"blank": None,
		"other_blank": None,
		"none": None,
	}


def test_a_field_that_was_there_before_keeps_its_data(on_a_site):
	result = on_a_site("fields_of_others")
	assert result["fields"]["medusa_variant_id"] == {
		"fieldtype": "Data",
		"label": "Theirs",
		"insert_after": "route",
		"read_only": 1,
		"unique": 1,
		"no_copy": 1,
		"reqd": 0,
		"module": "Medusa Integration",
	}
	assert result["kept"] == "variant_theirs"
	other = result["fields"]["custom_available_qty"]
	assert (other["fieldtype"], other["label"], other["module"]) == ("Date", "A Day", None)
	assert result["error"] == "custom_available_qty of Website Item can't be used by Medusa Integration"


def test_nothing_is_left_behind_and_a_second_install_works(on_a_site):
	result = on_a_site("come_and_go")
	assert result["gone"] == {
		"apps": ["frappe", "erpnext", "webshop"],
		"tables": [],
		"mentions": [],
		"jobs": ["frappe.ping"],
		"roles": [],
	}
	assert result["ids"] == {"kept": "prod_kept"}
	before, after = result["before"], result["after"]
	assert after["indexes"] == before["indexes"]
	assert after["settings"]["url"] is None
	for what, key in (("custom fields", "name"), ("roles", "name"), ("jobs", "method")):
		assert [row[key] for row in after[what]] == [row[key] for row in before[what]]
