"""`make demo`, against the simulator: what it reports, that it stays when told to,
and that it finds what is wrong.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from devbench import ROOT, RUNS
from devbench.demo import servers
from devbench.demo.__main__ import Demo
from devbench.demo.articles import ARTICLES, GROUPS, Article
from devbench.demo.checks import differences
from devbench.demo.context import Context
from devbench.demo.customer_steps import CustomerSteps
from devbench.demo.medusa_reader import MedusaProduct
from devbench.demo.site_documents import pictures_of
from devbench.medusa.projects import Project
from devbench.medusa.simulator import VERSIONS
from devbench.processes import DevbenchError
from tests.devbench.test_demo_records import ARTICLE, OFFERED, ORDER

TIMEOUT = 1800


def play(*options: str) -> subprocess.CompletedProcess[str]:
	command = [sys.executable, "-m", "devbench.demo", "--simulator", *options]
	return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT)


def last_line(done: subprocess.CompletedProcess[str]) -> dict:
	return json.loads(done.stdout.splitlines()[-1])


def is_as_reported(done: subprocess.CompletedProcess[str], generation: str) -> None:
	assert done.returncode == 0, done.stdout + done.stderr
	report = last_line(done)
	assert list(report) == [
		*("medusa", "website_items", "products_in_medusa", "sales_orders", "requests", "seconds", "ok"),
	]
	assert report["requests"] > 10 and report["seconds"] > 0
	assert {**report, "requests": 0, "seconds": 0} == {
		"medusa": f"simulator of {VERSIONS[generation]}",
		"website_items": 25,
		"products_in_medusa": 24,
		"sales_orders": 3,
		"requests": 0,
		"seconds": 0,
		"ok": True,
	}


def has_the_order_of_the_visitor(done: subprocess.CompletedProcess[str]) -> None:
	"""3 of 4.25, 1.5 for shipping and 10 percent are 15.675; one of them with its tax is 4.675."""
	shown = done.stdout.partition("A visitor buys ")[2]
	assert "over 15.675 OMR. By polling, ERPNext has " in shown
	assert "Delivery Charges - BST 1.5" in shown and "VAT - BST 1.425" in shown
	assert re.findall(r"(?:Receive|Pay), .*$", shown, re.MULTILINE) == [
		"Receive, 15.675 OMR, Card",
		"Pay, 4.675 OMR, Card",
	]
	assert re.findall(r"(\S+) OMR, 0 outstanding$", shown, re.MULTILINE) == ["15.675", "-4.675"]
	assert re.findall(r"record: “([\w ]+)”, “(\w+)”, 15.675 OMR$", shown, re.MULTILINE) == [
		("To Deliver and Bill", "Unpaid"),
		("To Deliver", "Paid"),
		("Completed", "Paid"),
	]
	assert "1 shipped fulfillment with OM123456789." in shown
	assert re.findall(r"^     (\d+) are available in Medusa$", shown, re.MULTILINE) == ["22", "22", "23"]


@pytest.mark.long
@pytest.mark.usefixtures("only_without_a_bench")
def test_demo_on_v1():
	"""All steps come in order, nothing is wrong, and the last line says so."""
	done = play("--medusa", "v1")
	is_as_reported(done, "v1")
	assert re.findall(r"^(\d+)\.", done.stdout, re.MULTILINE) == [str(number) for number in range(1, 21)]
	assert "!" not in done.stdout
	assert "Retrying" in done.stdout
	assert [
		"“To Deliver and Bill”, “Unpaid”",
		*["“To Deliver”, “Unpaid”"] * 2,
		"“Completed”, “Unpaid”",
		"“Completed”, “Partly Paid”",
		"“Completed”, “Paid”",
	] == re.findall(r"^     [\w ]+: (“[\w ]+”, “[\w ]+”), 33\.0 OMR$", done.stdout, re.MULTILINE)
	assert "25 of 25 Website Items are saved" in done.stderr
	has_the_order_of_the_visitor(done)


@pytest.mark.long
@pytest.mark.usefixtures("only_without_a_bench")
def test_demo_on_v2_that_stays():
	"""With KEEP=1 the command returns, site, worker, scheduler and Medusa stay,
	and a signal ends them all.
	"""
	before = set(RUNS.glob("*/held"))
	done = play("--medusa", "v2", "--keep")
	process = None
	try:
		# other tests start runs too, at the same time, the demo on v1 among them
		(held,) = filter(_is_of_the_demo_on_v2, set(RUNS.glob("*/held")) - before)
		process = int(held.read_text())
		is_as_reported(done, "v2")
		has_the_order_of_the_visitor(done)
		assert "make down" in done.stdout
		site, medusa = re.findall(r"^ +(?:site|Medusa) +(http://127\.0\.0\.1:\d+)", done.stdout, re.MULTILINE)
		assert requests.get(f"{site}/api/method/ping", timeout=300).json() == {"message": "pong"}
		assert requests.get(f"{medusa}/admin/products", timeout=300).status_code == 401
		_wait_for(lambda: {"worker", "scheduler", "web"} <= _programs(process))
	finally:
		if process:
			os.kill(process, signal.SIGTERM)
	_wait_for(lambda: not held.parent.exists() and not _programs(process))
	with pytest.raises(requests.ConnectionError):
		requests.get(site, timeout=300)


def _is_of_the_demo_on_v2(held: Path) -> bool:
	"""Whether the process that holds this run is that demo's."""
	with contextlib.suppress(OSError):
		command = Path("/proc", held.read_text(), "cmdline").read_bytes().split(b"\0")
		return {b"devbench.demo", b"v2"} <= set(command)
	return False


def _programs(process: int) -> set[str]:
	"""Which of devbench's modules run as children of this process."""
	rows = subprocess.run(["ps", "-eo", "ppid=,args="], capture_output=True, text=True).stdout.splitlines()
	children = [row.split(None, 1)[1] for row in rows if int(row.split()[0]) == process]
	return {found[1] for child in children if (found := re.search(r"-m devbench\.(\w+)", child))}


def _wait_for(happened: Callable[[], bool], timeout: float = 300) -> None:
	deadline = time.monotonic() + timeout
	while not happened():
		assert time.monotonic() < deadline
		time.sleep(0.1)


def test_catalogue():
	"""25 articles in 4 groups, each code and barcode once, with every kind of picture among them."""
	assert (
		len(ARTICLES) == len({one.code for one in ARTICLES}) == len({one.barcode for one in ARTICLES}) == 25
	)
	assert {one.group for one in ARTICLES} == set(GROUPS) and len(GROUPS) == 4
	assert {one.picture for one in ARTICLES} == {"public", "private", "slideshow", ""}
	for article in ARTICLES:
		weighted = [int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(article.barcode)]
		assert len(weighted) == 13 and sum(weighted) % 10 == 0
		assert pictures_of(article) == pictures_of(article)


def shown(article: Article) -> MedusaProduct:
	"""The article as Medusa should show it."""
	variant = {"title": "Default", "sku": article.code, "barcode": article.barcode, "hs_code": article.tariff}
	variant |= {"weight": round(article.weight * 1000), "allow_backorder": article.backorder}
	return MedusaProduct(
		id="prod_1",
		title=article.name,
		status="published",
		collection=article.group,
		description=article.plain_description,
		country="JP",
		item_code=article.code,
		short_description=article.short,
		ranking=article.ranking,
		brand=article.brand,
		specifications=article.specifications,
		images=tuple(f"http://site/{number}.png" for number in range(len(pictures_of(article)))),
		variants=(variant,),
	)


def test_what_is_right_has_no_differences():
	assert differences(ARTICLE, shown(ARTICLE)) == []


@pytest.mark.parametrize(
	"wrong",
	[
		{"title": "Something else"},
		{"status": "draft"},
		{"collection": ""},
		{"description": "<p>Flows</p>"},
		{"country": ""},
		{"short_description": ""},
		{"ranking": 0},
		{"brand": ""},
		{"specifications": ()},
		{"images": ()},
		{"variants": ()},
	],
	ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_is_found(wrong):
	(found, *_more) = differences(ARTICLE, replace(shown(ARTICLE), **wrong))
	assert found.startswith("FR-3002: ")


def test_a_missing_product_is_found():
	assert differences(ARTICLE, None) == ["FR-3002 is not in Medusa"]


def test_what_medusa_was_told_wrongly_is_found(capsys):
	"""A price, a quantity: only what is expected is no problem."""
	context = Context(None, None, None, None, None)
	context.expect("The price", 17.25, 17.25)
	assert context.problems == []
	context.expect("The quantity", None, 25)
	assert context.problems == ["The quantity is None and should be 25"]
	assert capsys.readouterr().out == "   ! The quantity is None and should be 25\n"


class ObligingDesk:
	"""A site on which everything can be done, and nothing is on its way."""

	def press(self, *_args, **_values):
		return {"items": [{}]}

	def insert(self, *_args, **_values):
		return {"name": "DOC-1"}

	def submit(self, *_args, **_values):
		return "DOC-1"

	def tasks(self, *_filters):
		return []


class UntoldMedusa:
	def order_update(self, _order_id):
		return {**ORDER, "updated_at": "2026-11-21T00:00:00Z"}


def test_a_medusa_that_is_not_told_of_payments_is_found(capsys):
	"""Deliveries and payments that do not arrive are problems, each after its step."""
	context = Context(ObligingDesk(), None, UntoldMedusa(), None, None)
	steps = CustomerSteps(context)
	steps.offered, steps.customer_id, steps.order_id = [OFFERED], "cus_1", "order_1"
	steps.bill_deliver_and_pay()
	assert [problem.partition(" and should be ")[2] for problem in context.problems] == [
		"'Completed'",
		*("'Completed'", "'Partly Paid'"),
		*("'Completed'", "'Paid'"),
	]
	assert capsys.readouterr().out.count("   ! The order: ") == 5


class RefusingDesk:
	"""A site whose Medusa does not let it in."""

	def save(self, *_args, **_values): ...

	def press_test_connection(self):
		return {"ok": False, "message": "Medusa does not accept this password."}

	def count(self, _doctype):
		return 2


class Server:
	url, email, password = "http://127.0.0.1:1", "admin@example.com", "secret"
	publishable_key = None


def test_a_demo_that_cannot_continue_is_not_ok(capsys):
	"""It ends with what the site said, and never claims to be right."""
	report = Demo(RefusingDesk(), None, Server(), None, None).run()
	assert (report["ok"], report["products_in_medusa"], report["website_items"]) == (False, None, 25)
	assert "Medusa does not accept this password." in capsys.readouterr().out


def test_without_npm_the_simulator_is_used(monkeypatch, capsys):
	"""It says so, in one sentence that names what is missing."""

	def prepare(_project):
		raise DevbenchError("npm is missing: install the Debian packages nodejs npm and start again.")

	monkeypatch.setattr(servers.postgres, "program", lambda name: name)
	monkeypatch.setattr(Project, "prepare", prepare)
	assert not servers.medusa_can_be_had("v2")
	(line,) = capsys.readouterr().err.splitlines()
	assert "the simulator is used instead: npm is missing" in line
