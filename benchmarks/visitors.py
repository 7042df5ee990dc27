"""What visitors of the shop ask for, and many of them at once."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles

import requests

from devbench.processes import say

# what visitors ask for; each page has its facets
PAGES = (
	{"url": "/"},
	{"url": "/", "page": 7, "sort_order": "desc"},
	{"url": "products/group-7", "brand": "Brand 11"},
	{"url": "/", "colour": ["colour d", "colour e"], "shape": "shape b"},
	{"url": "/", "search": "item 77", "availability": 1},
	{"url": "/", "min_price": 5, "max_price": 20},
)


@dataclass(frozen=True, slots=True)
class Load:
	"""What many callers at once have got: requests a second, milliseconds of the 95th percentile, errors."""

	callers: int
	requests_a_second: float
	percentile_95: float
	errors: int


def seconds_of_all(work: Callable[[int], None], callers: int) -> float:
	"""Have so many threads work at once, each with its number; returns the seconds until all have ended."""
	threads = [threading.Thread(target=work, args=(number,)) for number in range(callers)]
	started = time.perf_counter()
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	return time.perf_counter() - started


def load(server: str, callers: int, seconds: float) -> Load:
	"""Have so many visitors turn pages at once, each at least one.

	Args:
		server: base URL of the site.
		callers: how many, each with a connection of its own.
		seconds: how long.
	"""
	url = f"{server}/api/method/medusa_integration.api.get_website_items"
	times: list[float] = []
	errors: list[str] = []
	end = time.perf_counter() + seconds

	def visit(number: int) -> None:
		with requests.Session() as session:
			for turn in itertools.count(number):
				started = time.perf_counter()
				page = {**PAGES[turn % len(PAGES)], "page": 1 + turn // len(PAGES) % 3}
				try:
					answer = session.post(url, json=page, timeout=300)
					if answer.status_code != 200 or not answer.json()["message"]["product_count"]:
						errors.append(answer.text[:200])
				except requests.RequestException as error:
					errors.append(str(error))
				times.append((time.perf_counter() - started) * 1000)
				if time.perf_counter() > end:
					return

	taken = seconds_of_all(visit, callers)
	if errors:
		say(f"{len(errors)} errors, the first: {errors[0]}")
	return Load(callers, len(times) / taken, quantiles(times, n=20)[-1], len(errors))
