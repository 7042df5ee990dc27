"""python -m benchmarks [what ...]: measure, print a table and a line of JSON.

The exit code is 1 if a bound does not hold.
"""

from __future__ import annotations

import argparse
import json
import os

from benchmarks.contest import measure
from benchmarks.figures import table, table_of_bounds
from benchmarks.front_page import measure_front_page
from benchmarks.listing import measure_listing
from benchmarks.orders import measure_orders
from benchmarks.selling import measure_selling
from devbench.processes import DevbenchError, say, stopping_on_signals

GENERATIONS = ("v2", "v1")
SELLING = "selling"
ORDERS = "orders"
FRONT_PAGE = "front_page"
LISTING = "listing"


def main() -> int:
	"""Measure what was asked for; answer the exit code."""
	wanted, site = _arguments()
	load = os.getloadavg()[0]
	if load > 1:
		say(f"this machine is busy (load {load:.1f}): what is measured now will scatter")
	with stopping_on_signals():
		selling = measure_selling(site) if SELLING in wanted else None
		orders = measure_orders(site) if ORDERS in wanted else None
		front_page = measure_front_page(site) if FRONT_PAGE in wanted else None
		listing = measure_listing() if LISTING in wanted else None
		figures = [measure(generation) for generation in wanted if generation in GENERATIONS]
	of_shop = [one for one in (selling, orders, front_page, listing) if one]
	measured = [*of_shop, *figures]
	tables = [*(one.table() for one in of_shop), *([table(figures)] if figures else [])]
	bounds = [bound for one in measured for bound in one.bounds()]
	print(*tables, table_of_bounds(bounds), sep="\n\n", end="\n\n")
	machine = {"cores": os.cpu_count(), "load_before": load, "load_after": os.getloadavg()[0]}
	print(json.dumps({"machine": machine, "figures": [one.as_json() for one in measured]}))
	return 0 if all(bound.holds for bound in bounds) else 1


def _arguments() -> tuple[list[str], str | None]:
	"""What is to be measured, and the site of a real bench where it is not devbench's."""
	parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition(": ")[2])
	parser.add_argument(
		"wanted",
		nargs="*",
		metavar="v1 v2 selling orders front_page listing",
		help="what to measure; all when left out",
	)
	parser.add_argument(
		"--site",
		help="a site for tests on a real bench (folder in SITES_PATH), for selling, orders and front_page; what is made there stays",
	)
	arguments = parser.parse_args()
	everything = (SELLING, ORDERS, FRONT_PAGE, LISTING, *GENERATIONS)
	wanted = (
		arguments.wanted or [SELLING, ORDERS, FRONT_PAGE]
		if arguments.site
		else arguments.wanted or list(everything)
	)
	if unknown := set(wanted) - set(everything):
		parser.error(f"there is nothing like {unknown.pop()} to be measured")
	return wanted, arguments.site


if __name__ == "__main__":
	try:
		raise SystemExit(main())
	except DevbenchError as error:
		raise SystemExit(str(error)) from error
	except KeyboardInterrupt:
		raise SystemExit("stopped") from None
