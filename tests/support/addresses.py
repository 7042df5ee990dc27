"""Addresses that quotations bring along, as `create_quotation` makes them: for calls from another process."""

from __future__ import annotations

from typing import Any

from medusa_integration.customers.address import billing_address
from medusa_integration.customers.parties import find_party
from medusa_integration.selling.transactions import anew_after_deadlock


def bill(medusa_id: str, data: dict[str, Any]) -> str:
	"""The name of the Address of this customer, in a transaction as an endpoint has it."""

	def work() -> str:
		party = find_party(medusa_id)
		assert party
		return billing_address(party, data)

	return anew_after_deadlock(work)
