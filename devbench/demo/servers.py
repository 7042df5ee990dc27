"""The servers that the demo needs, and the process that keeps them running with KEEP=1."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devbench import CACHE, ROOT, STATE
from devbench.demo.context import reporting_progress, write
from devbench.mail_server import MailServer
from devbench.medusa import postgres
from devbench.medusa.generations import Generation, PluginOptions
from devbench.medusa.projects import Project
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import DevbenchError, Program, ends_with_starter, outlive_starter, say
from devbench.running_site import update_json
from devbench.site import Bench
from devbench.storefront.server import Storefront

RIGHT, WRONG = b"1", b"0"


@dataclass(frozen=True, slots=True)
class Servers:
	"""The running site at `url` and the running Medusa, whose version is `medusa_version`."""

	bench: Bench
	url: str
	medusa: MedusaServer | Simulator
	medusa_version: str
	mail_server: MailServer

	def start_scheduler(self) -> Program:
		"""Start the scheduler."""
		return self.bench.launch("scheduler", "-m", "devbench.scheduler", self.bench.site)


@contextlib.contextmanager
def servers(generation: Generation, *, simulated: bool = False) -> Iterator[Servers]:
	"""Start everything, and stop it on leaving. Raises DevbenchError when something is missing."""
	with contextlib.ExitStack() as stack:
		with reporting_progress():
			real = False
			if not simulated:
				with site_built_meanwhile():
					real = medusa_can_be_had(generation)
			bench = stack.enter_context(Bench())
			url = bench.serve()
			if not real:
				medusa = stack.enter_context(Simulator(generation))
				version, wait = f"simulator of {medusa.version}", None
			else:
				# its plugin has to know the site; Medusa starts slowly: the rest starts at the same time
				medusa = MedusaServer(generation, plugin=PluginOptions(erpnext_url=url))
				stack.callback(medusa.close)
				say(f"starting Medusa {medusa.version}")
				medusa.launch()
				version, wait = medusa.version, medusa.wait
			# what goes to Medusa has to name the site as it can be reached
			update_json(bench.sites_path / bench.site / "site_config.json", host_name=url)
			bench.worker()
			mail_server = stack.enter_context(MailServer())
			if wait:
				wait()
		say(f"the site is at {url}, a worker listens, Medusa {version} is at {medusa.url}")
		yield Servers(bench, url, medusa, version, mail_server)


def medusa_can_be_had(generation: Generation) -> bool:
	"""Install Medusa's packages and PostgreSQL; return whether that worked, and report the reason if not."""
	try:
		for name in ("initdb", "postgres"):
			postgres.program(name)
		Project(generation).prepare()
	except DevbenchError as error:
		say(f"Medusa cannot be installed here, so the simulator is used instead: {error}")
		return False
	return True


@contextlib.contextmanager
def site_built_meanwhile() -> Iterator[None]:
	"""Build the site's template in another process while npm installs Medusa, at the first start.

	Whatever needs the template waits for it. If that process fails, the template is built where it is needed.
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


def run_in_background(arguments: Sequence[str]) -> int:
	"""Run the demo in a process that stays, and wait until the steps are done.

	An interrupt ends that process too.

	Args:
		arguments: the command line of the demo, without --keep.

	Returns:
		The exit code of the demo.
	"""
	reading, writing = os.pipe()
	command = [sys.executable, "-m", "devbench.demo", *arguments, "--report-to", str(writing)]
	process = subprocess.Popen(
		command,
		stdin=subprocess.DEVNULL,
		pass_fds=[writing],
		start_new_session=True,
		preexec_fn=ends_with_starter(),
	)
	os.close(writing)
	try:
		# nothing is written if the process ended before the steps were done
		answer = os.read(reading, 1)
		return process.wait() if not answer else int(answer != RIGHT)
	except BaseException:
		process.terminate()
		process.wait()
		raise
	finally:
		os.close(reading)


def describe_access(running: Servers, shop: Storefront | None) -> None:
	"""Start the scheduler, and write how to reach site, Medusa and the shop's page."""
	running.start_scheduler()
	medusa = running.medusa
	write("Everything keeps running, with a worker and the scheduler. `make down` stops it.")
	write(
		f"   site    {running.url}/api   Administrator, {running.bench.admin_password} (it has no pages of Desk)"
	)
	write(f"   Medusa  {medusa.url}   {medusa.email}, {medusa.password}")
	if shop:
		write(f"   shop    {shop.url}")


def wait_for_signal(report_to: int, right: bool) -> None:
	"""Report the result to the starter, then keep running until a signal ends the process.

	Args:
		report_to: file descriptor that the starter reads from.
		right: whether everything was right.
	"""
	outlive_starter()
	_log_to_file()
	os.write(report_to, RIGHT if right else WRONG)
	os.close(report_to)
	signal.pause()


def _log_to_file() -> None:
	"""Redirect the output to a file, because a reader of the command's output waits for its end."""
	log = STATE / "logs" / "demo.log"
	log.parent.mkdir(parents=True, exist_ok=True)
	with log.open("ab") as file:
		for stream in (sys.stdout, sys.stderr):
			stream.flush()
			os.dup2(file.fileno(), stream.fileno())
