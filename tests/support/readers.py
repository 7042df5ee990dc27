"""Which names the app's Python and JavaScript read: of attributes, in lists of fields, in filters.

What a statement only writes is no reading: a key of a dict of values, a keyword, the target of an
assignment, the first argument of `db_set` or `set`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

APP = Path(__file__).parents[2] / "medusa_integration"
# these name fields to make, fill or move them once
MAKERS = ("setup/custom_fields.py", "setup/sales_fields.py", "setup/translatable.py", "patches/")
# calls that take a dict of filters
ASKING = (
	"get_value",
	"get_all",
	"get_list",
	"get_doc",
	"exists",
	"count",
	"get_single_value",
	"delete",
	"get_cached_value",
)
# call -> which of its arguments names the field that it writes
WRITING = {"db_set": 0, "set": 0, "append": 0, "set_value": 2, "set_single_value": 1, "setdefault": 0}
WORD = re.compile(r"[a-z]\w*")


@cache
def modules() -> dict[str, ast.Module]:
	"""The app's Python, by its path in the app, without what only makes fields."""
	paths = {path.relative_to(APP).as_posix(): path for path in sorted(APP.rglob("*.py"))}
	return {name: ast.parse(path.read_text()) for name, path in paths.items() if not name.startswith(MAKERS)}


@cache
def read_in(name: str) -> frozenset[str]:
	"""All names that one module reads."""
	return frozenset(_names(modules()[name], _asked(modules()[name])))


def read_by(source: str) -> set[str]:
	"""All names that this Python reads."""
	tree = ast.parse(source)
	return set(_names(tree, _asked(tree)))


@cache
def read_by_scripts() -> frozenset[str]:
	"""All names that the scripts of Desk, and reports, read: `frm.doc.x`, `"x"`."""
	found: set[str] = set()
	for path in APP.rglob("*.js"):
		text = path.read_text()
		found |= set(re.findall(r"\.([a-z]\w*)\b(?!\s*=[^=])", text)) | set(re.findall(r'"([a-z]\w*)"', text))
	return frozenset(found)


@cache
def texts_of(name: str) -> frozenset[str]:
	"""All texts that a module has, and those that the constants stand for which it imports from the app."""
	tree = modules()[name]
	texts = {
		node.value
		for node in ast.walk(tree)
		if isinstance(node, ast.Constant) and isinstance(node.value, str)
	}
	for node in ast.walk(tree):
		if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("medusa_integration"):
			known = _constants().get(node.module or "", {})
			texts |= {known[alias.name] for alias in node.names if alias.name in known}
			texts |= {f"{node.module}.{alias.name}" for alias in node.names}
	return frozenset(texts)


@cache
def _constants() -> dict[str, dict[str, str]]:
	"""The texts that modules assign to names, or import under them: module -> name -> text."""
	trees = {
		".".join(["medusa_integration", *path.relative_to(APP).with_suffix("").parts]).removesuffix(
			".__init__"
		): ast.parse(path.read_text()).body
		for path in APP.rglob("*.py")
	}
	found: dict[str, dict[str, str]] = {
		module: {
			target.id: node.value.value
			for node in body
			if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
			for target in node.targets
			if isinstance(target, ast.Name) and isinstance(node.value.value, str)
		}
		for module, body in trees.items()
	}
	# one that was imported is imported from there in its turn
	for _turn in range(3):
		for module, body in trees.items():
			for node in body:
				if isinstance(node, ast.ImportFrom):
					known = found.get(node.module or "", {})
					found[module] |= {one.name: known[one.name] for one in node.names if one.name in known}
	return found


def _asked(tree: ast.Module) -> frozenset[str]:
	"""The variables that are passed to calls which take filters."""
	return frozenset(
		argument.id
		for node in ast.walk(tree)
		if isinstance(node, ast.Call) and _called(node) in ASKING
		for argument in (*node.args, *(keyword.value for keyword in node.keywords))
		if isinstance(argument, ast.Name)
	)


def _called(node: ast.Call) -> str:
	return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _names(node: ast.AST, asked: frozenset[str]) -> Iterator[str]:
	if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
		yield node.attr
	if isinstance(node, ast.Constant) and isinstance(node.value, str):
		if WORD.fullmatch(node.value):
			yield node.value
		elif re.search(r"\b(select|where|order by|desc|asc)\b", node.value, re.IGNORECASE):
			yield from WORD.findall(node.value)
	if isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
		# a name with an ending of its own: f"{kind}_label" is "*_label"
		if re.fullmatch(r"_\w{3,}", str(node.values[-1].value)):
			yield f"*{node.values[-1].value}"
	for child in _read_parts(node, asked):
		yield from _names(child, asked)


def _read_parts(node: ast.AST, asked: frozenset[str]) -> Iterator[ast.AST]:
	"""The parts of a node, without those in which it names what it writes."""
	if isinstance(node, ast.Dict):
		# a dict of values; one of filters is asked for below
		yield from (key for key in node.keys if key and not isinstance(key, ast.Constant))
		yield from node.values
	elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
		yield node.value
		if not isinstance(node.slice, ast.Constant):
			yield node.slice
	elif isinstance(node, ast.Call):
		yield from _parts_of_call(node)
	elif isinstance(node, ast.Assign | ast.AnnAssign) and _is_of_filters(node, asked):
		yield from _keys(node.value)
		yield from ast.iter_child_nodes(node)
	else:
		yield from ast.iter_child_nodes(node)


def _parts_of_call(node: ast.Call) -> Iterator[ast.AST]:
	called = _called(node)
	yield node.func
	for number, argument in enumerate(node.args):
		if WRITING.get(called) == number and not _is_row_of_query(argument):
			continue
		if called in ASKING:
			yield from _keys(argument)
		yield argument
	for keyword in node.keywords:
		if keyword.arg and "filters" in keyword.arg:
			yield from _keys(keyword.value)
		yield keyword.value


def _is_row_of_query(argument: ast.AST) -> bool:
	return not isinstance(argument, ast.Constant | ast.Attribute)


def _is_of_filters(node: ast.Assign | ast.AnnAssign, asked: frozenset[str]) -> bool:
	targets = node.targets if isinstance(node, ast.Assign) else [node.target]
	names = [getattr(target, "id", "") for target in targets]
	return any("filters" in name or name in asked for name in names)


def _keys(value: ast.AST | None) -> Iterator[ast.AST]:
	"""The keys of a dict that is written out, also of one in it."""
	for node in ast.walk(value) if value else ():
		if isinstance(node, ast.Dict):
			yield from (key for key in node.keys if key)
