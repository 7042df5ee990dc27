"""Writes a genuine `frappe` package, with several apps and sites, from a wheel that carries Frappe's engine.

The wheel `monoframe` is Frappe's code under another package name, cut down to one app and one site.
`build_runtime` names it `frappe` again, puts back what was cut, and leaves a folder that only has to be on
PYTHONPATH: nothing is patched at run time. What was cut is under `restored/`, in a tree that mirrors
Frappe's: a function or class there takes the place of the one of the same name, and a file that the wheel
lacks is added. Smaller changes, in the middle of a function, are in `FIXES`.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from devbench import CACHE, STATE
from devbench.processes import DevbenchError, run, say
from devbench.templates import hash_of, source_files, template

HERE = Path(__file__).resolve().parent
RESTORED = HERE / "restored"
WHEEL_PIN = HERE / "wheel.txt"
TEXT_FILES = (".py", ".json", ".html", ".txt", ".js", ".md", ".css", ".scss", ".csv", ".xml", ".sql")
# translations and the desk's assets: nothing here shows the desk
LEFT_OUT = re.compile(r"^monoframe/public/|\.pot?$|\.map$|/test_[^/]*\.py$")

# file -> (what stands there, what has to stand there); each must occur at least once
FIXES: dict[str, list[tuple[str, str]]] = {
	"__init__.py": [
		(
			"def init(force: bool = False) -> None:",
			'def init(site: str = "", sites_path: str | None = None, new_site: bool = False, force: bool = False):',
		),
		(
			"\tlocal.app_path = os.getcwd()\n\tlocal.site_path = os.getcwd()\n",
			"\t_choose_site(site, sites_path, new_site)\n",
		),
		(
			'\tif not getattr(local, "initialised", False):\n\t\tinit()',
			'\tif site or not getattr(local, "initialised", False):\n\t\tinit(site or "")',
		),
		("\t\tinit()\n\t\treturn local", '\t\tinit(self.site or "")\n\t\treturn local'),
		(
			"local.conf = get_site_config(cached=bool(frappe.request))",
			"local.conf = get_site_config(local.sites_path, local.site_path, cached=bool(frappe.request))",
		),
		('__version__ = "0.0.1"', '__version__ = "16.0.0"'),
	],
	"app.py": [
		("from dotenv import load_dotenv\nload_dotenv()\n", ""),
		("import frappe.database.mariadb.mysqlclient", "import frappe.database.mariadb.database"),
		("\tfrappe.init(force=True)", "\tfrappe.init(_site_of(request), _sites_path, force=True)"),
	],
	"desk/doctype/event/event.py": [
		("\ttype EventLikeDict = ", "\tEventLikeDict = ")
	],  # Python 3.12's syntax
	"installer.py": [
		(
			'\tif name != "frappe":\n\t\traise ValueError("Single-tenant: only frappe can be installed. Use frappe new to create a project.")\n',
			"\t_install_required_apps(name, verbose)\n",
		),
		(
			"\tadd_module_defs(name, ignore_if_duplicate=force)\n\tsync_for",
			'\tif name != "frappe":\n\t\tadd_module_defs(name, ignore_if_duplicate=force)\n\tsync_for',
		),
		("\tapp_hooks = frappe.get_hooks()\n", "\tapp_hooks = frappe.get_hooks(app_name=name)\n"),
	],
	"migrate.py": [
		(
			'\t\t\t\tfrappe.get_attr(fn)()\n\n\t\t\tfor doctype in frappe.get_hooks("override_doctype_class", {}).keys()',
			'\t\t\t\tfrappe.get_attr(fn)()\n\n\t\t\tfor doctype in frappe.get_hooks("override_doctype_class", {}, app_name=app).keys()',
		),
		(
			'for fn in frappe.get_hooks("before_migrate"):',
			'for fn in frappe.get_hooks("before_migrate", app_name=app):',
		),
		(
			"\t\t\tfrappe.init()\n\t\t\tfrappe.connect()\n\n\t\tself.db_monitor",
			"\t\t\tfrappe.init(site)\n\t\t\tfrappe.connect()\n\n\t\tself.db_monitor",
		),
	],
	"utils/background_jobs.py": [
		(
			"\t\tfrappe.init(force=True)\n\t\tfrappe.connect()\n\t\tif os",
			"\t\tfrappe.init(site, force=True)\n\t\tfrappe.connect()\n\t\tif os",
		)
	],
	# telemetry: nothing is sent from here, and its library is not needed for that
	"utils/error.py": [
		("\tfrom frappe.utils.sentry import capture_exception\n", ""),
		('\tcapture_exception(message=f"{title}\\n{traceback}")\n', ""),
	],
	"utils/install.py": [
		("\tfrom frappe.tests.utils.generators import _clear_test_log\n\n\t_clear_test_log()\n", ""),
		('frappe.get_hooks()["app_title"][0]', 'frappe.get_hooks(app_name=app_name)["app_title"][0]'),
	],
	"utils/logger.py": [
		(
			'os.path.join("..", "logs", logfile)',
			'os.path.join(frappe.utils.get_bench_path(), "logs", logfile)',
		),
		('os.path.join(site, "logs", logfile)', 'frappe.get_site_path("logs", logfile)'),
	],
	"utils/scheduler.py": [("\t\tfrappe.init()\n", '\t\tfrappe.init(site or "")\n')],
}


def pinned_wheel() -> tuple[str, str]:
	"""The requirement ("name==version") and the sha256 of the wheel, from `wheel.txt`."""
	found = re.search(r"^(\S+==\S+) --hash=sha256:([0-9a-f]{64})$", WHEEL_PIN.read_text(), re.MULTILINE)
	if not found:
		raise DevbenchError(f"{WHEEL_PIN.name} pins no wheel.")
	return found[1], found[2]


def runtime_key() -> str:
	"""Changes when the wheel or our own part of the package changes."""
	return hash_of([pinned_wheel()[1]], [Path(__file__).resolve(), *source_files(RESTORED)])


def fetch_wheel() -> Path:
	"""The pinned wheel in the cache, downloaded by pip when it is not there.

	Raises DevbenchError when it cannot be downloaded or is not the pinned file.
	"""
	requirement, sha256 = pinned_wheel()
	folder = CACHE / "wheels"
	pattern = requirement.replace("==", "-") + "-*.whl"
	if not any(folder.glob(pattern)):
		say(f"downloading {requirement}")
		command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
		command += ["--only-binary", ":all:", "--requirement", WHEEL_PIN, "--dest", folder]
		run(f"downloading {requirement}", command, log=STATE / "logs" / "wheel.log")
	wheel = next(folder.glob(pattern))
	if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
		raise DevbenchError(f"{wheel} is not the pinned wheel: remove it and start again.")
	return wheel


def build_runtime() -> Path:
	"""The folder with the `frappe` package, built when it is not in the cache yet. To be put on PYTHONPATH.

	Raises DevbenchError when the wheel is missing or a fix no longer fits it.
	"""

	def build(folder: Path) -> None:
		write_package(fetch_wheel(), folder)

	return template("runtime", runtime_key(), build, "building the Frappe runtime (once)")


def write_package(wheel: Path, folder: Path) -> None:
	"""Write `folder/frappe` from the wheel, with the fixes and with what is under `restored/`."""
	with zipfile.ZipFile(wheel) as archive:
		for name in archive.namelist():
			if name.startswith("monoframe/") and not name.endswith("/") and not LEFT_OUT.search(name):
				target = folder / name.replace("monoframe", "frappe")
				target.parent.mkdir(parents=True, exist_ok=True)
				target.write_bytes(renamed(name, archive.read(name)))
	apply_fixes(folder / "frappe")
	restore(folder / "frappe")


def renamed(name: str, content: bytes) -> bytes:
	"""The file's content with Frappe's own name in it."""
	if not name.endswith(TEXT_FILES):
		return content
	for case in (str.lower, str.capitalize, str.upper):
		content = content.replace(case("monoframe").encode(), case("frappe").encode())
	return content


def apply_fixes(package: Path) -> None:
	"""Apply FIXES; raise DevbenchError when one does not fit."""
	for name, fixes in FIXES.items():
		text = (package / name).read_text()
		for old, new in fixes:
			if old not in text:
				raise DevbenchError(
					f"A fix of frappe/{name} does not fit the wheel: {old.strip()!r} is not in it."
				)
			text = text.replace(old, new)
		(package / name).write_text(text)


def restore(package: Path) -> None:
	"""Bring everything under `restored/` into the package."""
	for path in sorted((RESTORED / "frappe").rglob("*.py")):
		target = package / path.relative_to(RESTORED / "frappe")
		if target.exists():
			target.write_text(merged(target.read_text(), path.read_text()))
		else:
			target.parent.mkdir(parents=True, exist_ok=True)
			shutil.copyfile(path, target)


def merged(text: str, ours: str) -> str:
	"""Replace the definitions of `text` by ours of the same name, and add the rest of ours at its end."""
	lines = text.splitlines(keepends=True)
	definitions = {name: span for name, span in spans(text)}
	our_lines = ours.splitlines(keepends=True)
	added = list(our_lines)
	replacements = []
	for name, (start, end) in spans(ours):
		if name in definitions:
			replacements.append((*definitions[name], our_lines[start:end]))
			added[start:end] = [""] * (end - start)
	for start, end, new in sorted(replacements, reverse=True):
		lines[start:end] = new
	tail = [line for line in added if not line.startswith("from __future__")]
	return "".join(lines).rstrip() + "\n\n\n" + "".join(tail).strip() + "\n"


def spans(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
	"""Yield name and lines (from, to) of each function and class at the top level."""
	for node in ast.parse(text).body:
		if isinstance(node, ast.FunctionDef | ast.ClassDef):
			start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
			yield node.name, (start - 1, node.end_lineno or node.lineno)


def python_path(*folders: os.PathLike | str) -> str:
	"""PYTHONPATH with these folders in front of those already in it."""
	return os.pathsep.join([*map(os.fspath, folders), *filter(None, [os.environ.get("PYTHONPATH")])])


if __name__ == "__main__":
	say(f"Frappe is in {build_runtime()}")
