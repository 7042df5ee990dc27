"""No file of code has more than 300 lines, and no function more than 50, neither in the app nor around it."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lists import deviation

ROOT = Path(__file__).parent.parent
FOLDERS = ("medusa_integration", "devbench", "benchmarks", "medusa-plugin", "tests")
KINDS = (".py", ".js", ".mjs", ".ts", ".tsx")
# what npm installs and builds there
NOT_WRITTEN = {"node_modules", "dist", "build", ".medusa", ".test"}
LONGEST = 300
# file -> why it cannot be split by subject
LONGER: dict[str, str] = {}

# lines of a function without its docstring
LONGEST_FUNCTION = 50
# 95 of 100 functions of the app, of devbench and of the benchmarks have no more
MOST_FUNCTIONS = 26
# function -> why it cannot be split
LONGER_FUNCTIONS = {
	"tests/medusa/recorded_orders.py::order_v1": "an answer of Medusa, whole",
	"tests/medusa/recorded_orders.py::order_v2": "an answer of Medusa, whole",
	"tests/medusa/test_shop_orders.py::test_an_order_of_v1": "one expectation, whole",
	"tests/medusa/test_v2.py::test_a_new_product_goes_out_whole_in_one_request": "one request, whole",
	"tests/reconcile/test_whole_shop.py::test_everything_that_is_sent_comes_back_the_same": "one way, step by step",
	"tests/selling/test_import_money_real.py::test_captured_and_refunded": "one way, step by step",
	"tests/storefront/plain_shop.py::answer": "the answer of an endpoint, made in the plainest way",
	"tests/storefront/test_clearance_list.py::test_clearance_items_as_the_job_wrote_them": "one job, list by list",
	"tests/storefront/test_listing_at_random.py::stocked": "the names of one shop, for all that is inserted",
}


def files(folder: str) -> Iterator[tuple[str, int]]:
	"""Each file of code below a folder, with the number of its lines."""
	for path, folders, names in os.walk(ROOT / folder):
		folders[:] = [name for name in folders if name not in NOT_WRITTEN]
		for name in names:
			if name.endswith(KINDS):
				file = Path(path, name)
				yield file.relative_to(ROOT).as_posix(), file.read_bytes().count(b"\n")


def functions(folder: str) -> Iterator[tuple[str, int]]:
	"""Each function of Python below a folder, with the number of its lines without the docstring."""
	for file, _lines in files(folder):
		if file.endswith(".py"):
			for node in ast.walk(ast.parse((ROOT / file).read_text())):
				if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
					yield f"{file}::{node.name}", _height(node) - _height_of_docstring(node)


def _height(node: ast.stmt) -> int:
	return (node.end_lineno or node.lineno) - node.lineno + 1


def _height_of_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
	return _height(node.body[0]) if ast.get_docstring(node, clean=False) is not None else 0


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_too_long(folder):
	lines = dict(files(folder))
	assert lines, f"{folder} has no file of code: take it out of FOLDERS"
	known = {file: reason for file, reason in LONGER.items() if file.startswith(f"{folder}/")}
	assert all(known.values()), "say in LONGER why"
	wrong = deviation("LONGER in this test", known, [file for file in lines if lines[file] > LONGEST])
	assert not wrong, f"split a long file by subject, or say there why not: {wrong}"


@pytest.mark.parametrize("folder", ["medusa_integration", "devbench", "benchmarks", "tests"])
def test_no_function_is_too_long(folder):
	found = [name for name, lines in functions(folder) if lines > LONGEST_FUNCTION]
	known = [name for name in LONGER_FUNCTIONS if name.startswith(f"{folder}/")]
	wrong = deviation("LONGER_FUNCTIONS in this test", known, found)
	assert not wrong, f"split a long function, or say there why not: {wrong}"


@pytest.mark.parametrize("folder", ["medusa_integration", "devbench", "benchmarks"])
def test_most_functions_are_short(folder):
	lines = sorted(lines for _name, lines in functions(folder))
	assert lines[len(lines) * 95 // 100] <= MOST_FUNCTIONS
