"""What runs in a process on the site to measure what quotations of the shop cost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import add_days, today

from benchmarks.selling_on_site import RATE, URL, configure, without_the_app

NO_QUESTIONS = ("start transaction", "commit", "rollback", "set ", "savepoint", "release savepoint")


def quotations(sold: dict, sizes: list[int], rounds: int) -> dict:
	"""Ask for quotations as the shop does, and insert the very same ones without the app, in turns.

	For each size and each way, ours and plain: (statements, milliseconds) of every round.
	The first round is not counted.
	"""
	configure(URL, enable=0)
	caller = Caller(_token())
	found = {size: {"ours": [], "plain": []} for size in sizes}
	for number in range(rounds + 1):
		for size in sizes:
			ours, answer = caller.post("method/medusa_integration.api.create_quotation", _request(sold, size))
			made = frappe.get_doc("Quotation", answer["message"]["quotationId"])
			with without_the_app():
				plain, answer = caller.post("resource/Quotation", _as_inserted(made))
			_check(made, answer["data"], size)
			if number:
				found[size]["ours"].append(ours)
				found[size]["plain"].append(plain)
	return found


class Caller:
	"""A caller with a token who calls the site within this process, as over HTTP but without a network."""

	def __init__(self, token: str) -> None:
		import frappe.app
		from werkzeug.test import Client

		self.site, self.sites_path = frappe.local.site, frappe.local.sites_path
		frappe.app._site, frappe.app._sites_path = self.site, self.sites_path
		self.client = Client(frappe.app.application)
		self.headers = {"Authorization": f"token {token}"}

	def post(self, path: str, body: dict) -> tuple[tuple[int, float], dict]:
		"""(statements, milliseconds) of one call, and its answer."""
		with counted_statements(type(frappe.local.db)) as sent:
			started = time.perf_counter()
			answer = self.client.post(f"/api/{path}", json=body, headers=self.headers, buffered=True)
			milliseconds = (time.perf_counter() - started) * 1000
		# a request takes its connection with it
		frappe.init(self.site, sites_path=self.sites_path, force=True)
		frappe.connect()
		if answer.status_code != 200:
			raise RuntimeError(f"{path}: {answer.status} {answer.text[-2000:]}")
		return (len(sent), milliseconds), json.loads(answer.text)


@contextmanager
def counted_statements(database: type) -> Iterator[list[str]]:
	"""The statements that this process sends inside over connections of this class, commits and all."""
	sql, sent = database.sql, []

	def counted(self, query, *args, **kwargs):
		if kwargs.get("run", True):
			sent.append(str(query))
		return sql(self, query, *args, **kwargs)

	database.sql = counted
	try:
		yield sent
	finally:
		database.sql = sql


def asked(sent: list[str]) -> int:
	"""Return how many statements ask for something or change it; others begin and end transactions."""
	return sum(not statement.lstrip().lower().startswith(NO_QUESTIONS) for statement in sent)


def _token() -> str:
	"""A new token of Administrator, who may insert Quotations in either way."""
	user = frappe.get_doc("User", "Administrator")
	secret = frappe.generate_hash(length=15)
	user.api_key, user.api_secret = frappe.generate_hash(length=15), secret
	user.save()
	frappe.db.commit()
	return f"{user.api_key}:{secret}"


def _request(sold: dict, size: int) -> dict:
	mark = frappe.generate_hash(length=10)
	return {
		"customer_id": sold["customer_id"],
		"draft_order_id": f"dorder_{mark}",
		"quotation_id": f"quot_{mark}",
		"items": [{"variant_id": item["variant_id"], "quantity": 2} for item in sold["items"][:size]],
	}


def _as_inserted(made: object) -> dict:
	"""A Quotation as somebody inserts it who leaves to ERPNext what ERPNext finds out."""
	fields = (
		"quotation_to",
		"party_name",
		"company",
		"currency",
		"selling_price_list",
		"order_type",
		"title",
	)
	rows = [{field: row.get(field) for field in ("item_code", "qty", "uom")} for row in made.items]
	days = {"transaction_date": today(), "valid_till": add_days(today(), 30)}
	return {**{field: made.get(field) for field in fields}, **days, "items": rows}


def _check(made: object, plain: dict, size: int) -> None:
	totals = {made.grand_total, plain["grand_total"]}
	if len(made.items) != size or len(plain["items"]) != size or totals != {size * 2 * RATE}:
		raise RuntimeError(f"{made.name} and {plain['name']} are not what was asked for: {totals}")
