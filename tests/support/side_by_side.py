"""Tests in several processes at once (pytest-xdist), each with servers of its own: hooks for conftest.py.

`-n auto` (`make test`) takes one process more than there are cores, because those with a real Medusa wait
for it, and two more with the long tests: some wait for minutes. A few chosen tests run in this one alone.
Each process has its own copy of the site. The tests of a file stay together in one process; those that need a
real Medusa go to the process that has the server of that generation, so that each is started once.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

# which generation a test needs stands in its id, as everywhere in these tests
GENERATION = re.compile(r"\bv[12]\b")
GROUPS = pytest.StashKey[TemporaryDirectory]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
	"""How many processes run beside this one: none where it would take longer to start them."""
	chosen = config.option.file_or_dir
	is_selected = config.option.keyword or config.option.lf or config.option.collectonly
	has_only_files = chosen and all("::" in one or one.endswith(".py") for one in chosen)
	is_for_one = is_selected or has_only_files or config.getoption("--site")
	more = 1 if config.getoption("--skip-long") else 2
	return 0 if is_for_one else len(os.sched_getaffinity(0)) + more


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
	"""Tell a process where to write which tests belong together: only there their markers are known."""
	folder = node.config.stash.setdefault(GROUPS, TemporaryDirectory(prefix="groups-of-tests-"))
	node.workerinput["groups"] = folder.name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
	"""Hand out whole groups, and of the other tests whole files, in the order of the tests."""
	if config.getvalue("dist") != "loadscope":
		return None
	from xdist.scheduler.loadscope import LoadScopeScheduling

	class InGroups(LoadScopeScheduling):
		@cached_property
		def groups(self) -> dict[str, str]:
			written = next(Path(config.stash[GROUPS].name).iterdir())  # all have written the same
			return json.loads(written.read_text())

		def _split_scope(self, nodeid: str) -> str:
			return self.groups.get(nodeid) or nodeid.partition("::")[0]

	config.option.loadscopereorder = False
	return InGroups(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None]:
	"""The processes that start in here write to the screen itself: starting a site takes its time."""
	with session.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
		return (yield)


def refuse_one_site_for_several(config: pytest.Config) -> None:
	"""A site that is there already cannot be tested by several processes at the same time."""
	if config.getoption("--site") and getattr(config.option, "numprocesses", None):
		raise pytest.UsageError("--site is for one process: leave -n out.")


def put_into_groups(config: pytest.Config, items: list[pytest.Item]) -> None:
	"""Sort the tests, and write their groups, in one of several processes."""
	worker = getattr(config, "workerinput", None)
	if worker:
		items.sort(key=_turn)
		Path(worker["groups"], worker["workerid"]).write_text(json.dumps(groups(items)))


def groups(items: list[pytest.Item]) -> dict[str, str]:
	"""The group of each test that does not simply stay with its file, by its id.

	Those with a real Medusa are one group for each generation, those of a file that starts one for itself are
	another; each long one is a group of its own.
	"""
	found = {}
	for item in items:
		if item.get_closest_marker("medusa"):
			generation = GENERATION.search(item.name.partition("[")[2])
			own = item.get_closest_marker("own_medusa")
			where = item.nodeid.partition("::")[0] if own else "medusa"
			found[item.nodeid] = f"{where} {generation[0] if generation else 'v2'}"
		elif item.get_closest_marker("long"):
			found[item.nodeid] = item.nodeid
	return found


def _turn(item: pytest.Item) -> int:
	"""Real servers first, then the long ones; what comes last is short, so that all end at the same time."""
	markers = ("own_medusa", "medusa", "long", "site")
	return next((turn for turn, one in enumerate(markers) if item.get_closest_marker(one)), len(markers))
