"""Arrows go down only: no circle of imports, and no package imports one that stands above it.

Imports inside functions and for types alone count like all others. What else `medusa/` and `mirror/` may
import stands in tests/medusa/test_layers.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

APP = "medusa_integration"
ROOT = Path(__file__).parent.parent
# from the bottom to the top; the longest name that fits a module counts.
# Packages of one row do without each other, from the fourth row on
LEVELS = (
	("medusa", "constants", "exceptions", "field_values", "__init__"),
	("mirror", "settings", "protection"),
	(
		"database",
		"erpnext_payments",
		"erpnext_seams",
		"product_journal",
		"shared_cache",
		"mail",
		"setup.records",
		"setup.top_categories",
	),
	("endpoints",),
	("sync",),
	("catalogue", "customers"),
	("selling",),
	("storefront",),
	("setup",),
	("medusa_integration", "patches"),
	("api", "doc_events"),
	("utils", "hooks"),
)


@cache
def modules() -> dict[str, Path]:
	"""The file of each module, by its name below the app: "sync.worker"."""
	found = {}
	for path in sorted((ROOT / APP).rglob("*.py")):
		parts = list(path.relative_to(ROOT / APP).with_suffix("").parts)
		if parts[-1] == "__init__" and len(parts) > 1:
			parts.pop()
		found[".".join(parts)] = path
	return found


def imported(module: str) -> Iterator[tuple[str, int]]:
	"""The modules of the app that one imports, each with its line."""
	path = modules()[module]
	package = module if path.name == "__init__.py" else module.rpartition(".")[0]
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.Import):
			names = [alias.name for alias in node.names]
		elif isinstance(node, ast.ImportFrom):
			base = node.module or ""
			if node.level:
				parts = [APP, *package.split(".")]
				base = ".".join([*parts[: len(parts) + 1 - node.level], *filter(None, [base])])
			names = [f"{base}.{alias.name}" for alias in node.names]
		else:
			continue
		for name in names:
			inner = name.removeprefix(f"{APP}.")
			if inner == name:
				continue
			found = inner if inner in modules() else inner.rpartition(".")[0]
			if found in modules() and found != module:
				yield found, node.lineno


@cache
def graph() -> dict[str, set[str]]:
	"""Which modules each imports."""
	return {module: {name for name, _line in imported(module)} for module in modules()}


def level(module: str) -> tuple[int, str]:
	"""On which level a module stands, and the name in LEVELS that says so."""
	fitting = [
		(len(name), row, name)
		for row, names in enumerate(LEVELS)
		for name in names
		if module == name or module.startswith(f"{name}.")
	]
	assert fitting, (
		f"add {module} to LEVELS in tests/test_imports.py, and to *Layers* in docs/architecture.md"
	)
	_length, row, name = max(fitting)
	return row, name


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_go_down_only(module):
	row, name = level(module)
	upward = []
	for other, line in imported(module):
		its_row, its_name = level(other)
		if its_row > row or (its_row == row and its_name != name and row > 2):
			upward.append(f"line {line}: {other}")
	assert not upward, f"{module} is below or beside what it imports, see LEVELS: {', '.join(upward)}"


def test_there_is_no_circle():
	"""Whoever reads a module can begin with what it imports, and comes to an end."""
	open_, done = [], set()

	def follow(module: str) -> None:
		assert module not in open_, " -> ".join([*open_[open_.index(module) :], module])
		if module not in done:
			open_.append(module)
			for other in sorted(graph().get(module, ())):
				follow(other)
			done.add(open_.pop())

	for module in graph():
		follow(module)


def test_imports_are_seen_wherever_they_are():
	"""In functions, for types, by a module's name or by what is in it."""
	configuration = "medusa_integration.doctype.medusa_configuration.medusa_configuration"
	assert "catalogue.price.events" in graph()[configuration], "in a function"
	assert "sync.task" in graph()["sync.exporter"]
	assert "database" in graph()["sync.worker"]
