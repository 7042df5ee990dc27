"""The plugins of `medusa-plugin/`: built as npm would publish them, and unpacked where Medusa finds them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from devbench import ROOT
from devbench.medusa.generations import QUIET, Generation, hash_of_files
from devbench.medusa.node import Node
from devbench.processes import run, say

PLUGINS = ROOT / "medusa-plugin"
COMMON = PLUGINS / "common"
# what the plugin's own commands leave beside its sources; `common` is their copy of what both share
GENERATED = {"node_modules", "dist", ".medusa", ".test", "common"}


class Plugin:
	"""The plugin for one generation of Medusa.

	Attributes:
		name: Its name as a package.
		key: A short name for the sources it is built from.
	"""

	def __init__(self, generation: Generation) -> None:
		self.generation = generation
		self.sources = PLUGINS / generation
		self.name: str = json.loads((self.sources / "package.json").read_text())["name"]
		self.key = hash_of_files(PLUGINS, self._files())

	def build(self, node: Node, packages: Path, folder: Path, *, admin: bool = False) -> None:
		"""Build it, pack it, and unpack it as npm installs it.

		Args:
			node: Node.js and npm.
			packages: The folder `node_modules` with Medusa and the compiler. `folder` lies beside it.
			folder: What is made: `package.tgz`, and the plugin under `node_modules`.
			admin: Whether that of v1 gets its widget, too, for which its packages have Medusa's admin. That
				of v2 has its widgets always.
		"""
		say(f"building {self.name}")
		part = folder.with_name(f"{folder.name}.part")
		shutil.rmtree(part, ignore_errors=True)
		copy = self.copy(part / "sources")
		# the log lies outside of what is thrown away when it fails
		log = folder.parent / "plugin-build.log"
		run("copying the common sources", [node.path, "../common/copy.mjs"], log=log, cwd=copy)
		for command in self._compilers(node, packages, admin):
			run(f"the build of {self.name}", command, log=log, cwd=copy, env=_environment())
		pack = [*node.npm, "pack", "--ignore-scripts", "--pack-destination", part]
		run("npm pack", pack, log=log, cwd=copy, env=_environment())
		(packed,) = part.glob("*.tgz")
		packed.rename(part / "package.tgz")
		with tarfile.open(part / "package.tgz") as archive:
			archive.extractall(part)
		home = part / "node_modules" / self.name
		home.parent.mkdir(parents=True)
		(part / "package").rename(home)
		shutil.rmtree(part / "sources")
		part.rename(folder)

	def test(self, node: Node, packages: Path, folder: Path) -> str:
		"""Run the plugin's own tests; what Node.js told of them.

		Args:
			node: Node.js.
			packages: The folder `node_modules` with the compiler.
			folder: An empty one, in which they are compiled.
		"""
		(folder / "node_modules").symlink_to(packages)
		copy = self.copy(folder / "sources")
		compiler = [node.path, packages / "typescript/bin/tsc", "-p", "tsconfig.test.json", "--noCheck"]
		run(f"compiling the tests of {self.name}", compiler, log=folder / "tests.log", cwd=copy)
		tests = sorted((copy / ".test" / "test").glob("*.test.js"))
		command = [node.path, "--test", "--test-reporter=tap", *tests]
		done = subprocess.run(
			command, cwd=copy, env=_environment(), capture_output=True, text=True, timeout=600
		)
		return done.stdout + done.stderr

	def copy(self, folder: Path) -> Path:
		"""Copy the sources to a folder that is not there yet, without what was built of them.

		Returns the plugin's own folder in it, next to what both plugins share.
		"""
		for sources in (COMMON, self.sources):
			shutil.copytree(sources, folder / sources.name, ignore=shutil.ignore_patterns(*GENERATED))
		return folder / self.generation

	def _files(self) -> list[Path]:
		"""What the package is built from: everything but the tests."""
		files = [path for path in self.sources.iterdir() if ".test." not in path.name]
		own = (self.sources / "src").rglob("*")
		files += [path for path in own if not path.is_relative_to(self.sources / "src" / "common")]
		files += [COMMON / "copy.mjs", *(COMMON / "src").rglob("*")]
		return [path for path in files if path.is_file()]

	def _compilers(self, node: Node, packages: Path, admin: bool) -> list[list[Path | str]]:
		if self.generation == "v2":
			return [[node.path, packages / "@medusajs/cli/cli.js", "plugin:build"]]
		# types are not checked: those of packages that nobody pins may be newer than the compiler
		server: list[Path | str] = [node.path, packages / "typescript/bin/tsc", "--noCheck"]
		bundle: list[Path | str] = [node.path, packages / "@medusajs/admin/bin/medusa-admin.js", "bundle"]
		return [server, bundle] if admin else [server]


def _environment() -> dict[str, str]:
	return {**os.environ, **QUIET}
