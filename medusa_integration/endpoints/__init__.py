"""Who may call what over HTTP, with which parameters, how often, and what they are told when it goes wrong.

Each endpoint of the app is made by one decorator, which states all of this; nothing else checks:

	@endpoint(Storefront(reopens=True), methods=WRITE)
	def update_address(customer_id: Id, city: Text, pincode: Text | None = None) -> dict[str, str]: ...

See `endpoint` for what it does, `parameters` for the types, docs/endpoints.md for what callers see.
"""

from medusa_integration.endpoints.access import MANAGERS, Desk, Public, Storefront, is_shop, permitted
from medusa_integration.endpoints.decorator import READ, WRITE, Endpoint, endpoint
from medusa_integration.endpoints.limits import Limit, spend
from medusa_integration.endpoints.parameters import (
	Choice,
	Date,
	DateRule,
	Flag,
	Id,
	Ids,
	ListOf,
	Maybe,
	Number,
	NumberRule,
	Quantity,
	Record,
	Rule,
	Text,
	TextRule,
	Whole,
	WholeRule,
	contains_pattern,
)

__all__ = (
	"MANAGERS",
	"READ",
	"WRITE",
	"Choice",
	"Date",
	"DateRule",
	"Desk",
	"Endpoint",
	"Flag",
	"Id",
	"Ids",
	"Limit",
	"ListOf",
	"Maybe",
	"Number",
	"NumberRule",
	"Public",
	"Quantity",
	"Record",
	"Rule",
	"Storefront",
	"Text",
	"TextRule",
	"Whole",
	"WholeRule",
	"contains_pattern",
	"endpoint",
	"is_shop",
	"permitted",
	"spend",
)
