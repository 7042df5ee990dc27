"""The list of breakages, and how a run of the tests against one of them is judged."""

from __future__ import annotations

import pytest

from devbench.contract import citations
from tests.mutants.breakage import APP, ROOT, Breakage, DoesNotFit, all_breakages
from tests.mutants.runner import verdict
from tests.support.lists import deviation


@pytest.mark.parametrize("breakage", list(all_breakages()), ids=lambda one: f"{one.statement}-{one.file}")
def test_each_breakage_fits_the_code(breakage):
	"""It changes its file, and what it makes of a Python file still compiles."""
	path = ROOT / APP / breakage.file
	broken = breakage.broken(path.read_text())
	assert broken != path.read_text()
	if path.suffix == ".py":
		compile(broken, str(path), "exec")


def test_every_statement_has_a_breakage_and_a_test():
	statements = {breakage.statement for breakage in all_breakages()}
	wrong = deviation("tests/mutants/breakages", statements, range(1, 164))
	assert not wrong, wrong
	uncited = statements - set(citations())
	assert not uncited, f"no test cites with `@pytest.mark.contract(...)`: {sorted(uncited)}"


def test_a_breakage_that_does_not_fit_is_refused():
	with pytest.raises(DoesNotFit, match="stands 2 times"):
		Breakage(1, "hooks.py", "a", "b").broken("a a")


@pytest.mark.parametrize(
	("code", "output", "caught"),
	[
		(1, "FAILED tests/test_x.py::test_y - assert 1 == 2", True),
		# nothing was compared: the run itself went wrong
		(1, "ERROR tests/test_x.py::test_y - ImportError", False),
		(0, "3 passed", False),
		(2, "Interrupted", False),
		(5, "no tests ran", False),
	],
)
def test_only_a_failed_test_counts(code, output, caught):
	assert verdict(Breakage(1, "hooks.py", "a", "b"), code, output, 1.0).caught is caught
