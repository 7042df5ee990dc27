"""The plugins' own tests, what they have in common, and what their packages contain."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from devbench import ROOT
from devbench.medusa.generations import Generation
from devbench.medusa.projects import Project
from devbench.processes import DevbenchError

PLUGINS = ROOT / "medusa-plugin"
COMMON = [
	*(f"src/{name}.ts" for name in ("options", "receive", "signature")),
	*(f"src/outbox/{name}.ts" for name in ("delivery", "events", "sender", "store", "sweep")),
	*(f"test/{name}.test.ts" for name in ("delivery", "options", "sender", "signature", "sweep")),
	"test/memory.ts",
]


def prepared(generation: Generation) -> Project:
	"""The project with its packages and its plugin; skips the test where they cannot be had."""
	project = Project(generation)
	try:
		project.prepare()
	except DevbenchError as error:
		pytest.skip(str(error))
	return project


@pytest.mark.parametrize("file", COMMON)
def test_both_plugins_have_the_same(file: str) -> None:
	"""Two packages cannot share a file, and a signature must not mean two things."""
	assert (PLUGINS / "v1" / file).read_text() == (PLUGINS / "v2" / file).read_text()


@pytest.mark.medusa
@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_the_plugins_own_tests_pass(generation: Generation, tmp_path: Path) -> None:
	project = prepared(generation)
	output = project.plugin.test(project.node(), project.packages, tmp_path)
	assert "\n# fail 0\n" in output, output
	assert "\n# pass 0\n" not in output


@pytest.mark.medusa
@pytest.mark.parametrize(
	("generation", "name", "needed"),
	[
		("v1", "medusa-plugin-erpnext-v1", "dist/migrations/1700000000000-erp-fields.js"),
		("v2", "medusa-plugin-erpnext", ".medusa/server/src/admin/index.js"),
	],
)
def test_the_package_has_what_was_built_and_no_sources(
	generation: Generation, name: str, needed: str
) -> None:
	with tarfile.open(prepared(generation).packed_plugin) as archive:
		files = {member.name.removeprefix("package/") for member in archive if member.isfile()}
		described = json.load(archive.extractfile("package/package.json"))
	assert described["name"] == name
	assert {needed, "LICENSE", "README.md", "package.json"} <= files
	built = "dist/" if generation == "v1" else ".medusa/server/"
	strays = {file for file in files if not file.startswith(built)} - {"LICENSE", "README.md", "package.json"}
	assert not strays
	assert not {file for file in files if file.endswith(".test.js")}


@pytest.mark.medusa
def test_the_dashboard_finds_the_widgets_and_shares_its_components() -> None:
	"""Without this export they are left out; with components of their own their messages are not shown."""
	with tarfile.open(prepared("v2").packed_plugin) as archive:
		described = json.load(archive.extractfile("package/package.json"))
		exported = described["exports"]["./admin"]
		for condition in ("import", "require", "default"):
			script = archive.extractfile(f"package/{exported[condition].removeprefix('./')}").read().decode()
			assert "order.details.side.after" in script and "product.details.after" in script
			assert "@medusajs/ui" in script
			assert len(script) < 20_000
