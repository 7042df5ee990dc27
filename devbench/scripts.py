"""python -m devbench.scripts [--fix]: checks Desk's scripts with eslint and prettier.

package-lock.json has the versions. Where Node.js cannot be had, it says so in one sentence and succeeds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from devbench import ROOT, STATE
from devbench.medusa.node import Node, find_node
from devbench.processes import DevbenchError, run, say
from devbench.runs import locked
from devbench.templates import hash_of

NEEDED = 18
MODULES = ROOT / "node_modules"
PINNED = (ROOT / "package.json", ROOT / "package-lock.json")
STAMP = MODULES / ".complete"


def main(arguments: Sequence[str]) -> int:
	"""Check the scripts, or correct what can be corrected with `--fix`.

	Returns:
		0, or 1 when a script breaks a rule or the checkers cannot be installed.
	"""
	fix = "--fix" in arguments
	try:
		node = find_node(NEEDED)
	except DevbenchError as error:
		say(f"eslint and prettier are left out: {error}")
		return 0
	try:
		_install(node)
	except DevbenchError as error:
		say(f"eslint and prettier cannot be installed: {error}")
		return 1
	eslint = [MODULES / "eslint/bin/eslint.js", *(["--fix"] if fix else []), "."]
	prettier = [
		MODULES / "prettier/bin/prettier.cjs",
		"--write" if fix else "--check",
		"--log-level",
		"warn",
		".",
	]
	return max(_checked(node, command) for command in (eslint, prettier))


def _install(node: Node) -> None:
	"""Install the pinned packages into `node_modules`, unless they are there already."""
	key = hash_of([], PINNED)
	with locked(STATE / "scripts.lock"):
		if STAMP.exists() and STAMP.read_text() == key:
			return
		say("installing eslint and prettier from npm (once)")
		command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
		command += ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"]
		run("npm ci", command, log=STATE / "logs" / "scripts.log", cwd=ROOT)
		STAMP.write_text(key)


def _checked(node: Node, command: Sequence[str | os.PathLike]) -> int:
	"""Run a checker, its output shown; its exit code."""
	return subprocess.run([node.path, *command], cwd=ROOT).returncode


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
