"""For whom the shop asks: a customer of its own, or nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _

from medusa_integration.constants import CUSTOMER, SYNC_TASK
from medusa_integration.customers.lead import LANE
from medusa_integration.customers.parties import find_party
from medusa_integration.endpoints.access import is_shop


@dataclass(frozen=True, slots=True)
class Viewer:
	"""A customer of the shop, as a page is shown to.

	Attributes:
		medusa_id: Medusa's id of the customer; None for nobody in particular.
		customer: name of the Customer; None for a Lead, or a registration whose Lead is still to be made.
	"""

	medusa_id: str | None = None
	customer: str | None = None


NOBODY = Viewer()


def viewer_of(customer_id: str | None) -> Viewer:
	"""Return the customer that a public endpoint is called for.

	Only the shop's server is believed; from anybody else `customer_id` is ignored. Three statements at most,
	none without a `customer_id`.

	Args:
		customer_id: Medusa's id.

	Raises:
		frappe.DoesNotExistError: `Customer not found.` (404), only to the shop's server.
	"""
	if not customer_id or not is_shop():
		return NOBODY
	return known_customer(customer_id)


def known_customer(customer_id: str) -> Viewer:
	"""Return a customer of the shop by Medusa's id, and write nothing.

	Args:
		customer_id: Medusa's id of a Customer, a Lead, or a registration whose Lead is still to be made.

	Raises:
		frappe.DoesNotExistError: `Customer not found.` (404).
	"""
	if party := find_party(customer_id):
		return Viewer(customer_id, party.name if party.doctype == CUSTOMER else None)
	if frappe.db.get_value(SYNC_TASK, {"lane": LANE, "medusa_id": customer_id, "payload": ("is", "set")}):
		return Viewer(customer_id)
	raise frappe.DoesNotExistError(_("Customer not found."))
