"""The orders that were placed in Medusa, on their way to Sales Orders: the lane "order_import"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import frappe
from frappe import _
from rq.timeouts import JobTimeoutException

from medusa_integration.constants import MEDUSA_ORDER, SALES_ORDER
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.make import import_order
from medusa_integration.selling.order.imports.problems import CannotImport
from medusa_integration.settings import number
from medusa_integration.sync.exporter import Exporter, Loaded, sentence_of
from medusa_integration.sync.inbox.orders import LANE
from medusa_integration.sync.retry_policy import NotYet, TryAgain
from medusa_integration.sync.task import Send, Sent, Task, Unchanged, WaitFor, Work


class OrderImporter(Exporter):
	"""An order of Medusa becomes a Sales Order, each in a transaction of its own.

	One that has its Sales Order is not read again.
	"""

	name = LANE
	doctype = MEDUSA_ORDER
	chunk = 20
	personal = True

	def load(self, tasks: Sequence[Task]) -> Loaded:
		"""One statement, none with `import_orders` off."""
		if not number("import_orders"):
			waiting: list[Work] = [WaitFor(task, reason=_("Import Orders is off.")) for task in tasks]
			return Loaded(waiting, {})
		ids = [task.docname for task in tasks]
		rows = frappe.get_all(SALES_ORDER, {"medusa_order_id": ("in", ids)}, ["medusa_order_id", "name"])
		made = {row.medusa_order_id: row.name for row in rows}
		works: list[Work] = [
			Unchanged(task) if task.docname in made else Send(task, task.docname) for task in tasks
		]
		return Loaded(works, made)

	def save(self, medusa: Mirror, works: Sequence[Send], found: Any, *, look_up: bool) -> list[Sent]:
		"""Read the orders from Medusa, and make and commit the Sales Order of each."""
		orders = medusa.shop_orders.read_each([work.value for work in works])
		return [_imported(work, orders[work.value]) for work in works]

	def delete(self, medusa: Mirror, tasks: Sequence[Task]) -> list[Outcome]:
		"""Nothing is deleted: the order in Medusa stays."""
		return [Outcome(task.docname) for task in tasks]

	def store(self, sent: Sequence[Sent]) -> None:
		"""Nothing: the Sales Order has Medusa's id."""

	def keep(self, found: dict[str, str]) -> None:
		"""Name the Sales Orders that were made before, such as of a Quotation. One statement each."""
		for order_id, name in found.items():
			_name_sales_order(order_id, name)


def _imported(work: Send, order: ShopOrder | MedusaError) -> Sent:
	if isinstance(order, MedusaError):
		return Sent(work, Outcome(work.value, error=order))
	if order.canceled_at or order.status == "canceled":
		remark = _("The order was cancelled in Medusa before it was imported.")
		return Sent(replace(work, remark=remark), Outcome(work.value))
	return Sent(work, Outcome(work.value, error=_import(order)))


def _import(order: ShopOrder) -> Exception | None:
	"""Make the Sales Order and commit it; return what was in the way."""
	try:
		_name_sales_order(order.id, import_order(order))
	except JobTimeoutException:
		raise
	except CannotImport as error:
		frappe.db.rollback()
		return NotYet(sentence_of(error)) if error.waits else error
	except (frappe.ValidationError, frappe.PermissionError) as error:
		# ERPNext's own sentence, such as about a credit limit or a closed period
		frappe.db.rollback()
		return NotYet(sentence_of(error))
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error("Medusa: an order could not be imported", frappe.get_traceback())
		return TryAgain(sentence_of(error))
	finally:
		# what ERPNext tells a user at the screen
		frappe.clear_messages()
	# nosemgrep: frappe-manual-commit -- each order is a transaction of its own
	frappe.db.commit()
	return None


def _name_sales_order(order_id: str, name: str) -> None:
	frappe.db.set_value(MEDUSA_ORDER, order_id, "sales_order", name, update_modified=False)
