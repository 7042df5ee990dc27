"""What becomes of an order in Medusa after it was imported, and the documents that follow from it here.

Medusa's order is the only source: each step compares it with the documents that are there, and makes those
that are missing. So events may be lost, come twice or in another order. A document knows by `medusa_id` of
what it was made. One that a user has cancelled is not made again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import frappe
from rq.timeouts import JobTimeoutException

from medusa_integration import erpnext_seams
from medusa_integration.constants import SALES_ORDER
from medusa_integration.mirror.shop_orders import ShopOrder
from medusa_integration.selling.order.imports.cancel import cancel_order, note_cancelled
from medusa_integration.selling.order.imports.edits import follow_edit
from medusa_integration.selling.order.imports.fulfillments import import_fulfillments
from medusa_integration.selling.order.imports.invoices import invoice_paid_order
from medusa_integration.selling.order.imports.payments import import_payments
from medusa_integration.selling.order.imports.problems import CannotImport, NotSubmitted
from medusa_integration.selling.order.imports.refunds import import_refunds
from medusa_integration.selling.order.imports.reservations import note_fulfilled
from medusa_integration.selling.order.imports.returns import import_returns
from medusa_integration.settings import number
from medusa_integration.sync.exporter import sentence_of
from medusa_integration.sync.retry_policy import NotYet, TryAgain

# gets Medusa's order and the name of its Sales Order; returns another name if that one was amended
Step: TypeAlias = Callable[[ShopOrder, str], str | None]
# in this order, each in a transaction of its own: the setting that turns it on, and what it does
STEPS: tuple[tuple[str, Step], ...] = (
	("import_edits", follow_edit),
	("import_payments", import_payments),
	("invoice_paid_orders", invoice_paid_order),
	("import_fulfillments", import_fulfillments),
	("import_returns", import_returns),
	# what a return has credited is not credited again
	("import_refunds", import_refunds),
	("push_stock_quantities", note_fulfilled),
	("import_cancellations", cancel_order),
)


def wanted() -> list[Step]:
	"""Return the steps that the settings ask for, none with *Import Orders* off."""
	return [step for setting, step in STEPS if number(setting)] if number("import_orders") else []


def follow(order: ShopOrder, sales_order: str) -> Exception | None:
	"""Make all documents of an order that are missing; what is in the way of one step stops no other one.

	Args:
		order: As Medusa has it.
		sales_order: The name of its Sales Order.

	Returns:
		What was in the way, None if nothing was.
	"""
	met: list[Exception] = []
	if order.is_canceled:
		attempt(partial(note_cancelled, order))
	for step in wanted():
		names: list[str | None] = []
		if error := attempt(partial(_take, step, order, sales_order, names)):
			met.append(error)
		elif names and names[0]:
			sales_order = names[0]
	if len(met) < 2 or not all(isinstance(error, NotYet) for error in met):
		return next((error for error in met if not isinstance(error, NotYet)), next(iter(met), None))
	return NotYet(" ".join(str(error) for error in met))


def _take(step: Step, order: ShopOrder, sales_order: str, names: list[str | None]) -> None:
	names.append(step(order, sales_order))


def attempt(work: Callable[[], object]) -> Exception | None:
	"""Do something in a transaction of its own, and commit it.

	Args:
		work: Makes documents.

	Returns:
		What was in the way, None if nothing was.
	"""
	try:
		erpnext_seams.forget_currencies()
		work()
		# what is recorded before the commit may fail as well
		# nosemgrep: frappe-manual-commit -- each order and each step of it is a transaction of its own
		frappe.db.commit()
	except JobTimeoutException:
		raise
	except CannotImport as error:
		frappe.db.rollback()
		if isinstance(error, NotSubmitted) and _is_cancelled(error.sales_order):
			return None
		return NotYet(sentence_of(error), error.wait) if error.waits else error
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
	return None


def _is_cancelled(sales_order: str) -> bool:
	"""Whether the order is cancelled here: nothing follows then, and nothing is waited for. One statement."""
	return frappe.db.get_value(SALES_ORDER, sales_order, "docstatus") == 2
