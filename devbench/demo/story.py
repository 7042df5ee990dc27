"""The demo, step by step. Each step changes something, waits, and reads back what Medusa holds then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from devbench.demo.catalogue_steps import CatalogueSteps
from devbench.demo.customer_steps import CustomerSteps
from devbench.demo.desk import Desk
from devbench.demo.scene import Scene
from devbench.demo.storeroom import Storeroom
from devbench.demo.trade_steps import TradeSteps
from devbench.demo.trouble_steps import TroubleSteps
from devbench.demo.window import Window
from devbench.mail_server import MailServer
from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from devbench.processes import DevbenchError


class Story:
	"""The demo on one site and one Medusa."""

	def __init__(
		self,
		desk: Desk,
		window: Window,
		medusa: MedusaServer | Simulator,
		storeroom: Storeroom,
		mail_server: MailServer,
	) -> None:
		self.scene = Scene(desk, window, medusa, storeroom, mail_server)

	def run(self) -> dict[str, Any]:
		"""All steps, in order; answers what the last line reports.

		A step that cannot go on ends the story.
		"""
		scene = self.scene
		began, made = time.monotonic(), len(scene.articles)
		try:
			for step in self._steps():
				step()
			in_medusa = scene.window.count()
			scene.expect("The number of products that Medusa counts", in_medusa, len(scene.articles))
		except DevbenchError as error:
			in_medusa = None
			scene.note([str(error)])
		return {
			"website_items": made,
			"products_in_medusa": in_medusa,
			"requests": scene.desk.count("Medusa Request Log"),
			"seconds": round(time.monotonic() - began, 1),
			"ok": not scene.problems,
		}

	def _steps(self) -> Iterator[Callable[[], None]]:
		catalogue, trade, customer, trouble = (
			steps(self.scene) for steps in (CatalogueSteps, TradeSteps, CustomerSteps, TroubleSteps)
		)
		yield from (
			catalogue.connect,
			catalogue.stock_the_shop,
			catalogue.change,
			catalogue.unpublish,
			catalogue.delete,
		)
		yield from (trade.price, trade.stock)
		yield from (customer.sign_up, customer.ask, customer.offer, customer.order, customer.fulfil)
		yield from (trouble.save_while_medusa_is_down, trouble.reconcile)
