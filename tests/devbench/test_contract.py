"""The table of citations reads tests as Python does."""

from __future__ import annotations

import ast

from devbench.contract import cited_in, parsed_numbers, report, shown, statements

TESTS = '''
import pytest

pytestmark = [pytest.mark.site, pytest.mark.contract(1)]


@pytest.mark.contract(2, 3)
def test_function():
	"""mark.contract(99) in a text is no citation."""


@pytest.mark.contract(4)
class TestClass:
	@pytest.mark.contract(5)
	def test_method(self): ...
'''


def test_citations_are_found():
	cited = {name: numbers for name, numbers in cited_in(ast.parse(TESTS)) if numbers}
	assert cited == {"": [1], "::test_function": [2, 3], "::TestClass": [4], "::test_method": [5]}


def test_numbers():
	assert parsed_numbers("2,3,40-42") == {2, 3, 40, 41, 42}
	assert shown([40, 2, 3, 41, 50]) == "2-3, 40-41, 50"


def test_report_tells_what_is_missing():
	known = {1: "one", 2: "two"}
	lines, complete = report(known, {1: ["a.py::test"]}, {1, 2})
	assert not complete
	assert "required, but cited by no test: 2" in lines
	assert report(known, {1: ["a.py::test"]}, {1})[1]
	assert not report(known, {1: ["a.py::test"], 9: ["a.py::test"]}, {1})[1]


def test_the_contract_has_all_statements():
	numbered = statements()
	assert list(numbered) == list(range(1, 164)), (
		"a new statement has the next number and is after the others; then raise the number here, in "
		"tests/test_mutants.py and in REQUIRED of the Makefile"
	)
	assert all(numbered.values())
	assert numbered[160] == "Condition is `medusa_id IS NULL`"


def test_statements_of_the_contract(tmp_path):
	path = tmp_path / "contract.md"
	path.write_text("| no | statement | clarified by |\n|---|---|---|\n| 7 | It works | A1 |\n")
	assert statements(path) == {7: "It works"}
