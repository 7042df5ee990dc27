"""Who may call what over HTTP, with which parameters, how often, and what they are told when it goes wrong.

Endpoints are made in `medusa_integration.api`, of plain functions, and nothing else checks:

	update_address = endpoint(Storefront(reopens=True), methods=WRITE)(address.update_address)

	def update_address(customer_id: Id, city: Text, pincode: Text | None = None) -> dict[str, str]: ...

See `endpoint` for what it does, `parameters` for the types, docs/endpoints.md for what callers see.
"""

from medusa_integration.endpoints.access import MANAGERS, Desk, Public, Storefront
from medusa_integration.endpoints.decorator import READ, WRITE, Endpoint, endpoint
from medusa_integration.endpoints.limits import Limit
from medusa_integration.endpoints.signed import Signed

__all__ = (
	"MANAGERS",
	"READ",
	"WRITE",
	"Desk",
	"Endpoint",
	"Limit",
	"Public",
	"Signed",
	"Storefront",
	"endpoint",
)
