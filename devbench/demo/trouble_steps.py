"""The steps in which something goes wrong: Medusa is away, and somebody changes things there by hand."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from devbench.demo.desk import wait_for
from devbench.demo.scene import Scene
from devbench.demo.shopkeeper import WEBSITE_ITEM
from devbench.demo.telling import beating, tell
from devbench.processes import say

SAVED_WHILE_DOWN, RENAMED_THERE, DELETED_THERE = "GM-1004", "HI-2001", "IC-4004"
RUN, FINDING = "Medusa Reconciliation", "Medusa Reconciliation Finding"
RECONCILE = "medusa_integration.sync.reconcile.desk.start"


class TroubleSteps:
	"""What goes wrong, and is put right."""

	def __init__(self, scene: Scene) -> None:
		self.scene, self.desk, self.window = scene, scene.desk, scene.window
		self.keeper, self.articles = scene.keeper, scene.articles

	def save_while_medusa_is_down(self) -> None:
		"""Save while Medusa is away, start it again, and press Retry."""
		say("stopping Medusa")
		self.scene.medusa.stop()
		before = self.articles[SAVED_WHILE_DOWN]
		after = replace(before, short="Three layers, 50 pieces, now in green", ranking=81)
		self.articles[SAVED_WHILE_DOWN] = after
		began = time.monotonic()
		self.keeper.change(after)
		milliseconds = 1000 * (time.monotonic() - began)
		task = wait_for("The task of a save without Medusa becoming Retrying", self._retrying)
		self.scene.step(
			f"Medusa is stopped. “{after.name}” was saved all the same, in {milliseconds:.0f} ms. Its Medusa Sync Task "
			f"is {task['status']}: {task['last_error']}"
		)
		say("starting Medusa again")
		with beating():
			self.scene.medusa.start()
		self.desk.press_retry([task["name"]])
		self.scene.wait_until_sent()
		shown = self.scene.read_back(SAVED_WHILE_DOWN)
		self.scene.step("Medusa is started again, Retry was pressed. Medusa holds now:")
		self.scene.show(shown.values())
		for one in shown.values():
			tell(f"     short description: “{one.short_description}”")

	def reconcile(self) -> None:
		"""Change and delete products in Medusa by hand, and press Reconcile."""
		renamed, deleted = self.articles[RENAMED_THERE], self.articles[DELETED_THERE]
		products = self.window.products()
		self.window.rename_by_hand(products[RENAMED_THERE].id, "Mirror mirror")
		self.window.delete_by_hand(products[DELETED_THERE].id)
		run = self._run()
		findings = self.desk.list(FINDING, [("run", "=", run["name"])], ("kind", "title", "words"))
		self.scene.step(
			f"In Medusa “{renamed.name}” was renamed and “{deleted.name}” deleted, by hand. Reconcile reads all of "
			f"Medusa and finds {run['found']}:"
		)
		for finding in sorted(findings, key=lambda one: one["kind"]):
			tell(f"     {finding['kind']}: {finding['title']}. {finding['words']}")
		self.scene.expect("What was found", sorted(one["kind"] for one in findings), ["Drifted", "Missing"])
		self.scene.wait_until_sent()
		tell("    Both are sent again. Medusa holds now:")
		self.scene.show(self.scene.read_back(RENAMED_THERE, DELETED_THERE).values())
		again = self._run()
		tell(f"    A second run finds {again['found']}.")
		self.scene.expect("What the second run finds", again["found"], 0)

	def _run(self) -> dict[str, Any]:
		"""One reconciliation, from the button to its end."""
		name = self.desk.press(RECONCILE)["run"]

		def ended() -> dict[str, Any] | None:
			run = self.desk.read(RUN, name)
			return None if run["status"] in ("Queued", "Running") else run

		with beating():
			run = wait_for("The end of the reconciliation", ended)
		self.scene.expect(f"The run {name}", (run["status"], run["error"] or ""), ("Completed", ""))
		return run

	def _retrying(self) -> dict[str, Any] | None:
		name = self.keeper.names[SAVED_WHILE_DOWN]
		mine = (("reference_doctype", "=", WEBSITE_ITEM), ("reference_name", "=", name))
		return next(iter(self.desk.tasks(*mine, ("status", "=", "Retrying"))), None)
