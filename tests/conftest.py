"""Fixtures for tests with and without a site.

Tests that ask for `site` run on devbench's own site, which is started when the first of them asks for it and
stopped at the end; or, with `--site NAME`, on a site of a real bench, from that bench's environment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings

from devbench.processes import DevbenchError
from devbench.running_site import import_from_here
from tests.support.documents import TestSite, forget_redis, keep_redis_stopped
from tests.support.queries import recorded_queries
from tests.support.side_by_side import (  # noqa: F401
	put_into_groups,
	pytest_configure_node,
	pytest_sessionstart,
	pytest_xdist_auto_num_workers,
	pytest_xdist_make_scheduler,
	refuse_one_site_for_several,
)
from tests.support.site_process import SiteProcess
from tests.support.sites import SiteUnderTest, devbench_site, real_site
from tests.support.time_outs import give_up  # noqa: F401
from tests.support.together import together  # noqa: F401

# how long an example takes says how busy the machine is
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
	group = parser.getgroup("site")
	group.addoption("--site", help="run on this site of a real bench, instead of on devbench's own")
	group.addoption("--sites-path", help="the folder of the bench's sites (default: SITES_PATH, or here)")
	group.addoption(
		"--restore-tables",
		action="store_true",
		help="with --site, and MariaDB's userstat: put all tables back after each test, instead of deleting "
		"its documents, which takes longer than most tests; nothing else may use the site meanwhile",
	)
	group.addoption("--skip-long", action="store_true", help="leave out the tests marked long")
	group.addoption(
		"--buyers", type=int, default=40, help="how many buy at once in tests/selling/test_last_pieces.py"
	)
	group.addoption(
		"--connections", type=int, default=40, help="how many of these buyers reach Medusa at the same time"
	)
	group.addoption(
		"--sequences", type=int, default=100, help="how many random sequences of tests/inbox/sequences run"
	)


def pytest_configure(config: pytest.Config) -> None:
	"""Without a bench, `import frappe` finds devbench's; no site is started for that."""
	refuse_one_site_for_several(config)
	if not config.getoption("--site"):
		try:
			import_from_here()
		except DevbenchError as error:
			raise pytest.UsageError(str(error)) from error


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
	"""Mark what uses a site, so that `pytest -m "not site"` leaves it out, and what is long in this run."""
	for item in items:
		if {"site", "site_under_test", "fresh_site"} & set(getattr(item, "fixturenames", ())):
			item.add_marker("site")
		if item.get_closest_marker("long_if_real") and item.get_closest_marker("medusa"):
			item.add_marker("long")
		if item.get_closest_marker("long_in_full") and not config.getoption("--skip-long"):
			item.add_marker("long")
	if config.getoption("--skip-long"):
		long = [item for item in items if item.get_closest_marker("long")]
		items[:] = [item for item in items if not item.get_closest_marker("long")]
		config.hook.pytest_deselected(items=long)
	put_into_groups(config, items)


def on_the_screen(config: pytest.Config) -> contextlib.AbstractContextManager[None]:
	"""Inside, what is said is shown at once: the first start takes its time."""
	return config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled()


@pytest.fixture(scope="session")
def site_under_test(pytestconfig: pytest.Config) -> Iterator[SiteUnderTest]:
	"""The running site of this session, with this process connected to it."""
	try:
		with on_the_screen(pytestconfig):
			site = real_site(pytestconfig) if pytestconfig.getoption("--site") else devbench_site()
	except (DevbenchError, pytest.UsageError) as error:
		pytest.exit(str(error), returncode=1)
	try:
		with on_the_screen(pytestconfig):
			site.connect()
		yield site
		site.disconnect()
	except pytest.UsageError as error:
		pytest.exit(str(error), returncode=1)
	finally:
		site.stop()


@pytest.fixture
def site(site_under_test: SiteUnderTest) -> Iterator[TestSite]:
	"""Frappe, connected as Administrator; afterwards the site is as it was."""
	under_test = site_under_test
	site = TestSite(under_test.name, under_test.baseline, is_ours=bool(under_test.bench))
	try:
		yield site
	finally:
		site.clean_up()


@pytest.fixture(scope="session")
def http_server(site_under_test: SiteUnderTest) -> str:
	"""The base URL of the site's HTTP server, in a process of its own."""
	return site_under_test.serve()


@pytest.fixture
def query_counter(site: TestSite) -> Callable[[], contextlib.AbstractContextManager[list[str]]]:
	"""`with query_counter() as queries:` lists the statements that go through `frappe.db` inside."""
	return recorded_queries


@pytest.fixture
def run_on_site(site_under_test: SiteUnderTest) -> Iterator[Callable[[str], SiteProcess]]:
	"""`run_on_site(code)` starts a process on the site and returns it; it is killed after the test."""
	started: list[SiteProcess] = []

	def start(code: str) -> SiteProcess:
		started.append(site_under_test.python(code))
		return started[-1]

	yield start
	for process in started:
		process.kill()
		process.communicate()


@pytest.fixture
def redis_stopped(
	site: TestSite, site_under_test: SiteUnderTest
) -> Callable[..., contextlib.AbstractContextManager[None]]:
	"""`with redis_stopped():` has no Redis inside, for a moment so far; `(for_long=True)`: for a long time.

	On a real bench the test is skipped.
	"""
	if not site_under_test.bench:
		pytest.skip("Redis of a real bench is not stopped")
	redis = site_under_test.bench.redis

	@contextlib.contextmanager
	def stopped(*, for_long: bool = False) -> Iterator[None]:
		with redis.stopped():
			keep_redis_stopped(for_long=for_long)
			yield
		forget_redis()

	return stopped


@pytest.fixture
def fresh_site(pytestconfig: pytest.Config) -> Iterator[SiteUnderTest]:
	"""A site for this test alone, which it may migrate, uninstall or break; not with `--site`.

	This process is not connected to it: work on it with its `python(code)`.
	"""
	if pytestconfig.getoption("--site"):
		pytest.skip("a real bench has no site to spare")
	with on_the_screen(pytestconfig):
		site = devbench_site()
	try:
		yield site
	finally:
		site.stop()


@pytest.fixture
def only_on_a_bench(pytestconfig: pytest.Config) -> None:
	"""Skip the test unless it runs on a real bench."""
	if not pytestconfig.getoption("--site"):
		pytest.skip("needs a real bench: pytest --site NAME")
