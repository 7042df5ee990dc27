"""python -m devbench.demo [--medusa v1|v2] [--keep] [--simulator]: a shop on its way to Medusa,
told as it goes.

The story and, as its last line, one JSON object go to stdout, progress to stderr. The exit code is 0 only
when everything was read back from Medusa and was right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from devbench.demo.desk import Desk
from devbench.demo.keeper import invite, play_in_a_keeper, stay
from devbench.demo.stage import Stage, stage
from devbench.demo.storeroom import Storeroom
from devbench.demo.story import Story
from devbench.demo.telling import tell
from devbench.demo.window import Window
from devbench.processes import DevbenchError, say, stopping_on_signals


def main(arguments: Sequence[str]) -> int:
	"""Run the demo; answers the exit code."""
	options = _options(arguments)
	try:
		with stopping_on_signals():
			if options.keep:
				return play_in_a_keeper([argument for argument in arguments if argument != "--keep"])
			with stage(options.medusa, simulated=options.simulator) as running:
				return perform(running, options.tell_when_played)
	except DevbenchError as error:
		say(str(error))
	except KeyboardInterrupt:
		say("interrupted, and everything is stopped")
	return 1


def perform(running: Stage, played: int | None) -> int:
	"""Tell the whole story, last of all the JSON line; a keeper, which has somebody to tell,
	stays after it.
	"""
	medusa = running.medusa
	desk = Desk(running.url, "Administrator", running.bench.admin_password)
	window = Window(medusa.url, medusa.generation, medusa.email, medusa.password, medusa.publishable_key)
	result = Story(desk, window, medusa, Storeroom(running.bench), running.mail_server).run()
	if played is not None:
		invite(running)
	tell("`seconds` is the time from the first step to the last count, without the starting up.")
	tell(json.dumps({"medusa": running.medusa_version, **result}))
	if played is not None:
		stay(played, result["ok"])
	return 0 if result["ok"] else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="python -m devbench.demo", description=__doc__.partition("\n")[0])
	parser.add_argument("--medusa", choices=("v1", "v2"), default="v2", help="the generation of Medusa")
	parser.add_argument("--keep", action="store_true", help="leave everything running until make down")
	parser.add_argument("--simulator", action="store_true", help="the simulator instead of a real Medusa")
	parser.add_argument("--tell-when-played", type=int, help=argparse.SUPPRESS)
	return parser.parse_args(arguments)


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
