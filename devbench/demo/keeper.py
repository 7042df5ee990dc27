"""KEEP=1: a process that plays the demo and then stays, holding site and Medusa,
until `make down` ends it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from devbench import STATE
from devbench.demo.stage import Stage
from devbench.demo.telling import tell
from devbench.processes import ends_with_starter, outlive_starter

RIGHT, WRONG = b"1", b"0"


def play_in_a_keeper(arguments: Sequence[str]) -> int:
	"""Start the keeper and wait until it has played; answers the exit code.

	Interrupting ends the keeper too.
	"""
	reading, writing = os.pipe()
	command = [sys.executable, "-m", "devbench.demo", *arguments, "--tell-when-played", str(writing)]
	keeper = subprocess.Popen(
		command,
		stdin=subprocess.DEVNULL,
		pass_fds=[writing],
		start_new_session=True,
		preexec_fn=ends_with_starter(),
	)
	os.close(writing)
	try:
		# nothing comes when the keeper has ended before it could stay
		answer = os.read(reading, 1)
		return keeper.wait() if not answer else int(answer != RIGHT)
	except BaseException:
		keeper.terminate()
		keeper.wait()
		raise
	finally:
		os.close(reading)


def invite(running: Stage) -> None:
	"""Let the scheduler tick, and tell how to reach everything."""
	running.start_scheduler()
	medusa = running.medusa
	tell("Everything stays up, with a worker and the scheduler. `make down` stops it.")
	tell(
		f"   site    {running.url}/api   Administrator, {running.bench.admin_password} (it has no pages of the desk)"
	)
	tell(f"   Medusa  {medusa.url}   {medusa.email}, {medusa.password}")


def stay(played: int, right: bool) -> None:
	"""Let the starter go, and stay until a signal comes."""
	outlive_starter()
	_leave_the_screen()
	os.write(played, RIGHT if right else WRONG)
	os.close(played)
	signal.pause()


def _leave_the_screen() -> None:
	"""From now on what is said goes to a file: whoever reads the command's output waits for its end."""
	log = STATE / "logs" / "demo.log"
	log.parent.mkdir(parents=True, exist_ok=True)
	with log.open("ab") as file:
		for stream in (sys.stdout, sys.stderr):
			stream.flush()
			os.dup2(file.fileno(), stream.fileno())
