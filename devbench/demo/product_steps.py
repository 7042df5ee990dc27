"""Steps with products: catalogue, prices, stock, and what happens when Medusa is down or was changed."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from devbench.demo.context import Context, reporting_progress, write
from devbench.demo.site_client import SETTINGS, wait_for
from devbench.demo.site_documents import WEBSITE_ITEM
from devbench.medusa.generations import SECRETS
from devbench.processes import DevbenchError, say

CHANGED, UNPUBLISHED, DELETED = "FR-3002", "IC-4005", "HI-2004"
SHOP_URL = "https://shop.example.com"
SHOWN_IN_FULL = ("FR-3001", "IC-4003")
SOLD, STOCKED = "FR-3001", "GM-1001"
# the list that the shop sells for, and its currency, as devbench/records.py makes them
PRICE, PRICE_LIST, CURRENCY = "Item Price", "Standard Selling", "OMR"
WEEK = timedelta(days=6)
SAVED_WHILE_DOWN, RENAMED_THERE, DELETED_THERE = "GM-1004", "HI-2001", "IC-4004"
RUN, FINDING = "Medusa Reconciliation", "Medusa Reconciliation Finding"
RECONCILE = "medusa_integration.api.start_reconciliation"


class ProductSteps:
	"""Saves, changes, unpublishes and deletes Website Items."""

	def __init__(self, context: Context) -> None:
		self.context, self.site, self.reader = context, context.site, context.reader
		self.editor, self.articles = context.editor, context.articles

	def connect(self) -> None:
		"""Fill in Medusa Configuration and press Test Connection."""
		server = self.context.medusa
		self.site.save(
			SETTINGS,
			SETTINGS,
			enable=1,
			url=server.url,
			admin_email=server.email,
			admin_password=server.password,
			publishable_api_key=server.publishable_key,
			shared_secret=SECRETS[0],
			frontend_url=SHOP_URL,
		)
		answer = self.site.press_test_connection()
		self.context.step(f"Medusa Configuration is filled in. Test Connection says: {answer['message']}")
		if not answer["ok"]:
			raise DevbenchError("The connection test has failed.")
		self.context.note(["Medusa was not empty at the beginning"] if self.reader.count() else [])

	def save_catalogue(self) -> None:
		"""Save the whole catalogue."""
		articles = list(self.articles.values())
		self.editor.make_masters(articles)
		self.editor.make_items(articles)
		self.context.wait_until_sent()
		shown = self.context.read_back(*self.articles)
		groups = Counter(one.collection for one in shown.values())
		self.context.step(
			f"{len(articles)} Website Items in {len(groups)} Item Groups were saved, a worker sent them, and Medusa "
			f"holds {_counted(groups)}. Two of them:"
		)
		self.context.show(shown[code] for code in SHOWN_IN_FULL if code in shown)

	def change(self) -> None:
		"""Change what a visitor sees of one article."""
		before = self.articles[CHANGED]
		after = replace(
			before,
			name="Flowable Composite A2, Twin Pack",
			paragraphs=("Two syringes for the price of a longer afternoon.", *before.paragraphs),
			specifications=(*before.specifications[:1], ("Contents", "2 × 2 g")),
			ranking=99,
			backorder=True,
		)
		self.articles[CHANGED] = after
		self.editor.change(after)
		self.context.wait_until_sent()
		self.context.step(f"“{before.name}” was changed. Medusa holds now:")
		self.context.show(self.context.read_back(CHANGED).values())

	def unpublish(self) -> None:
		"""Unpublish one article."""
		article = self.articles[UNPUBLISHED]
		self.editor.unpublish(article)
		self.context.wait_until_sent()
		self.context.step(f"“{article.name}” was unpublished. Medusa holds now:")
		self.context.show(self.context.read_back(UNPUBLISHED, published=False).values())

	def delete(self) -> None:
		"""Delete one Website Item."""
		article = self.articles.pop(DELETED)
		product_id = self.reader.products()[DELETED].id
		self.editor.delete(article)
		self.context.wait_until_sent()
		gone = not self.reader.has(product_id)
		self.context.note([] if gone else [f"{DELETED} is still in Medusa"])
		self.context.step(
			f"“{article.name}” was deleted. Medusa {'no longer has it' if gone else 'still has it'}, "
			f"and counts {self.reader.count()} products."
		)


def _counted(groups: Counter[str]) -> str:
	parts = ", ".join(f"{count} in {name}" for name, count in sorted(groups.items()))
	return f"{groups.total()} products ({parts})"


class PriceSteps:
	"""Prices and quantities."""

	def __init__(self, context: Context) -> None:
		self.context, self.site, self.reader = context, context.site, context.reader
		self.articles = context.articles

	def price(self) -> None:
		"""Save a price, change it, add a price for one week, and delete that."""
		product = self.reader.products()[SOLD].id

		def asked(rate: float) -> str:
			self.context.wait_until_sent()
			amount = self.reader.price(product, CURRENCY)
			self.context.expect(f"The price of {SOLD}", amount, rate)
			return f"{amount} {CURRENCY}"

		always = {"item_code": SOLD, "price_list": PRICE_LIST, "valid_from": "2020-01-01"}
		usual = self.site.insert(PRICE, **always, price_list_rate=18.5)
		first = asked(18.5)
		self.site.save(PRICE, usual["name"], price_list_rate=17.25)
		second = asked(17.25)
		offer = {**always, "valid_from": str(_today()), "valid_upto": str(_today() + WEEK)}
		week = self.site.insert(PRICE, **offer, price_list_rate=14.9)
		third, ends = asked(14.9), self.reader.ends_of_price_lists()
		self.context.expect("The number of price lists that end", len(ends), 1)
		self.site.delete(PRICE, week["name"])
		self.context.step(
			f"“{self.articles[SOLD].name}” has a new Item Price. The price in the shop is {first}; after it was "
			f"changed, {second}; with a price for one week, {third} (until {', '.join(ends)}); "
			f"after that was deleted, {asked(17.25)}."
		)

	def stock(self) -> None:
		"""Post a receipt and an issue."""

		def moved(quantity: float, expected: int) -> int:
			self.context.stock.move(STOCKED, quantity)
			self.context.wait_until_sent()
			held = self.reader.quantity(STOCKED)
			self.context.expect(f"The quantity of {STOCKED}", held, expected)
			return held

		received, left = moved(40, 40), moved(-15, 25)
		self.context.step(
			f"40 of “{self.articles[STOCKED].name}” were received: {received} are available in Medusa. 15 were issued: {left} are available."
		)


def _today() -> date:
	"""Return a date that has begun in all time zones east of Greenwich, where the shop is."""
	return datetime.now(timezone.utc).date()


class FailureSteps:
	"""Lets something fail, and repairs it."""

	def __init__(self, context: Context) -> None:
		self.context, self.site, self.reader = context, context.site, context.reader
		self.editor, self.articles = context.editor, context.articles

	def save_while_medusa_is_down(self) -> None:
		"""Save while Medusa is stopped, start it again, and press Retry."""
		say("stopping Medusa")
		self.context.medusa.stop()
		before = self.articles[SAVED_WHILE_DOWN]
		after = replace(before, short="Three layers, 50 pieces, now in green", ranking=81)
		self.articles[SAVED_WHILE_DOWN] = after
		began = time.monotonic()
		self.editor.change(after)
		milliseconds = 1000 * (time.monotonic() - began)
		task = wait_for("The task of a save without Medusa becoming Retrying", self._retrying)
		self.context.step(
			f"Medusa is stopped. “{after.name}” was saved all the same, in {milliseconds:.0f} ms. Its Medusa Sync Task "
			f"is {task['status']}: {task['last_error']}"
		)
		say("starting Medusa again")
		with reporting_progress():
			self.context.medusa.start()
		self.site.press_retry([task["name"]])
		self.context.wait_until_sent()
		shown = self.context.read_back(SAVED_WHILE_DOWN)
		self.context.step("Medusa is started again, Retry was pressed. Medusa holds now:")
		self.context.show(shown.values())
		for one in shown.values():
			write(f"     short description: “{one.short_description}”")

	def reconcile(self) -> None:
		"""Change and delete products in Medusa directly, and press Reconcile."""
		renamed, deleted = self.articles[RENAMED_THERE], self.articles[DELETED_THERE]
		products = self.reader.products()
		self.reader.rename_by_hand(products[RENAMED_THERE].id, "A changed title")
		self.reader.delete_by_hand(products[DELETED_THERE].id)
		run = self._run()
		findings = self.site.list(FINDING, [("run", "=", run["name"])], ("kind", "title", "words"))
		self.context.step(
			f"In Medusa “{renamed.name}” was renamed and “{deleted.name}” was deleted. Reconcile reads all of "
			f"Medusa and finds {run['found']}:"
		)
		for finding in sorted(findings, key=lambda one: one["kind"]):
			write(f"     {finding['kind']}: {finding['title']}. {finding['words']}")
		self.context.expect("What was found", sorted(one["kind"] for one in findings), ["Drifted", "Missing"])
		self.context.wait_until_sent()
		write("    Both are sent again. Medusa holds now:")
		self.context.show(self.context.read_back(RENAMED_THERE, DELETED_THERE).values())
		again = self._run()
		write(f"    A second run finds {again['found']}.")
		self.context.expect("What the second run finds", again["found"], 0)

	def _run(self) -> dict[str, Any]:
		"""Start a reconciliation, wait for its end, and return its document."""
		name = self.site.press(RECONCILE)["run"]

		def ended() -> dict[str, Any] | None:
			run = self.site.read(RUN, name)
			return None if run["status"] in ("Queued", "Running") else run

		with reporting_progress():
			run = wait_for("The end of the reconciliation", ended)
		self.context.expect(f"The run {name}", (run["status"], run["error"] or ""), ("Completed", ""))
		return run

	def _retrying(self) -> dict[str, Any] | None:
		name = self.editor.names[SAVED_WHILE_DOWN]
		mine = (("reference_doctype", "=", WEBSITE_ITEM), ("reference_name", "=", name))
		return next(iter(self.site.tasks(*mine, ("status", "=", "Retrying"))), None)
