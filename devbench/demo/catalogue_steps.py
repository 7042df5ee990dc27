"""The catalogue's steps: saved, changed, unpublished, deleted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from devbench.demo.desk import SETTINGS
from devbench.demo.scene import Scene
from devbench.processes import DevbenchError

CHANGED, UNPUBLISHED, DELETED = "FR-3002", "IC-4005", "HI-2004"
SHOP_URL = "https://shop.example.com"
SHOWN_IN_FULL = ("FR-3001", "IC-4003")


class CatalogueSteps:
	"""What happens to the catalogue."""

	def __init__(self, scene: Scene) -> None:
		self.scene, self.desk, self.window = scene, scene.desk, scene.window
		self.keeper, self.articles = scene.keeper, scene.articles

	def connect(self) -> None:
		"""Fill in Medusa Configuration and press Test Connection."""
		server = self.scene.medusa
		self.desk.save(
			SETTINGS,
			SETTINGS,
			enable=1,
			url=server.url,
			admin_email=server.email,
			admin_password=server.password,
			publishable_api_key=server.publishable_key,
			frontend_url=SHOP_URL,
		)
		answer = self.desk.press_test_connection()
		self.scene.step(f"Medusa Configuration is filled in. Test Connection says: {answer['message']}")
		if not answer["ok"]:
			raise DevbenchError("The connection test has failed.")
		self.scene.note(["Medusa was not empty at the beginning"] if self.window.count() else [])

	def stock_the_shop(self) -> None:
		"""Save the whole catalogue."""
		articles = list(self.articles.values())
		self.keeper.prepare(articles)
		self.keeper.enter(articles)
		self.scene.wait_until_sent()
		shown = self.scene.read_back(*self.articles)
		groups = Counter(one.collection for one in shown.values())
		self.scene.step(
			f"{len(articles)} Website Items in {len(groups)} Item Groups were saved, a worker sent them, and Medusa "
			f"holds {_counted(groups)}. Two of them:"
		)
		self.scene.show(shown[code] for code in SHOWN_IN_FULL if code in shown)

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
		self.scene.wait_until_sent()
		self.scene.step(f"“{before.name}” was changed. Medusa holds now:")
		self.scene.show(self.scene.read_back(CHANGED).values())

	def unpublish(self) -> None:
		"""Take one article out of the shop."""
		article = self.articles[UNPUBLISHED]
		self.keeper.take_down(article)
		self.scene.wait_until_sent()
		self.scene.step(f"“{article.name}” was unpublished. Medusa holds now:")
		self.scene.show(self.scene.read_back(UNPUBLISHED, published=False).values())

	def delete(self) -> None:
		"""Delete one Website Item."""
		article = self.articles.pop(DELETED)
		product_id = self.window.products()[DELETED].id
		self.keeper.remove(article)
		self.scene.wait_until_sent()
		gone = not self.window.has(product_id)
		self.scene.note([] if gone else [f"{DELETED} is still in Medusa"])
		self.scene.step(
			f"“{article.name}” was deleted. Medusa {'does not know it any more' if gone else 'still has it'}, "
			f"and counts {self.window.count()} products."
		)


def _counted(groups: Counter[str]) -> str:
	parts = ", ".join(f"{count} in {name}" for name, count in sorted(groups.items()))
	return f"{groups.total()} products ({parts})"
