"""python -m devbench.worker --queue short,default,long: run Frappe's worker in the folder of the sites."""

from __future__ import annotations

import argparse


def main() -> None:
	"""Work until the process is stopped, or with --burst until the queues are empty."""
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--queue", default="short,default,long", help="the queues, in this order")
	parser.add_argument("--burst", action="store_true", help="end when the queues are empty")
	options = parser.parse_args()

	from frappe.utils.background_jobs import start_worker

	start_worker(queue=options.queue, burst=options.burst)


if __name__ == "__main__":
	main()
