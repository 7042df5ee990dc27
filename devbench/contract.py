"""python -m devbench.contract [--require 2,3,40-48]: which tests show which statements of the contract.

A test cites a statement by its number: `@pytest.mark.contract(26, 27)`, on a function, a class, or as the
module's `pytestmark`.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from devbench import ROOT

CONTRACT = ROOT / "docs" / "contract.md"
WIDTH = 110


def statements(path: Path = CONTRACT) -> dict[int, str]:
	"""Read the statements of the contract, by number."""
	rows = re.findall(r"^\| (\d+) \| (.*?) \|", path.read_text(), re.MULTILINE)
	return {int(number): text for number, text in rows}


def citations(tests: Path = ROOT / "tests") -> dict[int, list[str]]:
	"""The tests that cite each number, as file::name."""
	found: dict[int, list[str]] = defaultdict(list)
	for path in sorted(tests.rglob("test_*.py")):
		for name, numbers in cited_in(ast.parse(path.read_text(), str(path))):
			for number in numbers:
				found[number].append(f"{path.relative_to(tests)}{name}")
	return found


def cited_in(tree: ast.Module) -> Iterator[tuple[str, list[int]]]:
	"""Each name of a module ("" for the module itself) with the numbers that it cites."""
	for node in ast.walk(tree):
		if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
			yield f"::{node.name}", numbers_in(node.decorator_list)
		elif isinstance(node, ast.Assign) and "pytestmark" in [getattr(t, "id", "") for t in node.targets]:
			yield "", numbers_in([node.value])


def numbers_in(expressions: Iterable[ast.expr]) -> list[int]:
	"""The numbers given to `pytest.mark.contract(...)` anywhere in these expressions."""
	calls = [
		node for expression in expressions for node in ast.walk(expression) if isinstance(node, ast.Call)
	]
	marks = [call for call in calls if ast.unparse(call.func).endswith("mark.contract")]
	arguments = [argument for mark in marks for argument in mark.args]
	return [argument.value for argument in arguments if isinstance(argument, ast.Constant)]


def parsed_numbers(text: str) -> set[int]:
	"""The numbers in a list such as "2,3,40-48"."""
	numbers: set[int] = set()
	for part in filter(None, text.split(",")):
		first, _, last = part.partition("-")
		numbers.update(range(int(first), int(last or first) + 1))
	return numbers


def shown(numbers: Iterable[int]) -> str:
	"""The numbers as a list with ranges, such as "2-3, 40"."""
	ranges: list[list[int]] = []
	for number in sorted(numbers):
		if ranges and ranges[-1][1] == number - 1:
			ranges[-1][1] = number
		else:
			ranges.append([number, number])
	return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def report(known: dict[int, str], found: dict[int, list[str]], required: set[int]) -> tuple[list[str], bool]:
	"""The lines to show, and whether all required statements are cited and no unknown one is."""
	lines = []
	for number, text in known.items():
		if tests := found.get(number):
			lines += [f"{number:4} {text}"[:WIDTH], *(f"       {test}" for test in tests)]
	left, missing = set(known) - set(found), required - set(found)
	lines.append(
		f"{len(known) - len(left)} of {len(known)} statements are cited by a test; left: {shown(left) or 'none'}"
	)
	if missing:
		lines.append(f"required, but cited by no test: {shown(missing)}")
	if unknown := set(found) - set(known):
		lines.append(f"cited, but not in the contract: {shown(unknown)}")
	return lines, not missing and not unknown


def main() -> int:
	"""Print the report; 1 when a required statement is not cited."""
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--require", default="", help="statements that have to be cited, such as 2,3,40-48")
	lines, complete = report(statements(), citations(), parsed_numbers(parser.parse_args().require))
	sys.stdout.write("\n".join(lines) + "\n")
	return 0 if complete else 1


if __name__ == "__main__":
	sys.exit(main())
