"""What has to be running for the demo: a site with its web server and a worker, a Medusa, a mail server."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from devbench import CACHE, ROOT, STATE
from devbench.demo.telling import beating
from devbench.mail_server import MailServer
from devbench.medusa import postgres
from devbench.medusa.projects import Generation, Project
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import DevbenchError, Program, say
from devbench.running_site import update_json
from devbench.site import Bench


@dataclass(frozen=True, slots=True)
class Stage:
	"""The site, which answers at `url`, and the server; `medusa_version` is what the server runs."""

	bench: Bench
	url: str
	medusa: MedusaServer | Simulator
	medusa_version: str
	mail_server: MailServer

	def start_scheduler(self) -> Program:
		"""Let the scheduler tick from now on."""
		return self.bench.launch("scheduler", "-m", "devbench.scheduler", self.bench.site)


@contextlib.contextmanager
def stage(generation: Generation, *, simulated: bool = False) -> Iterator[Stage]:
	"""Everything up and running; stopped on leaving. Raises DevbenchError when something is missing."""
	with contextlib.ExitStack() as stack:
		with beating():
			real = False
			if not simulated:
				with site_built_meanwhile():
					real = medusa_can_be_had(generation)
			if not real:
				medusa = stack.enter_context(Simulator(generation))
				version, wait = f"simulator of {medusa.version}", None
			else:
				# it takes a while to boot: the site starts meanwhile
				medusa = MedusaServer(generation)
				stack.callback(medusa.close)
				say(f"starting Medusa {medusa.version}")
				medusa.launch()
				version, wait = medusa.version, medusa.wait
			bench = stack.enter_context(Bench())
			url = bench.serve()
			# what goes to Medusa has to name the site as it can be reached
			update_json(bench.sites_path / bench.site / "site_config.json", host_name=url)
			bench.worker()
			mail_server = stack.enter_context(MailServer())
			if wait:
				wait()
		say(f"the site is at {url}, a worker listens, Medusa {version} is at {medusa.url}")
		yield Stage(bench, url, medusa, version, mail_server)


def medusa_can_be_had(generation: Generation) -> bool:
	"""Whether Medusa's packages and PostgreSQL are here, after installing them; says so when they are not."""
	try:
		for name in ("initdb", "postgres"):
			postgres.program(name)
		Project(generation).prepare()
	except DevbenchError as error:
		say(f"Medusa itself cannot be had here, so that a simulator stands in for it: {error}")
		return False
	return True


@contextlib.contextmanager
def site_built_meanwhile() -> Iterator[None]:
	"""At the very first start, have another process build the site's template while npm installs Medusa.

	Whoever needs the template waits for it; should that process fail, it is built there,
	with the reason told.
	"""
	if any(CACHE.glob("app-*")):
		yield
		return
	code = "from devbench.site import app_template; app_template()"
	builder = Program("the site", [sys.executable, "-c", code], log=STATE / "logs" / "site.log", cwd=ROOT)
	say("building the site meanwhile (once)")
	try:
		yield
		builder.process.wait()
	finally:
		builder.stop()
