"""The client could be published by itself, and the mirror with it: what each of them imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import medusa_integration

APP = Path(medusa_integration.__file__).parent
LIBRARIES = {"pydantic_core", "requests", "urllib3"}
MAY_IMPORT = {
	"medusa": {"medusa_integration.medusa", *LIBRARIES},
	"mirror": {"medusa_integration.mirror", "medusa_integration.medusa", *LIBRARIES},
}
# what only one who knows ERPNext could write
WORDS = ("erpnext", "frappe", "website item", "item group", "item price", "sales order", "doctype", "erp_")


def modules(layer: str) -> Iterator[tuple[str, Path]]:
	"""The name and the file of each module of a layer."""
	for path in sorted((APP / layer).rglob("*.py")):
		parts = path.relative_to(APP.parent).with_suffix("").parts
		yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports_in(name: str, path: Path) -> Iterator[tuple[str, bool]]:
	"""What a module imports, in whichever place, and whether that is within a function.

	`from .x import y` counts as `x.y` where that is a module, as `x` otherwise.
	"""
	tree = ast.parse(path.read_text())
	inner = {
		node
		for function in ast.walk(tree)
		if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
		for node in ast.walk(function)
	}
	package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
	for node in ast.walk(tree):
		if isinstance(node, ast.Import):
			yield from ((alias.name, node in inner) for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			start = package[: len(package) - node.level + 1] if node.level else []
			source = ".".join([*start, *((node.module or "").split(".") if node.module else [])])
			for alias in node.names:
				module = f"{source}.{alias.name}"
				is_module = (APP.parent / Path(*module.split("."))).with_suffix(".py").exists()
				yield module if is_module else source, node in inner


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_nothing_above_it(layer):
	"""The layers themselves, the standard library, and the libraries that a client needs."""
	allowed = MAY_IMPORT[layer]
	found = {
		(name, imported)
		for name, path in modules(layer)
		for imported, _ in imports_in(name, path)
		if imported.split(".")[0] not in sys.stdlib_module_names
		and not any(imported == one or imported.startswith(f"{one}.") for one in allowed)
	}
	assert not found, f"{layer}/ may only import {', '.join(sorted(allowed))}: {sorted(found)}"


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_no_module_imports_within_a_function(layer):
	"""Nothing is hidden there, neither a circle nor a way up."""
	within = [
		(name, imported)
		for name, path in modules(layer)
		for imported, inner in imports_in(name, path)
		if inner
	]
	assert within == []


def test_no_circle():
	"""Those for types only count as well."""
	known = {name: path for layer in MAY_IMPORT for name, path in modules(layer)}
	edges = {
		name: {imported for imported, _ in imports_in(name, path) if imported in known and imported != name}
		for name, path in known.items()
	}
	assert sum(map(len, edges.values())) > 100
	# whatever imports nothing that is left cannot be part of a circle
	while free := [name for name, imported in edges.items() if not imported & edges.keys()]:
		for name in free:
			del edges[name]
	assert edges == {}


def test_the_client_does_not_know_erpnext():
	"""No word of it, in comments, sentences and keys too."""
	read = [*(APP / "medusa").rglob("*.py"), APP / "medusa" / "README.md"]
	found = [(path.name, word) for path in read for word in WORDS if word in path.read_text().lower()]
	assert found == []


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_it_runs_without_frappe(layer):
	"""In a process of its own, in which `import frappe` fails."""
	code = f"""if True:
		import sys
		sys.modules["frappe"] = sys.modules["erpnext"] = None
		import medusa_integration.{layer} as layer
		assert all(hasattr(layer, name) for name in layer.__all__)
	"""
	done = subprocess.run([sys.executable, "-c", code], cwd=APP.parent, capture_output=True, text=True)
	assert (done.returncode, done.stderr) == (0, "")


def test_nobody_reaches_into_privates():
	"""What begins with an underscore is used through `self` or `cls` alone, or in its own module."""
	found = []
	for layer in MAY_IMPORT:
		for name, path in modules(layer):
			for node in ast.walk(ast.parse(path.read_text())):
				if (
					isinstance(node, ast.Attribute)
					and node.attr.startswith("_")
					and not node.attr.startswith("__")
					and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
				):
					found.append((name, ast.unparse(node)))
	assert found == []
