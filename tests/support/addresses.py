"""Addresses that quotations bring along, as `create_quotation` makes them: for calls from another process."""

from __future__ import annotations

from typing import Any

from medusa_integration.customers import address
from medusa_integration.customers.address_fields import AddressFields
from medusa_integration.customers.parties import Party, find_party
from medusa_integration.endpoints.records import read
from medusa_integration.endpoints.transactions import anew_after_deadlock


def billing_address(party: Party, data: dict[str, Any]) -> str:
	"""The name of the Address that comes of what the shop sends, as the endpoint reads it."""
	return address.billing_address(party, read(AddressFields, data))


def bill(medusa_id: str, data: dict[str, Any]) -> str:
	"""The name of the Address of this customer, in a transaction as an endpoint has it."""

	def work() -> str:
		party = find_party(medusa_id)
		assert party
		return billing_address(party, data)

	return anew_after_deadlock(work)
