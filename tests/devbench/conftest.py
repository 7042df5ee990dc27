"""What the tests of devbench need."""

from __future__ import annotations

import pytest


@pytest.fixture
def only_without_a_bench(pytestconfig: pytest.Config) -> None:
	"""For what starts a site of its own: a real bench lacks packages that devbench's Frappe needs."""
	if pytestconfig.getoption("--site"):
		pytest.skip("tests devbench itself")
