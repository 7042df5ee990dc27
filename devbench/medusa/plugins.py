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

# what the plugin's own commands leave beside its sources
GENERATED = {"node_modules", "dist", ".medusa", ".test"}


class Plugin:
	"""The plugin for one generation of Medusa.

	Attributes:
		name: Its name as a package.
		key: A short name for the sources it is built from.
	"""

	def __init__(self, generation: Generation) -> None:
		self.generation = generation
		self.sources = ROOT / "medusa-plugin" / generation
		self.name: str = json.loads((self.sources / "package.json").read_text())["name"]
		self.key = hash_of_files(self.sources, self._files())

	def build(self, node: Node, packages: Path, folder: Path) -> None:
		"""Build it, pack it, and unpack it as npm installs it.

		Args:
			node: Node.js and npm.
			packages: The folder `node_modules` with Medusa and the compiler. `folder` lies beside it.
			folder: What is made: `package.tgz`, and the plugin under `node_modules`.
		"""
		say(f"building {self.name}")
		part = folder.with_name(f"{folder.name}.part")
		shutil.rmtree(part, ignore_errors=True)
		copy = part / "sources"
		self.copy(copy)
		# the log lies outside of what is thrown away when it fails
		log = folder.parent / "plugin-build.log"
		run(
			f"the build of {self.name}", self._compiler(node, packages), log=log, cwd=copy, env=_environment()
		)
		pack = [*node.npm, "pack", "--ignore-scripts", "--pack-destination", part]
		run("npm pack", pack, log=log, cwd=copy, env=_environment())
		(packed,) = part.glob("*.tgz")
		packed.rename(part / "package.tgz")
		with tarfile.open(part / "package.tgz") as archive:
			archive.extractall(part)
		home = part / "node_modules" / self.name
		home.parent.mkdir(parents=True)
		(part / "package").rename(home)
		shutil.rmtree(copy)
		part.rename(folder)

	def test(self, node: Node, packages: Path, folder: Path) -> str:
		"""Run the plugin's own tests; what Node.js told of them.

		Args:
			node: Node.js.
			packages: The folder `node_modules` with the compiler.
			folder: An empty one, in which they are compiled.
		"""
		(folder / "node_modules").symlink_to(packages)
		copy = folder / "sources"
		self.copy(copy)
		compiler = [node.path, packages / "typescript/bin/tsc", "-p", "tsconfig.test.json", "--noCheck"]
		run(f"compiling the tests of {self.name}", compiler, log=folder / "tests.log", cwd=copy)
		tests = sorted((copy / ".test" / "test").glob("*.test.js"))
		command = [node.path, "--test", "--test-reporter=tap", *tests]
		done = subprocess.run(
			command, cwd=copy, env=_environment(), capture_output=True, text=True, timeout=600
		)
		return done.stdout + done.stderr

	def copy(self, folder: Path) -> None:
		"""Copy the sources to a folder that is not there yet, without what was built of them."""
		shutil.copytree(self.sources, folder, ignore=shutil.ignore_patterns(*GENERATED))

	def _files(self) -> list[Path]:
		"""What the package is built from: everything but the tests."""
		files = [file for file in self.sources.iterdir() if file.is_file() and ".test." not in file.name]
		return [*files, *(path for path in (self.sources / "src").rglob("*") if path.is_file())]

	def _compiler(self, node: Node, packages: Path) -> list[Path | str]:
		if self.generation == "v2":
			return [node.path, packages / "@medusajs/cli/cli.js", "plugin:build"]
		# types are not checked: those of packages that nobody pins may be newer than the compiler
		return [node.path, packages / "typescript/bin/tsc", "--noCheck"]


def _environment() -> dict[str, str]:
	return {**os.environ, **QUIET}
