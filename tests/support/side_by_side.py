"""Tests in several processes at once (pytest-xdist), each with servers of its own: hooks for conftest.py.

`-n auto` (`make test`) takes as many processes as there are cores; for a few chosen tests, this one alone.
Each process has its own copy of the site. The tests of a file stay together in one process; those that need a
real Medusa go to the process that has the server of that generation, so that each is started once.
"""

from __future__ import annotations

import re
from collections.abc import Generator

import pytest

# which generation a test needs stands in its id, as everywhere in these tests
GENERATION = re.compile(r"\bv[12]\b")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
	"""No process beside this one where it would take longer to start it; None lets xdist count the cores."""
	chosen = config.option.file_or_dir
	is_selected = config.option.keyword or config.option.lf or config.option.collectonly
	has_only_files = chosen and all("::" in one or one.endswith(".py") for one in chosen)
	return 0 if is_selected or has_only_files or config.getoption("--site") else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
	"""Hand out whole files and whole groups, in the order of the tests."""
	if config.getvalue("dist") != "loadgroup":
		return None
	from xdist.scheduler.loadgroup import LoadGroupScheduling

	class InFiles(LoadGroupScheduling):
		"""Those that are in no group keep together by their file."""

		def _split_scope(self, nodeid: str) -> str:
			return super()._split_scope(nodeid).partition("::")[0]

	config.option.loadscopereorder = False
	return InFiles(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None]:
	"""The processes that start in here write to the screen itself: starting a site takes its time."""
	with session.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
		return (yield)


def refuse_one_site_for_several(config: pytest.Config) -> None:
	"""A site that is there already cannot be tested by several processes at the same time."""
	if config.getoption("--site") and getattr(config.option, "numprocesses", None):
		raise pytest.UsageError("--site is for one process: leave -n out.")


def put_into_groups(items: list[pytest.Item]) -> None:
	"""Tests with a real Medusa belong to the group of its generation, and come first; then the long ones.

	What is left at the end is short, so that all processes end at about the same time.
	"""
	for item in items:
		if item.get_closest_marker("medusa"):
			found = GENERATION.search(item.name.partition("[")[2])
			item.add_marker(pytest.mark.xdist_group(found[0] if found else "v2"))
	items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
	for turn, marker in enumerate(("medusa", "long", "site")):
		if item.get_closest_marker(marker):
			return turn
	return 3
