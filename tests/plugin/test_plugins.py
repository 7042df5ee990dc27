"""The plugins' own tests, and what their packages contain."""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from devbench import ROOT
from devbench.medusa.generations import Generation
from devbench.medusa.projects import Project
from devbench.processes import DevbenchError


def prepared(generation: Generation) -> Project:
	"""The project with its packages and its plugin; skips the test where they cannot be had."""
	project = Project(generation)
	try:
		project.prepare()
	except DevbenchError as error:
		pytest.skip(str(error))
	return project


@pytest.mark.medusa
@pytest.mark.long
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
@pytest.mark.parametrize(
	("generation", "built"), [("v1", "dist/common"), ("v2", ".medusa/server/src/common")]
)
def test_the_package_has_what_both_plugins_share(generation: Generation, built: str, tmp_path: Path) -> None:
	"""All of it, compiled: it is installed where there is no repository."""
	project = prepared(generation)
	with tarfile.open(project.packed_plugin) as archive:
		archive.extractall(tmp_path)
	common = tmp_path / "package" / built
	sources = ROOT / "medusa-plugin" / "common" / "src"
	expected = {path.relative_to(sources).with_suffix("") for path in sources.rglob("*.ts")}
	assert {path.relative_to(common).with_suffix("") for path in common.rglob("*.js")} == expected
	script = f"console.log(Object.keys(require({json.dumps(str(common / 'outbox' / 'shop'))})))"
	done = subprocess.run([project.node().path, "-e", script], cwd=tmp_path, capture_output=True, text=True)
	assert done.stdout == "[ 'ShopOutbox' ]\n", done.stderr


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
