"""Runs the tests that cite a statement against a copy of the checkout in which the statement is broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.mutants.breakage import ROOT, Breakage

SECONDS = 600
# they need a server or a browser that is not started for each breakage
LEFT_OUT = ("medusa", "desk")


@dataclass(frozen=True, slots=True)
class Verdict:
	"""What came of one breakage: whether a test failed as it should, and what there is to say of it."""

	breakage: Breakage
	caught: bool
	text: str


class Citations:
	"""A pytest plugin that notes which tests cite which statement, those without a site first."""

	def __init__(self) -> None:
		self.tests: dict[int, list[str]] = defaultdict(list)

	def pytest_collection_finish(self, session: pytest.Session) -> None:
		"""Note the tests once all are collected."""
		items = [item for item in session.items if not any(item.get_closest_marker(one) for one in LEFT_OUT)]
		for item in sorted(items, key=lambda item: item.get_closest_marker("site") is not None):
			for number in {number for mark in item.iter_markers("contract") for number in mark.args}:
				self.tests[number].append(item.nodeid)


def cited_tests() -> dict[int, list[str]]:
	"""The ids of the tests that cite each statement.

	Raises RuntimeError when the tests cannot be collected.
	"""
	citations = Citations()
	arguments = [
		"--collect-only",
		"-qqq",
		"--no-summary",
		"--rootdir",
		str(ROOT),
		str(ROOT / "tests"),
	]
	if pytest.main(arguments, plugins=[citations]):
		raise RuntimeError("The tests cannot be collected.")
	return citations.tests


def try_breakage(breakage: Breakage, tests: Sequence[str]) -> Verdict:
	"""Run the tests against a copy with this breakage until one of them fails."""
	if not tests:
		return Verdict(breakage, False, "no test that runs here cites it")
	with TemporaryDirectory(prefix="mutant-") as folder:
		root = copy_of_checkout(Path(folder) / "checkout")
		breakage.apply(root)
		command = [
			sys.executable,
			"-m",
			"pytest",
			"-x",
			"-q",
			"--no-header",
			"--tb=line",
			"-p",
			"no:cacheprovider",
		]
		began = time.monotonic()
		try:
			run = subprocess.run(
				[*command, *tests],
				cwd=root,
				# what is compiled goes with the copy
				env={**os.environ, "PYTHONPYCACHEPREFIX": str(root / ".devbench" / "pycache")},
				text=True,
				timeout=SECONDS,
				stdin=subprocess.DEVNULL,
				capture_output=True,
			)
		except subprocess.TimeoutExpired:
			return Verdict(breakage, False, f"no end after {SECONDS} s")
	return verdict(breakage, run.returncode, run.stdout + run.stderr, time.monotonic() - began)


def verdict(breakage: Breakage, code: int, output: str, seconds: float) -> Verdict:
	"""What a run of pytest with this exit code and output says of the breakage."""
	failed = re.search(r"^FAILED (\S+)", output, re.MULTILINE)
	if code == pytest.ExitCode.TESTS_FAILED and failed:
		return Verdict(breakage, True, f"{failed[1]} ({seconds:.0f} s)")
	if code == pytest.ExitCode.OK:
		return Verdict(breakage, False, "all tests that cite it pass")
	return Verdict(breakage, False, f"the tests did not run (exit code {code}): {output.strip()[-600:]}")


def copy_of_checkout(target: Path) -> Path:
	"""Copy what the tests need; what devbench has built is shared."""
	ignored = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
	shutil.copytree(ROOT, target, ignore=ignored)
	(target / ".devbench").mkdir()
	os.symlink(ROOT / ".devbench" / "cache", target / ".devbench" / "cache")
	return target
