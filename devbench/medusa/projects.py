"""The two Medusa projects: their packages from npm, installed once, and the plugin that they use.

All of it lies in the cache, keyed by a hash of what it was made from; nothing is written beside the sources.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from devbench import CACHE
from devbench.medusa.generations import (
	ADMIN,
	NODE_NEEDED,
	QUIET,
	VERSIONS,
	Generation,
	hash_of,
	hash_of_files,
)
from devbench.medusa.node import Node, find_node
from devbench.medusa.plugins import Plugin
from devbench.processes import DevbenchError, run, say
from devbench.runs import locked

_INSTALL = (
	# no install scripts: what Medusa needs of them has pure JavaScript instead
	*("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"),
	# its own patience is five minutes where there is no network
	*("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"),
)


class Project:
	"""One of the two projects, ready to be copied into a run folder by `unpack`.

	With `admin` it has the pages of Medusa's admin, and the plugin as npm installs it from its packed file.
	"""

	def __init__(self, generation: Generation, *, admin: bool = False) -> None:
		self.generation, self.admin = generation, admin
		self.sources = Path(__file__).parent / generation
		self._packages = (self.sources / "package.json").read_bytes()
		if admin:
			described = json.loads(self._packages)
			described["dependencies"] |= ADMIN[generation]
			self._packages = json.dumps(described, indent="\t").encode()
		self.key = hash_of_files(self.sources, (path for path in self.sources.rglob("*") if path.is_file()))
		self.plugin = Plugin(generation)

	@property
	def title(self) -> str:
		return f"Medusa {VERSIONS[self.generation]}"

	def node(self) -> Node:
		"""Node.js and npm; raises DevbenchError when they cannot be had."""
		return find_node(NODE_NEEDED[self.generation])

	def key_of(self, *, extended: bool) -> str:
		"""A short name for what `unpack` makes, and for the database that it makes of it."""
		return hash_of([self.key, self.plugin.key]) if extended else self.key

	def prepare(self, *, extended: bool = True) -> None:
		"""Install the packages, compile the configuration and build the plugin, unless it is done already."""
		node = self.node()
		if self.admin:
			Project(self.generation).prepare(extended=False)
		with locked(CACHE / f"medusa-{self.generation}.lock"):
			if not self._home.exists():
				self._install(node)
			if self.generation == "v2" and not self._compiled.exists():
				self._compile(node.path)
			if extended and not self._built_plugin.exists():
				self.plugin.build(node, self.packages, self._built_plugin, admin=self.admin)

	def unpack(self, folder: Path, *, extended: bool) -> None:
		"""Make `folder` what Medusa is started in, with the plugin installed or without it."""
		folder.mkdir(parents=True, exist_ok=True)
		(folder / "package.json").write_bytes(self._packages)
		if self.admin:
			self._copy_packages(folder, extended)
		else:
			self._link_packages(folder / "node_modules", extended)
		if self.generation == "v1":
			for name in ("medusa-config.js", "loopback.js"):
				shutil.copy(self.sources / name, folder)
			(folder / "uploads").mkdir()
		else:
			shutil.copy(self._compiled / "medusa-config.js", folder)
			(folder / "static").mkdir()

	def _link_packages(self, folder: Path, extended: bool) -> None:
		"""Make the `node_modules` of one server: a link for each package, so that the plugin can be added."""
		folder.mkdir()
		for package in self.packages.iterdir():
			(folder / package.name).symlink_to(package)
		if extended:
			name = self.plugin.name
			(folder / name).symlink_to(self._built_plugin / "node_modules" / name)

	def _copy_packages(self, folder: Path, extended: bool) -> None:
		"""Make the `node_modules` of one server, and have npm add the plugin to them."""
		_copy_linked(self.packages, folder / "node_modules")
		if extended:
			command = [*self.node().npm, "install", "--no-save", *_INSTALL, self.packed_plugin]
			run("npm install", command, log=folder / "npm.log", cwd=folder, env={**os.environ, **QUIET})

	def build_admin(self, folder: Path, env: Mapping[str, str]) -> None:
		"""Build the pages of Medusa's admin in a folder made by `unpack`, with the widgets of the plugin."""
		say(f"building the admin of {self.title}")
		log = folder / "admin.log"
		if self.generation == "v1":
			build = [self.node().path, "node_modules/@medusajs/admin/bin/medusa-admin.js", "build"]
			run("medusa-admin build", build, log=log, cwd=folder, env=env)
		else:
			# it asks for something to compile, which is compiled already
			described = {"compilerOptions": {"allowJs": True}, "include": ["medusa-config.js"]}
			(folder / "tsconfig.json").write_text(json.dumps(described))
			run("medusa build", self.command("build", "--admin-only"), log=log, cwd=folder, env=env)
			# where Medusa looks for the pages that it serves itself
			(folder / "public").mkdir()
			(folder / ".medusa" / "admin").rename(folder / "public" / "admin")

	def command(self, *arguments: str) -> list[str]:
		"""Medusa's command line, to be run in a folder made by `unpack`."""
		node = os.fspath(self.node().path)
		if self.generation == "v1":
			cli = ["-r", "./loopback.js", "node_modules/@medusajs/medusa-cli/cli.js"]
		else:
			cli = ["node_modules/@medusajs/cli/cli.js"]
		return [node, *cli, *arguments]

	@property
	def _home(self) -> Path:
		return CACHE / f"medusa-{self.generation}-{hash_of([self._packages])}"

	@property
	def packages(self) -> Path:
		"""The packages from npm."""
		return self._home / "node_modules"

	@property
	def packed_plugin(self) -> Path:
		"""The plugin as npm would publish it; there after `prepare`."""
		return self._built_plugin / "package.tgz"

	@property
	def _built_plugin(self) -> Path:
		# below the packages' folder: there the plugin finds Medusa, whoever links to it
		return self._home / f"plugin-{self.plugin.key}"

	@property
	def _compiled(self) -> Path:
		return self._home / f"compiled-{self.key}"

	def _install(self, node: Node) -> None:
		say(f"installing {self.title} from npm (once, a minute or two)")
		part = self._home.with_name(f"{self._home.name}.part")
		shutil.rmtree(part, ignore_errors=True)
		part.mkdir(parents=True)
		(part / "package.json").write_bytes(self._packages)
		if self.admin:
			_copy_linked(Project(self.generation).packages, part / "node_modules")
		command = [*node.npm, "install", *_INSTALL]
		log = part / "npm.log"
		try:
			run("npm install", command, log=log, cwd=part, env={**os.environ, **QUIET}, timeout=1800)
		except DevbenchError as error:
			raise DevbenchError(f"npm could not install {self.title}: {_reason(log) or error}") from error
		part.rename(self._home)

	def _compile(self, node: Path) -> None:
		say(f"compiling the configuration of {self.title}")
		part = self._home / f"{self._compiled.name}.part"
		shutil.rmtree(part, ignore_errors=True)
		shutil.copytree(self.sources, part)
		compiler = self.packages / "typescript" / "bin" / "tsc"
		# the log lies outside of what is thrown away when it fails
		log = self._home / "tsc.log"
		# types are not checked: those of packages that nobody pins may be newer than the compiler
		command = [node, compiler, "-p", part, "--noCheck"]
		run("the TypeScript compiler", command, log=log, cwd=part)
		(part / "dist").rename(self._compiled)
		shutil.rmtree(part)


def _copy_linked(packages: Path, folder: Path) -> None:
	"""Copy a `node_modules` by hard links, so that npm adds only what is missing."""
	# it changes no file in place but this one
	in_place = shutil.ignore_patterns(".package-lock.json")
	shutil.copytree(packages, folder, symlinks=True, copy_function=os.link, ignore=in_place)


def _reason(log: Path) -> str | None:
	"""The line of npm's log that says what went wrong, without what it says of itself."""
	lines = re.findall(r"^npm (?:error|ERR!) (.+)", log.read_text(errors="replace"), re.MULTILINE)
	return next((line for line in lines if "failed, reason" in line), lines[0] if lines else None)
