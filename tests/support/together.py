"""The same work in two processes at the same moment, as two web workers do it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.site_process import SiteProcess

PROCESSES = 2
PROGRAM = """
import importlib, json, sys, time
from pathlib import Path

def meet(number):
	frappe.db.commit()
	# what the others commit from here on is not in this transaction's view, as if both had begun together
	frappe.db.get_value("User", "Administrator", "name")
	(folder / f"{number}-{me}").touch()
	deadline = time.monotonic() + 300
	while len(list(folder.glob(f"{number}-*"))) < processes:
		if time.monotonic() > deadline:
			sys.exit("the other process did not come")
		time.sleep(0.0005)

def outcome(function, arguments):
	# as within a request, which is one transaction: committed, or rolled back after an error
	made = getattr(function, "endpoint", None)
	try:
		if made and made.repeats:
			answer = {"answer": made.perform(made.read((), arguments))}
		else:
			answer = {"answer": function(**arguments)}
	except Exception as error:
		frappe.db.rollback()
		return {"error": type(error).__name__, "text": str(error)}
	frappe.db.commit()
	return answer

folder = Path(folder)
# not by Frappe's get_attr: on a bench it takes functions of installed apps only, and the tests are none
module, name = path.rsplit(".", 1)
function = getattr(importlib.import_module(module), name)
for number, arguments in enumerate(calls):
	meet(number)
	print("=>", json.dumps(outcome(function, arguments)))
"""

Together = Callable[..., list[list[dict[str, Any]]]]


@pytest.fixture
def together(run_on_site: Callable[[str], SiteProcess]) -> Iterator[Together]:
	"""`together(path, *calls)` calls the function at that path with each of these arguments,
	in two processes.

	They meet before each call with a view of the database from before it. If `calls` are pairs, each process
	has its own arguments. Returns of each call what came of it in either process: `{"answer"}`, or
	`{"error": class, "text"}`.
	"""
	with tempfile.TemporaryDirectory() as folder:

		def start(path: str, *calls: Any) -> list[list[dict[str, Any]]]:
			pairs = [call if isinstance(call, tuple) else (call,) * PROCESSES for call in calls]
			meeting = tempfile.mkdtemp(dir=folder)
			processes = []
			for me in range(PROCESSES):
				values = {
					"me": me,
					"processes": PROCESSES,
					"folder": meeting,
					"path": path,
					"calls": [pair[me] for pair in pairs],
				}
				given = "".join(f"{name} = {value!r}\n" for name, value in values.items())
				processes.append(run_on_site(given + PROGRAM))
			outcomes = []
			for process in processes:
				said, _ = process.communicate(timeout=600)
				assert process.returncode == 0, said
				lines = [line for line in said.splitlines() if line.startswith("=> ")]
				outcomes.append([json.loads(line[3:]) for line in lines])
			together = [list(pair) for pair in zip(*outcomes, strict=True)]
			assert len(together) == len(calls)
			return together

		yield start
