"""Which tests run side by side, and which stay together in one process."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tests.support.side_by_side import (
	groups,
	put_into_groups,
	pytest_xdist_auto_num_workers,
	refuse_one_site_for_several,
)


def config(
	*chosen: str, site: str | None = None, skip_long: bool = True, **options: object
) -> SimpleNamespace:
	defaults = {"keyword": "", "lf": False, "collectonly": False, "numprocesses": None}
	option = SimpleNamespace(file_or_dir=list(chosen), **{**defaults, **options})
	return SimpleNamespace(option=option, getoption={"--site": site, "--skip-long": skip_long}.get)


@pytest.mark.parametrize("chosen", [(), ("tests",), ("tests/sync", "tests/sync/test_wake.py")])
def test_folders_run_side_by_side(monkeypatch, chosen):
	"""One process more than there are cores for it; two more with the long tests."""
	monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1, 3})
	assert pytest_xdist_auto_num_workers(config(*chosen)) == 4
	assert pytest_xdist_auto_num_workers(config(*chosen, skip_long=False)) == 5


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
		self.name, self.nodeid, self.markers = name, f"tests/test_x.py::{name}", markers

	def get_closest_marker(self, name: str) -> bool:
		return name in self.markers


A = Item("test_a")
B = Item("test_b[simulated-v1]", "site")
C = Item("test_c[real-v1-stock]", "medusa")
D = Item("test_d", "site", "long")
E = Item("test_e[real v2 extended]", "medusa", "site", "long")
F = Item("test_f[real]", "medusa")
G = Item("test_g[v1]", "medusa", "own_medusa", "long")


def test_what_needs_a_real_medusa_is_with_its_generation():
	"""A long one may go anywhere by itself; all others stay with their file."""
	assert groups([A, B, C, D, E, F, G]) == {
		"tests/test_x.py::test_c[real-v1-stock]": "medusa v1",
		"tests/test_x.py::test_d": "tests/test_x.py::test_d",
		"tests/test_x.py::test_e[real v2 extended]": "medusa v2",
		"tests/test_x.py::test_f[real]": "medusa v2",
		"tests/test_x.py::test_g[v1]": "tests/test_x.py v1",
	}


def test_each_process_sorts_its_tests_and_writes_their_groups(tmp_path):
	"""What takes long comes first; one process alone keeps the order of the files."""
	items = [A, B, C, D, E, F, G]
	put_into_groups(SimpleNamespace(), items)
	assert items == [A, B, C, D, E, F, G] and not list(tmp_path.iterdir())
	put_into_groups(SimpleNamespace(workerinput={"groups": str(tmp_path), "workerid": "gw1"}), items)
	assert items == [G, C, E, F, D, B, A]
	assert json.loads((tmp_path / "gw1").read_text()) == groups(items)
