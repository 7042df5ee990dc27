"""What all steps share: the site, Medusa, the articles, the comparison of both, and the output."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from devbench.demo.articles import ARTICLES, Article
from devbench.demo.checks import differences, images_differ
from devbench.demo.medusa_reader import MedusaProduct, MedusaReader
from devbench.demo.site_client import SiteClient, wait_for
from devbench.demo.site_documents import CatalogueEditor, StockMovements
from devbench.mail_server import MailServer
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import say
from devbench.storefront.server import Storefront

OPEN = ("Pending", "In Progress", "Waiting", "Retrying")
# seconds between two lines of progress
BEAT = 10


def write(text: str) -> None:
	"""Write a line to stdout."""
	print(text, flush=True)


@contextlib.contextmanager
def reporting_progress() -> Iterator[None]:
	"""Report every few seconds that the last step reported is still running."""
	done = threading.Event()

	def beat() -> None:
		while not done.wait(BEAT):
			say("still running")

	thread = threading.Thread(target=beat, daemon=True)
	thread.start()
	try:
		yield
	finally:
		done.set()
		thread.join()


@dataclass
class Context:
	"""One site and one Medusa; `problems` lists where Medusa differs from what was entered."""

	site: SiteClient
	reader: MedusaReader
	medusa: MedusaServer | Simulator
	stock: StockMovements
	mail_server: MailServer
	problems: list[str] = field(default_factory=list)
	articles: dict[str, Article] = field(default_factory=lambda: {one.code: one for one in ARTICLES})

	def __post_init__(self) -> None:
		self.editor = CatalogueEditor(self.site)
		self.storefront: Storefront | None = None
		self._steps = 0

	def step(self, text: str) -> None:
		"""Write the next step, with its number."""
		self._steps += 1
		write(f"{self._steps}. {text}")

	def open_storefront(self, token: str) -> Storefront:
		"""Start the shop's server; it runs until the demo ends.

		Args:
			token: `<API key>:<API secret>` of the storefront user.
		"""
		self.storefront = Storefront(self.site.url, token).start()
		return self.storefront

	def wait_until_sent(self) -> None:
		"""Wait until no task is open; failed tasks are problems."""
		with reporting_progress():
			wait_for("Sending everything", lambda: not self.site.tasks(("status", "in", OPEN)))
		for task in self.site.tasks(("status", "=", "Failed")):
			self.note([f"{task['reference_doctype']} {task['reference_name']} failed: {task['last_error']}"])

	def read_back(self, *codes: str, published: bool = True) -> dict[str, MedusaProduct]:
		"""Return these articles as they are in Medusa, after comparing them with what was entered."""
		found = self.reader.products()
		for code in codes:
			article, shown = self.articles[code], found.get(code)
			self.note(differences(article, shown, published=published))
			if shown:
				self.note(images_differ(article, shown, self.reader))
		return {code: found[code] for code in codes if code in found}

	def show(self, products: Iterable[MedusaProduct]) -> None:
		"""Write these products as they are in Medusa."""
		for shown in products:
			for line in shown.lines():
				write(f"     {line}")

	def expect(self, what: str, actual: object, expected: object) -> None:
		"""Add a problem if a value is not the expected one."""
		self.note([] if actual == expected else [f"{what} is {actual!r} and should be {expected!r}"])

	def note(self, problems: Iterable[str]) -> None:
		"""Write these problems, and store them."""
		for problem in problems:
			self.problems.append(problem)
			write(f"   ! {problem}")
