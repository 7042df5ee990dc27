"""Which tests run side by side, and which stay together in one process."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.support.side_by_side import (
	put_into_groups,
	pytest_xdist_auto_num_workers,
	refuse_one_site_for_several,
)


def config(*chosen: str, site: str | None = None, **options: object) -> SimpleNamespace:
	defaults = {"keyword": "", "lf": False, "collectonly": False, "numprocesses": None}
	option = SimpleNamespace(file_or_dir=list(chosen), **{**defaults, **options})
	return SimpleNamespace(option=option, getoption={"--site": site}.get)


@pytest.mark.parametrize("chosen", [(), ("tests",), ("tests/sync", "tests/sync/test_wake.py")])
def test_folders_run_side_by_side(chosen):
	"""None: xdist takes a process for each core."""
	assert pytest_xdist_auto_num_workers(config(*chosen)) is None


@pytest.mark.parametrize(
	"few",
	[
		config("tests/sync/test_wake.py"),
		config("tests/sync/test_wake.py::test_one[v1]"),
		config(keyword="mapping"),
		config(lf=True),
		config(collectonly=True),
		config(site="test.localhost"),
	],
	ids=["a file", "a test", "-k", "--lf", "--collect-only", "--site"],
)
def test_few_tests_run_in_one_process(few):
	assert pytest_xdist_auto_num_workers(few) == 0


def test_a_site_of_a_bench_is_for_one_process():
	with pytest.raises(pytest.UsageError, match="leave -n out"):
		refuse_one_site_for_several(config(site="test.localhost", numprocesses=2))
	assert refuse_one_site_for_several(config(site="test.localhost")) is None


class Item:
	"""A collected test, as far as it matters here."""

	def __init__(self, name: str, *markers: str) -> None:
		self.name, self.markers, self.group = name, markers, None

	def get_closest_marker(self, name: str) -> bool:
		return name in self.markers

	def add_marker(self, marker: pytest.MarkDecorator) -> None:
		assert marker.name == "xdist_group"
		(self.group,) = marker.args


def test_what_needs_a_real_medusa_is_with_its_generation():
	"""These come first, then the long ones; what needs no site fills up the end."""
	items = [
		Item("test_a"),
		Item("test_b[simulated-v1]", "site"),
		Item("test_c[real-v1-stock]", "medusa"),
		Item("test_d", "site", "long"),
		Item("test_e[real v2 extended]", "medusa", "site"),
		Item("test_f[real]", "medusa"),
	]
	put_into_groups(items)
	assert [(item.name[:6], item.group) for item in items] == [
		("test_c", "v1"),
		("test_e", "v2"),
		("test_f", "v2"),
		("test_d", None),
		("test_b", None),
		("test_a", None),
	]
