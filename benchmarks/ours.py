"""The app's own way: what is done on the site, each step in a process of its own, as a worker would do it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from devbench import ROOT
from devbench.medusa.servers import MedusaServer
from devbench.processes import DevbenchError
from devbench.running_site import start_python
from devbench.site import Bench

MARK = "answer: "


@dataclass(frozen=True, slots=True)
class Drained:
	"""The costs of sending everything.

	Attributes:
		statements: number of SQL statements.
		requests: number of requests to Medusa.
		idle_mb: memory before the import of the app, in MB.
		peak_mb: highest memory, in MB.
	"""

	seconds: float
	states: dict[str, int]
	statements: int
	requests: int
	idle_mb: float
	peak_mb: float


class Ours:
	"""The app on devbench's site, connected to one Medusa server."""

	def __init__(self, bench: Bench, medusa: MedusaServer) -> None:
		self.bench = bench
		self.collection_id = self._on_site("connect_to_medusa", medusa.url, medusa.email, medusa.password)

	def record(self, series: str, count: int) -> None:
		"""Save the documents of a series and record that Medusa has to hear of them."""
		self._on_site("record", series, count)

	def drain(self, count: int) -> Drained:
		"""Send what was recorded; raises DevbenchError unless every task ends in Synced."""
		drained = Drained(**self._on_site("drain"))
		if drained.states != {"Synced": count}:
			raise DevbenchError(f"The drain of {count} tasks left them as {drained.states}.")
		return drained

	def at_night(self, function: str, *arguments: object):
		"""Have a function of `night_on_site` run on the site; answer what it answers."""
		return self._on_site(function, *arguments, module="night_on_site")

	def _on_site(self, function: str, *arguments: object, module: str = "on_site"):
		return answer_of(self.bench.python, module, function, *arguments)


def answer_of(python: Callable[[str], Popen[str]], module: str, function: str, *arguments: object):
	"""Run a function of the benchmarks in a process that `python` starts on a site, and return its result."""
	code = f"import json\nfrom benchmarks import {module}\nanswer = {module}.{function}(*{arguments!r})\n"
	process = python(f"{code}print({MARK!r} + json.dumps(answer))")
	output, _ = process.communicate()
	if process.returncode:
		raise DevbenchError(f"{function} failed on the site: {output[-2000:]}")
	return json.loads(output.rpartition(MARK)[2])


def python_on(site: str) -> Callable[[str], Popen[str]]:
	"""Return what starts Python code on a site of the bench whose sites are in SITES_PATH."""
	sites_path = Path(os.environ.get("SITES_PATH") or Path.cwd()).resolve()
	path = os.pathsep.join(one for one in (os.environ.get("PYTHONPATH"), str(ROOT)) if one)
	return lambda code: start_python(code, site, sites_path, {**os.environ, "PYTHONPATH": path})
