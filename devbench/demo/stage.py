"""What has to be running for the demo: a site with its web server and a worker, and a Medusa beside it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from devbench.medusa import postgres
from devbench.medusa.projects import Project
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import DevbenchError, Program, say
from devbench.running_site import update_json
from devbench.site import Bench

BEAT = 10


@dataclass(frozen=True, slots=True)
class Stage:
	"""The site, which answers at `url`, and the server; `medusa_version` is what the server runs."""

	bench: Bench
	url: str
	medusa: MedusaServer | Simulator
	medusa_version: str

	def start_scheduler(self) -> Program:
		"""Let the scheduler tick from now on."""
		return self.bench.launch("scheduler", "-m", "devbench.scheduler", self.bench.site)


@contextlib.contextmanager
def stage(generation: Literal["v1", "v2"], *, simulated: bool = False) -> Iterator[Stage]:
	"""Everything up and running; stopped on leaving. Raises DevbenchError when something is missing."""
	with contextlib.ExitStack() as stack:
		with beating():
			real = not simulated and medusa_can_be_had(generation)
			bench = stack.enter_context(Bench())
			url = bench.serve()
			# what goes to Medusa has to name the site as it can be reached
			update_json(bench.sites_path / bench.site / "site_config.json", host_name=url)
			bench.worker()
			if real:
				say(f"starting Medusa {generation}")
			medusa = stack.enter_context((MedusaServer if real else Simulator)(generation))
		version = medusa.version if real else f"simulator of {medusa.version}"
		say(f"the site is at {url}, a worker listens, Medusa {version} is at {medusa.url}")
		yield Stage(bench, url, medusa, version)


def medusa_can_be_had(generation: Literal["v1", "v2"]) -> bool:
	"""Whether Medusa's packages and PostgreSQL are here, after installing them; says so when they are not."""
	try:
		Project(generation).prepare()
		for name in ("initdb", "postgres"):
			postgres.program(name)
	except DevbenchError as error:
		say(f"Medusa itself cannot be had here, so that a simulator stands in for it: {error}")
		return False
	return True


@contextlib.contextmanager
def beating() -> Iterator[None]:
	"""Inside, the screen says every few seconds that the last thing said is still going on."""
	done = threading.Event()

	def beat() -> None:
		while not done.wait(BEAT):
			say("...")

	thread = threading.Thread(target=beat, daemon=True)
	thread.start()
	try:
		yield
	finally:
		done.set()
		thread.join()
