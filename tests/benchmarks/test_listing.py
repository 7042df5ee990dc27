"""What is demanded of the lists of the shop, and when it does not hold."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.listing import SIZES, Costs, ListingFigures
from benchmarks.visitors import Load, load
from devbench.serving import serving


def figures(
	*,
	statements: int = 5,
	more: int = 0,
	grown: float = 1.0,
	grown_cold: float = 1.0,
	plain: float = 200.0,
	errors: int = 0,
) -> ListingFigures:
	"""A page of 10 ms at every size, but for what is said otherwise of the largest catalogue."""
	found = ListingFigures(plain={"page": [(61, 60.0)], "facets": [(1061, plain)]})
	for size in SIZES:
		is_large = size == max(SIZES)
		warm = (statements + more * is_large, 10.0 * (grown if is_large else 1))
		cold = (10, 50.0 * (grown_cold if is_large else 1))
		found.costs[size] = Costs(cold=[cold], warm=[warm], database=[(9, 500.0 if is_large else 50.0)])
		found.index_seconds[size] = found.catalogue_seconds[size] = 1.0
	found.load = Load(50, 100.0, 400.0, errors)
	return found


def test_these_hold():
	assert all(bound.holds for bound in figures().bounds())


@pytest.mark.parametrize(
	"worse",
	[
		{"statements": 13},
		{"more": 1},
		{"grown": 2.1},
		{"grown_cold": 2.1},
		{"plain": 99.0},
		{"errors": 1},
	],
)
def test_these_do_not(worse):
	assert [bound.holds for bound in figures(**worse).bounds()].count(False) == 1


def test_everything_is_told():
	found = figures()
	for state in ("warm cache", "cold, a product was saved", "cold, no catalogue is stored"):
		assert all(f"{size:,} Website Items, {state}" in found.table() for size in SIZES)
	assert len(found.as_json()["bounds"]) == 15


@pytest.mark.parametrize(
	("body", "status", "is_fine"), [("1", 200, True), ("0", 200, False), ("1", 500, False)]
)
def test_callers_tell_errors(body, status, is_fine):
	"""Also an answer without a product is one: the pages are chosen so that each has some."""

	class Handler(BaseHTTPRequestHandler):
		def do_POST(self):
			self.rfile.read(int(self.headers["Content-Length"]))
			answer = b'{"message": {"product_count": %s}}' % body.encode()
			self.send_response(status)
			self.send_header("Content-Length", str(len(answer)))
			self.end_headers()
			self.wfile.write(answer)

		def log_message(self, *_arguments):
			pass

	server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
	with serving(server):
		found = load(f"http://127.0.0.1:{server.server_port}", callers=3, seconds=0.3)
	assert found.callers == 3
	assert found.requests_a_second > 0
	assert (found.errors == 0) is is_fine
