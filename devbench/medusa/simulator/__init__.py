"""A simulated Medusa, v1 or v2, as strict as the real ones, that can be told to go wrong.

	with Simulator("v2") as medusa:
		medusa.fail("POST", "/admin/products/batch", faults.lost_answer())
		...
		assert [product["handle"] for product in medusa.products] == ["gloves"]

It runs in this process, a thread for each connection. What it answers is held against the real servers by
`tests/wire`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from decimal import Decimal
from secrets import token_urlsafe
from typing import Literal

from devbench.medusa.generations import DEFAULT_OPTIONS, VERSIONS, Generation, PluginOptions
from devbench.medusa.simulator import faults, placed
from devbench.medusa.simulator.answers import Answer
from devbench.medusa.simulator.app import App
from devbench.medusa.simulator.baskets import Basket
from devbench.medusa.simulator.dispatch import Dispatch
from devbench.medusa.simulator.faults import Fault, PlannedCall, PlannedFault
from devbench.medusa.simulator.tables import new_id
from devbench.medusa.simulator.v1 import V1
from devbench.medusa.simulator.v1 import orders as orders_v1
from devbench.medusa.simulator.v2 import V2
from devbench.medusa.simulator.v2 import orders as orders_v2
from devbench.medusa.simulator.web import Hooks, Request, Server

__all__ = ["Fault", "Request", "Simulator", "faults"]


class Simulator(Dispatch):
	"""One simulated Medusa server. `extended` gives it the plugin: the extended product and its routes.

	`plugin` are its options. It sends no events.
	"""

	def __init__(
		self,
		generation: Generation,
		extended: bool = True,
		plugin: PluginOptions = DEFAULT_OPTIONS,
	) -> None:
		self.generation, self.extended, self.plugin = generation, extended, plugin
		self.version = VERSIONS[generation]
		self.email, self.password = "admin@example.com", token_urlsafe(12)
		self.requests: list[Request] = []
		self.app: App
		self._faults: list[PlannedFault] = []
		self._calls: list[PlannedCall] = []
		self._server: Server | None = None
		self._port = 0
		self.reset()

	def __enter__(self) -> Simulator:
		self.start()
		return self

	def __exit__(self, *_: object) -> None:
		self.stop()

	# --- life ---------------------------------------------------------------------------------------------

	def start(self) -> None:
		"""Listen, on the same port as before; what it holds is what it held when it was stopped."""
		if self._server is None:
			hooks = Hooks(self._arrived, self._apply, self._applied, self._refusal)
			self._server = Server(self._port, hooks)
			self._port = self._server.port
			self.app.url = self.url

	def stop(self) -> None:
		"""Refuse connections, and hang up on those that are open."""
		if self._server is not None:
			self._server.close()
			self._server = None

	def reset(self) -> None:
		"""Delete products, tokens, faults and requests. Keys and ids are new, the password is not."""
		self.app = (V1 if self.generation == "v1" else V2)(self.extended, self.email, self.password)
		self.app.url = self.url
		self.app.plugin = self.plugin
		self.requests.clear()
		self.clear_faults()

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self._port}"

	@property
	def secret_key(self) -> str | None:
		"""v2's secret API key, None on v1."""
		return getattr(self.app, "secret_key", None)

	@property
	def publishable_key(self) -> str | None:
		"""v2's publishable key, None on v1."""
		return getattr(self.app, "publishable_key", None)

	# --- what can be told to it ---------------------------------------------------------------------------

	def fail(
		self,
		method: str,
		path: str,
		fault: Fault | int,
		times: int | None = 1,
		after: int = 0,
		only: Callable[[Request], bool] | None = None,
	) -> PlannedFault:
		"""Let the next `times` requests (None: all) of this method and path fail, after `after` that do not.

		`path` is written as in `faults.pattern`, `method` may be "*"; `only` narrows it down further. A
		number is short for `faults.status`. Returns the plan, whose `hits` counts and `cancel` ends it.
		"""
		planned = PlannedFault(fault, method, path, times=times, after=after, only=only)
		self._faults.append(planned)
		return planned

	def on(
		self,
		method: str,
		path: str,
		callback: Callable[[Request], object],
		when: Literal["arrived", "applied"] = "arrived",
		times: int | None = None,
		after: int = 0,
	) -> PlannedCall:
		"""Call back when such a request has arrived (nothing is applied yet) or right after it was applied.

		The callback runs in the connection's thread while the client waits;
		its exceptions end the connection.
		"""
		planned = PlannedCall(callback, when, method, path, times=times, after=after)
		self._calls.append(planned)
		return planned

	def clear_faults(self) -> None:
		"""Forget all planned faults and callbacks."""
		self._faults.clear()
		self._calls.clear()

	def revoke_tokens(self) -> None:
		"""Let every token handed out so far answer 401 from now on."""
		self.app.revoke_tokens()

	def change_password(self, password: str | None = None) -> str:
		"""Let the administrator have another password; returns it. Tokens stay valid, as in Medusa."""
		self.password = self.app.password = password or token_urlsafe(12)
		return self.password

	def set_secrets(self, *secrets: str, allow_unsigned: bool = False) -> None:
		"""Let the plugin have these secrets, as after a restart with other options."""
		self.plugin = self.app.plugin = PluginOptions(secrets, allow_unsigned)

	def set_token_lifetime(self, seconds: int) -> None:
		"""Let new tokens expire after so many seconds (24 hours at first)."""
		self.app.token_lifetime = seconds

	def add_order(self, order_id: str | None = None) -> str:
		"""Let there be an order that /store/order-update can be told about; returns its id."""
		order_id = order_id or new_id("order")
		self.app.orders[order_id] = {}
		return order_id

	def place_order(self, basket: Basket) -> str:
		"""Let somebody have bought this; returns the order's id."""
		with self.app.lock:
			place = orders_v1.place_order if self.generation == "v1" else orders_v2.place_order
			return place(self.app, basket)

	def capture(self, order_id: str) -> None:
		"""Let the payment of an order that was placed be captured."""
		with self.app.lock:
			placed.capture(self.app, order_id)

	def refund(self, order_id: str, amount: Decimal) -> None:
		"""Let so much be paid back of an order that was placed, in major units."""
		with self.app.lock:
			placed.refund(self.app, order_id, amount)

	def change_order(self, order_id: str, **columns: object) -> None:
		"""Give an order that was placed other values, such as `status`."""
		with self.app.lock:
			self.app.placed.update(self.app.placed.rows[order_id], columns)

	def edit_order(self, order_id: str, basket: Basket) -> None:
		"""Let an order have been edited: it has this in it now; its rows keep their ids by their place."""
		with self.app.lock:
			row = self.app.placed.rows[order_id]
			self.app.placed.update(row, {"_basket": basket, "version": row.get("version", 1) + 1})
			self.app.settle(row)

	# --- what can be asked of it --------------------------------------------------------------------------

	@property
	def products(self) -> list[dict]:
		"""All products that are not deleted, oldest first, with variants, prices, options and extras."""
		return self._shown("product_rows")

	@property
	def collections(self) -> list[dict]:
		"""All collections that are not deleted, oldest first."""
		return self._shown("collection_rows")

	@property
	def price_lists(self) -> list[dict]:
		"""All price lists that are not deleted, oldest first, with their prices."""
		return self._shown("price_list_rows")

	@property
	def orders(self) -> dict[str, dict]:
		"""All orders: what /store/order-update was last told about each."""
		return self.app.orders

	@property
	def quotations(self) -> dict[str, dict]:
		"""All quotations that /store/quotation-update was told about."""
		return self.app.quotations

	def order_update(self, order_id: str) -> dict | None:
		"""What /store/order-update was last told about this order."""
		return self.app.orders.get(order_id) or None

	def quotation_update(self, quotation_id: str) -> dict | None:
		"""What /store/quotation-update was last told about this quotation."""
		return self.app.quotations.get(quotation_id)

	def product(self, id_or_handle: str) -> dict | None:
		"""One product, by id or handle."""
		found = (p for p in self.products if id_or_handle in (p["id"], p["handle"]))
		return next(found, None)

	def sent(self, method: str = "*", path: str = "*") -> list[Request]:
		"""The requests of this method and path so far, in the order of their arrival."""
		expression = faults.pattern(path)
		return [
			request for request in list(self.requests)
			if method in ("*", request.method) and expression.match(request.path)
		]  # fmt: skip

	def _shown(self, name: str) -> list[dict]:
		with self.app.lock:
			return getattr(self.app, name)()

	# --- what the server asks -----------------------------------------------------------------------------

	def _arrived(self, request: Request) -> Fault | None:
		self.requests.append(request)
		self._call_back("arrived", request)
		return next((planned.fault for planned in list(self._faults) if planned.takes(request)), None)

	def _apply(self, request: Request) -> Answer:
		return self.app.answer(request)

	def _applied(self, request: Request, answer: Answer) -> None:
		request.status, request.answer = answer.status, answer.body
		self._call_back("applied", request)

	def _call_back(self, when: str, request: Request) -> None:
		for planned in list(self._calls):
			if planned.when == when and planned.takes(request):
				planned.callback(request)

	def _refusal(self, status: int) -> Answer:
		with contextlib.suppress(KeyError):
			return self.app.refusal(status)
		return Answer(status)
