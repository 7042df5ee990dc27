"""The steps of the demo. Each saves something on the site, waits, and reads back what Medusa holds then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from devbench.demo.catalogue import ARTICLES, Article
from devbench.demo.checks import differences, images_differ
from devbench.demo.desk import SETTINGS, Desk, wait_for
from devbench.demo.shopkeeper import WEBSITE_ITEM, Shopkeeper
from devbench.demo.telling import beating, tell
from devbench.demo.window import Shown, Window
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import DevbenchError, say

OPEN = ("Pending", "In Progress", "Waiting", "Retrying")
CHANGED, UNPUBLISHED, DELETED, SAVED_WHILE_DOWN = "FR-3002", "IC-4005", "HI-2004", "GM-1004"
SHOWN_IN_FULL = ("FR-3001", "IC-4003")


@dataclass
class Story:
	"""The demo on one site and one Medusa; `problems` are what read-backs found to be otherwise than entered."""

	desk: Desk
	window: Window
	medusa: MedusaServer | Simulator
	problems: list[str] = field(default_factory=list)
	articles: dict[str, Article] = field(default_factory=lambda: {one.code: one for one in ARTICLES})

	def __post_init__(self) -> None:
		self.keeper = Shopkeeper(self.desk)

	def run(self) -> dict[str, Any]:
		"""All steps, in order; answers what the last line reports. A step that cannot go on ends the story."""
		began, made = time.monotonic(), len(self.articles)
		try:
			for step in (
				self.connect,
				self.stock_the_shop,
				self.change,
				self.unpublish,
				self.delete,
				self.save_while_medusa_is_down,
			):
				step()
			in_medusa = self.window.count()
			self._note([] if in_medusa == len(self.articles) else [f"Medusa counts {in_medusa} products"])
		except DevbenchError as error:
			in_medusa = None
			self._note([str(error)])
		return {
			"website_items": made,
			"products_in_medusa": in_medusa,
			"requests": self.desk.count("Medusa Request Log"),
			"seconds": round(time.monotonic() - began, 1),
			"ok": not self.problems,
		}

	# -- steps ---------------------------------------------------------------------------------------------

	def connect(self) -> None:
		"""Fill in Medusa Configuration and press Test Connection."""
		server = self.medusa
		self.desk.save(
			SETTINGS,
			SETTINGS,
			enable=1,
			url=server.url,
			admin_email=server.email,
			admin_password=server.password,
		)
		answer = self.desk.press_test_connection()
		tell(f"1. Medusa Configuration is filled in. Test Connection says: {answer['message']}")
		if not answer["ok"]:
			raise DevbenchError("The connection test has failed.")
		self._note(["Medusa was not empty at the beginning"] if self.window.count() else [])

	def stock_the_shop(self) -> None:
		"""Save the whole catalogue."""
		articles = list(self.articles.values())
		self.keeper.prepare(articles)
		self.keeper.enter(articles)
		self._wait_until_sent()
		shown = self._read_back(*self.articles)
		groups = Counter(one.collection for one in shown.values())
		tell(
			f"2. {len(articles)} Website Items in {len(groups)} Item Groups were saved, a worker sent them, and Medusa "
			f"holds {_counted(groups)}. Two of them:"
		)
		self._show(shown[code] for code in SHOWN_IN_FULL if code in shown)

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
		self.keeper.change(after)
		self._wait_until_sent()
		tell(f"3. “{before.name}” was changed. Medusa holds now:")
		self._show(self._read_back(CHANGED).values())

	def unpublish(self) -> None:
		"""Take one article out of the shop."""
		article = self.articles[UNPUBLISHED]
		self.keeper.take_down(article)
		self._wait_until_sent()
		tell(f"4. “{article.name}” was unpublished. Medusa holds now:")
		self._show(self._read_back(UNPUBLISHED, published=False).values())

	def delete(self) -> None:
		"""Delete one Website Item."""
		article = self.articles.pop(DELETED)
		product_id = self.window.products()[DELETED].id
		self.keeper.remove(article)
		self._wait_until_sent()
		gone = not self.window.has(product_id)
		self._note([] if gone else [f"{DELETED} is still in Medusa"])
		tell(
			f"5. “{article.name}” was deleted. Medusa {'does not know it any more' if gone else 'still has it'}, "
			f"and counts {self.window.count()} products."
		)

	def save_while_medusa_is_down(self) -> None:
		"""Save while Medusa is away, start it again, and press Retry."""
		say("stopping Medusa")
		self.medusa.stop()
		before = self.articles[SAVED_WHILE_DOWN]
		after = replace(before, short="Three layers, 50 pieces, now in green", ranking=81)
		self.articles[SAVED_WHILE_DOWN] = after
		began = time.monotonic()
		self.keeper.change(after)
		milliseconds = 1000 * (time.monotonic() - began)
		task = wait_for("The task of a save without Medusa becoming Retrying", self._retrying)
		tell(
			f"6. Medusa is stopped. “{after.name}” was saved all the same, in {milliseconds:.0f} ms. Its Medusa Sync Task "
			f"is {task['status']}: {task['last_error']}"
		)
		say("starting Medusa again")
		with beating():
			self.medusa.start()
		self.desk.press_retry([task["name"]])
		self._wait_until_sent()
		shown = self._read_back(SAVED_WHILE_DOWN)
		tell("7. Medusa is started again, Retry was pressed. Medusa holds now:")
		self._show(shown.values())
		for one in shown.values():
			tell(f"     short description: “{one.short_description}”")

	# -- what the steps share ------------------------------------------------------------------------------

	def _wait_until_sent(self) -> None:
		with beating():
			wait_for("Sending everything", lambda: not self.desk.tasks(("status", "in", OPEN)))
		for task in self.desk.tasks(("status", "=", "Failed")):
			self._note([f"{task['reference_doctype']} {task['reference_name']} failed: {task['last_error']}"])

	def _retrying(self) -> dict[str, Any] | None:
		name = self.keeper.names[SAVED_WHILE_DOWN]
		mine = (("reference_doctype", "=", WEBSITE_ITEM), ("reference_name", "=", name))
		return next(iter(self.desk.tasks(*mine, ("status", "=", "Retrying"))), None)

	def _read_back(self, *codes: str, published: bool = True) -> dict[str, Shown]:
		"""These articles as Medusa shows them, after comparing them with what was entered."""
		found = self.window.products()
		for code in codes:
			article, shown = self.articles[code], found.get(code)
			self._note(differences(article, shown, published=published))
			if shown:
				self._note(images_differ(article, shown, self.window))
		return {code: found[code] for code in codes if code in found}

	def _show(self, products: Iterable[Shown]) -> None:
		for shown in products:
			for line in shown.lines():
				tell(f"     {line}")

	def _note(self, problems: Iterable[str]) -> None:
		for problem in problems:
			self.problems.append(problem)
			tell(f"   ! {problem}")


def _counted(groups: Counter[str]) -> str:
	parts = ", ".join(f"{count} in {name}" for name, count in sorted(groups.items()))
	return f"{groups.total()} products ({parts})"
