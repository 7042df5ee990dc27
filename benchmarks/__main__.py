"""python -m benchmarks [v2] [v1]: measure, print a table and a line of JSON; ends with 1 if a bound does not hold."""

from __future__ import annotations

import argparse
import json
import os

from benchmarks.contest import measure
from benchmarks.figures import table
from devbench.processes import DevbenchError, say, stopping_on_signals

GENERATIONS = ("v2", "v1")


def main() -> int:
	"""Measure what was asked for; answer the exit code."""
	parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition(": ")[2])
	parser.add_argument("generations", nargs="*", metavar="v1 v2", help="which Medusa; both when left out")
	wanted = parser.parse_args().generations or GENERATIONS
	if unknown := set(wanted) - set(GENERATIONS):
		parser.error(f"there is no Medusa {unknown.pop()}")
	load = os.getloadavg()[0]
	if load > 1:
		say(f"this machine is busy (load {load:.1f}): what is measured now will scatter")
	with stopping_on_signals():
		figures = [measure(generation) for generation in wanted]
	print(table(figures), end="\n\n")
	machine = {"cores": os.cpu_count(), "load_before": load, "load_after": os.getloadavg()[0]}
	print(json.dumps({"machine": machine, "figures": [one.as_json() for one in figures]}))
	return 0 if all(bound.holds for one in figures for bound in one.bounds()) else 1


if __name__ == "__main__":
	try:
		raise SystemExit(main())
	except DevbenchError as error:
		raise SystemExit(str(error)) from error
	except KeyboardInterrupt:
		raise SystemExit("stopped") from None
