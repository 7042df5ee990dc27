"""The two Medusa projects: their packages from npm, installed once, and their compiled sources.

All of it lies in the cache, keyed by a hash of what it was made from; nothing is written beside the sources.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from devbench import CACHE
from devbench.medusa.node import Node, find_node
from devbench.processes import DevbenchError, run, say
from devbench.runs import locked

Generation = Literal["v1", "v2"]
NODE_NEEDED = {"v1": 16, "v2": 20}
VERSIONS = {"v1": "1.20.11", "v2": "2.21.2"}
# nobody is told that this was started
QUIET = {
	"MEDUSA_DISABLE_TELEMETRY": "1",
	"DO_NOT_TRACK": "1",
	"NPM_CONFIG_UPDATE_NOTIFIER": "false",
	"NO_COLOR": "1",
}


def hash_of(parts: Iterable[bytes | str]) -> str:
	"""A short name for whatever is made of these parts."""
	digest = hashlib.sha256()
	for part in parts:
		digest.update(part.encode() if isinstance(part, str) else part)
		digest.update(b"\0")
	return digest.hexdigest()[:16]


class Project:
	"""One of the two projects, ready to be copied into a run folder by `unpack`."""

	def __init__(self, generation: Generation) -> None:
		self.generation = generation
		self.sources = Path(__file__).parent / generation
		self._packages = (self.sources / "package.json").read_bytes()
		files = sorted(path for path in self.sources.rglob("*") if path.is_file())
		self.key = hash_of(
			part for path in files for part in (os.fspath(path.relative_to(self.sources)), path.read_bytes())
		)

	@property
	def title(self) -> str:
		return f"Medusa {VERSIONS[self.generation]}"

	def node(self) -> Node:
		"""Node.js and npm; raises DevbenchError when they cannot be had."""
		return find_node(NODE_NEEDED[self.generation])

	def prepare(self) -> None:
		"""Install the packages and compile the sources, unless that is done already."""
		node = self.node()
		with locked(CACHE / f"medusa-{self.generation}.lock"):
			if not self._home.exists():
				self._install(node)
			if not self._compiled.exists():
				self._compile(node.path)

	def unpack(self, folder: Path, *, extended: bool) -> None:
		"""Make `folder` what Medusa is started in, with the extension or without it."""
		folder.mkdir(parents=True, exist_ok=True)
		shutil.copy(self.sources / "package.json", folder)
		(folder / "node_modules").symlink_to(self._home / "node_modules")
		if self.generation == "v1":
			for name in ("medusa-config.js", "loopback.js"):
				shutil.copy(self.sources / name, folder)
			(folder / "uploads").mkdir()
			if extended:
				shutil.copytree(self._compiled, folder / "dist")
		else:
			shutil.copy(self._compiled / "medusa-config.js", folder)
			(folder / "static").mkdir()
			if extended:
				shutil.copytree(self._compiled / "src", folder / "src")

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
	def _compiled(self) -> Path:
		return self._home / f"compiled-{self.key}"

	def _install(self, node: Node) -> None:
		say(f"installing {self.title} from npm (once, a minute or two)")
		part = self._home.with_name(f"{self._home.name}.part")
		shutil.rmtree(part, ignore_errors=True)
		part.mkdir(parents=True)
		shutil.copy(self.sources / "package.json", part)
		# no install scripts: what Medusa needs of them has pure JavaScript instead
		command = [*node.npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
		# its own patience is five minutes where there is no network
		command += ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"]
		log = part / "npm.log"
		try:
			run("npm install", command, log=log, cwd=part, env={**os.environ, **QUIET}, timeout=1800)
		except DevbenchError as error:
			raise DevbenchError(f"npm could not install {self.title}: {_reason(log) or error}") from error
		part.rename(self._home)

	def _compile(self, node: Path) -> None:
		say(f"compiling the extension of {self.title}")
		part = self._home / f"{self._compiled.name}.part"
		shutil.rmtree(part, ignore_errors=True)
		shutil.copytree(self.sources, part)
		compiler = self._home / "node_modules" / "typescript" / "bin" / "tsc"
		# the log lies outside of what is thrown away when it fails
		log = self._home / "tsc.log"
		# types are not checked: those of packages that nobody pins may be newer than the compiler
		command = [node, compiler, "-p", part, "--noCheck"]
		run("the TypeScript compiler", command, log=log, cwd=part)
		(part / "dist").rename(self._compiled)
		shutil.rmtree(part)


def _reason(log: Path) -> str | None:
	"""The line of npm's log that says what went wrong, without what it says of itself."""
	lines = re.findall(r"^npm (?:error|ERR!) (.+)", log.read_text(errors="replace"), re.MULTILINE)
	return next((line for line in lines if "failed, reason" in line), lines[0] if lines else None)
