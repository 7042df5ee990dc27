"""The client of each generation: a session, and one service a resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from .auth import TokenStore
from .services.collections import Collections
from .services.customers import CustomersV1, CustomersV2
from .services.fulfillments import FulfillmentsV1, FulfillmentsV2
from .services.inventory import InventoryV2
from .services.orders import OrdersV1, OrdersV2
from .services.price_lists import PriceListsV1, PriceListsV2
from .services.products import ProductsV1, ProductsV2
from .services.stores import StoresV1, StoresV2
from .services.uploads import Uploads
from .session import Session
from .transport import Transport
from .values import Connection, Generation, Json

M = TypeVar("M", bound="_Medusa")


class _Medusa:
	"""What both clients have in common. A client may be used by one thread at a time.

	Args:
		connection: The credentials; `connection.generation` is not looked at.
		transport: Sends the requests.
		tokens: Keeps the token between clients; without it, each client signs in.
	"""

	generation: ClassVar[Generation]

	def __init__(
		self, connection: Connection, transport: Transport, *, tokens: TokenStore | None = None
	) -> None:
		self.session = Session(connection, self.generation, transport, tokens=tokens)
		self.collections = Collections(self.session)
		self.uploads = Uploads(self.session, self.generation)

	def __enter__(self: M) -> M:
		return self

	def __exit__(self, *raised: object) -> None:
		self.close()

	def close(self) -> None:
		"""Close the connections that are kept open."""
		self.session.close()

	def request(
		self, method: str, path: str, json: object = None, *, params: Mapping[str, object] | None = None
	) -> Json:
		"""Call a route that no service has, signed in as the admin user.

		Args:
			method: GET, POST or DELETE; only a POST is not repeated after an unknown outcome.
			path: Starts with a slash.
			json: The body.
			params: The query.

		Returns:
			The JSON object of the answer.

		Raises:
			MedusaError: Medusa refuses it, cannot be reached, or another program answers.
		"""
		return self.session.request(method, path, json=json, params=params)


class MedusaV1(_Medusa):
	"""A server of the first generation (recorded with @medusajs/medusa 1.20.11)."""

	generation = "v1"

	def __init__(
		self, connection: Connection, transport: Transport, *, tokens: TokenStore | None = None
	) -> None:
		super().__init__(connection, transport, tokens=tokens)
		self.products = ProductsV1(self.session)
		self.price_lists = PriceListsV1(self.session)
		self.stores = StoresV1(self.session)
		self.customers = CustomersV1(self.session)
		self.orders = OrdersV1(self.session)
		self.fulfillments = FulfillmentsV1(self.session)


class MedusaV2(_Medusa):
	"""A server of the second generation (recorded with @medusajs/medusa 2.21.2)."""

	generation = "v2"

	def __init__(
		self, connection: Connection, transport: Transport, *, tokens: TokenStore | None = None
	) -> None:
		super().__init__(connection, transport, tokens=tokens)
		self.products = ProductsV2(self.session)
		self.price_lists = PriceListsV2(self.session)
		self.inventory = InventoryV2(self.session)
		self.stores = StoresV2(self.session)
		self.customers = CustomersV2(self.session)
		self.orders = OrdersV2(self.session)
		self.fulfillments = FulfillmentsV2(self.session)


Medusa = MedusaV1 | MedusaV2
"""A client of either generation."""
