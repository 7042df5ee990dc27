"""The runtime is Frappe: written once, self-contained, with the names that apps use."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from devbench.processes import DevbenchError
from devbench.runtime import apply_fixes, build_runtime, merged

pytestmark = pytest.mark.usefixtures("only_without_a_bench")


NAMES = """
import frappe, frappe.app, frappe.migrate, frappe.modules.utils, frappe.modules.import_file
import frappe.modules.export_file, frappe.modules.patch_handler
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.installer import install_app, remove_app, update_site_config
from frappe.rate_limiter import rate_limit
from frappe.tests.utils import FrappeTestCase, change_settings
from frappe.utils.background_jobs import is_job_enqueued
from frappe.utils.password import get_decrypted_password
from frappe.utils.scheduler import is_scheduler_inactive
"""


def test_apps_can_import_what_they_use(tmp_path):
	environment = {**os.environ, "PYTHONPATH": str(build_runtime())}
	subprocess.run([sys.executable, "-c", NAMES], env=environment, cwd=tmp_path, check=True)


def test_runtime_is_built_once():
	stamp = build_runtime().joinpath("frappe", "__init__.py").stat().st_mtime_ns
	assert build_runtime().joinpath("frappe", "__init__.py").stat().st_mtime_ns == stamp


def test_a_site_that_is_not_there_is_refused(tmp_path):
	code = "import frappe; frappe.init('nowhere', sites_path='.')"
	environment = {**os.environ, "PYTHONPATH": str(build_runtime())}
	command = [sys.executable, "-c", code]
	result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
	assert "IncorrectSitePath" in result.stderr


def test_our_definitions_take_the_place_of_the_wheels():
	theirs = "import os\n\n\n@cached\ndef f():\n\treturn 1\n\n\nX = f()\n"
	ours = "from __future__ import annotations\n\nimport json\n\n\ndef f():\n\treturn 2\n\n\ndef g():\n\treturn 3\n"
	text = merged(theirs, ours)
	values: dict = {}
	exec(text, values)
	assert (values["X"], values["g"]()) == (2, 3)
	assert "cached" not in text
	assert "json" in values


def test_a_fix_that_does_not_fit_is_refused(tmp_path):
	(tmp_path / "__init__.py").write_text("nothing of it\n")
	with pytest.raises(DevbenchError, match="does not fit the wheel"):
		apply_fixes(tmp_path)
