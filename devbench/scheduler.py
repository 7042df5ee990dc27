"""python -m devbench.scheduler SITE [SECONDS]: enqueue due jobs every minute, as a bench does."""

from __future__ import annotations

import sys
import time


def main(site: str, seconds: str = "60") -> None:
	"""Tick until the process is stopped."""
	from frappe.utils.scheduler import enqueue_events_for_site

	while True:
		enqueue_events_for_site(site)
		time.sleep(float(seconds))


if __name__ == "__main__":
	main(*sys.argv[1:])
