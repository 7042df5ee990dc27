"""What all steps of the demo share: who acts, what was entered,
and how what Medusa holds is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from devbench.demo.catalogue import ARTICLES, Article
from devbench.demo.checks import differences, images_differ
from devbench.demo.desk import Desk, wait_for
from devbench.demo.shopkeeper import Shopkeeper
from devbench.demo.storeroom import Storeroom
from devbench.demo.telling import beating, tell
from devbench.demo.window import Shown, Window
from devbench.mail_server import MailServer
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator

OPEN = ("Pending", "In Progress", "Waiting", "Retrying")


@dataclass
class Scene:
	"""One site and one Medusa; `problems` are what read-backs found to be otherwise than entered."""

	desk: Desk
	window: Window
	medusa: MedusaServer | Simulator
	storeroom: Storeroom
	mail_server: MailServer
	problems: list[str] = field(default_factory=list)
	articles: dict[str, Article] = field(default_factory=lambda: {one.code: one for one in ARTICLES})

	def __post_init__(self) -> None:
		self.keeper = Shopkeeper(self.desk)
		self._steps = 0

	def step(self, text: str) -> None:
		"""Tell the next step, with its number."""
		self._steps += 1
		tell(f"{self._steps}. {text}")

	def wait_until_sent(self) -> None:
		"""Wait until no task is on its way any more; what has failed is noted."""
		with beating():
			wait_for("Sending everything", lambda: not self.desk.tasks(("status", "in", OPEN)))
		for task in self.desk.tasks(("status", "=", "Failed")):
			self.note([f"{task['reference_doctype']} {task['reference_name']} failed: {task['last_error']}"])

	def read_back(self, *codes: str, published: bool = True) -> dict[str, Shown]:
		"""These articles as Medusa shows them, after comparing them with what was entered."""
		found = self.window.products()
		for code in codes:
			article, shown = self.articles[code], found.get(code)
			self.note(differences(article, shown, published=published))
			if shown:
				self.note(images_differ(article, shown, self.window))
		return {code: found[code] for code in codes if code in found}

	def show(self, products: Iterable[Shown]) -> None:
		"""Tell what Medusa shows of these products."""
		for shown in products:
			for line in shown.lines():
				tell(f"     {line}")

	def expect(self, what: str, actual: object, expected: object) -> None:
		"""Note it if what was read back from Medusa is not what it should be."""
		self.note([] if actual == expected else [f"{what} is {actual!r} and should be {expected!r}"])

	def note(self, problems: Iterable[str]) -> None:
		"""Tell what is wrong, and remember that something was."""
		for problem in problems:
			self.problems.append(problem)
			tell(f"   ! {problem}")
