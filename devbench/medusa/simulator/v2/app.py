"""The state of the simulated v2, who may come in, and how v2 words its errors."""

from __future__ import annotations

import base64
import binascii
import secrets

from devbench.medusa.simulator.answers import Answer, Refused, error, invalid, json_answer
from devbench.medusa.simulator.app import App, Call, Routes
from devbench.medusa.simulator.schema import Field, zod_message
from devbench.medusa.simulator.tables import Row, new_id
from devbench.medusa.simulator.v2 import views

# code: name, decimals
CURRENCIES = {
	"eur": ("Euro", 2),
	"jpy": ("Japanese Yen", 0),
	"kwd": ("Kuwaiti Dinar", 3),
	"omr": ("Omani Rial", 3),
	"usd": ("US Dollar", 2),
}
NO_KEY = (
	"Publishable API key required in the request header: x-publishable-api-key. "
	"You can manage your keys in settings in the dashboard."
)
WRONG_KEY = "A valid publishable key is required to proceed with the request"
SECRET_AS_BEARER = (
	"A secret API key was passed as a Bearer token. Secret API keys must be sent using HTTP Basic "
	"authentication instead (Authorization: Basic <secret-api-key>)."
)


class V2(App):
	"""A Medusa 2.21.2."""

	routes = Routes()
	files_path = "/static/"
	generation = "v2"

	def __init__(self, extended: bool, email: str, password: str) -> None:
		super().__init__(extended, email, password)
		self.products = self.table("Product", "prod", ("handle",), ("collection_id", "external_id"))
		self.variants = self.table("Product variant", "variant", ("barcode", "sku"), ("product_id",))
		self.options = self.table("Product option", "opt", (), ("_product_id",))
		self.values = self.table("Product option value", "optval", (), ("option_id",))
		self.images = self.table("Product image", "img", (), ("product_id",))
		self.collections = self.table("Product collection", "pcol", ("handle",))
		self.erp_products = self.table("Erp product", "erpp", (), ("_product_id",))
		self.prices = self.table("Price", "price", (), ("_variant_id", "price_list_id"))
		self.price_lists = self.table("Price list", "plist")
		self.inventory_items = self.table("Inventory item", "iitem", ("sku",), ("_variant_id",))
		self.inventory_levels = self.table("Inventory level", "ilev", (), ("inventory_item_id",))
		self.reservations = self.table("Reservation", "resitem", (), ("inventory_item_id", "_order"))
		self.sales_channels = self.table("Sales channel", "sc")
		self.stock_locations = self.table("Stock location", "sloc")
		self.shipping_profiles = self.table("Shipping profile", "sp", ("name",))
		self.regions = self.table("Region", "reg")
		self.stores = self.table("Store", "store")
		self.api_keys = self.table("Api key", "apk", ("token",))
		self.users = self.table("User", "user")
		self.customers = self.table("Customer", "cus", (), ("email",))
		self.placed = self.table("Order", "order")
		self.identities: dict[str, str] = {}
		self._seed()

	def _seed(self) -> None:
		channel = {"name": "Default Sales Channel", "description": "Created by Medusa", "is_disabled": False}
		self.sales_channel = self.sales_channels.insert({**channel, "metadata": None})
		self.stock_location = self.stock_locations.insert(
			{"name": "Main", "metadata": None, "_sales_channels": [self.sales_channel["id"]]}
		)
		self.shipping_profiles.insert(
			{"name": "Default Shipping Profile", "type": "default", "metadata": None}
		)
		self.regions.insert({"name": "World", "currency_code": "usd", "metadata": None})
		self.store = self.stores.insert(
			{
				"name": "Medusa Store",
				"default_sales_channel_id": self.sales_channel["id"],
				"default_region_id": None,
				"default_location_id": self.stock_location["id"],
				"metadata": None,
				"_currencies": [
					{"id": new_id("stocur"), "currency_code": code, "is_default": code == "usd"}
					for code in CURRENCIES
				],
			}
		)
		person = {
			"email": self.email,
			"first_name": None,
			"last_name": None,
			"avatar_url": None,
			"metadata": None,
		}
		self.user = self.users.insert(person)
		self.publishable_key = self.new_key("Shop", "publishable")["token"]
		self.secret_key = self.new_key("Integration", "secret")["token"]

	def new_key(self, title: str, kind: str) -> Row:
		"""A new API key."""
		token = f"{'sk' if kind == 'secret' else 'pk'}_{secrets.token_hex(32)}"
		return self.api_keys.insert(
			{
				"token": token,
				"redacted": f"{token[:6]}***{token[-3:]}",
				"title": title,
				"type": kind,
				"last_used_at": None,
				"created_by": self.user["id"],
				"revoked_by": None,
				"revoked_at": None,
			}
		)

	def settle(self, order: Row) -> None:
		"""Have stock and reservations follow an order."""
		from devbench.medusa.simulator.v2 import reservations

		reservations.settle(self, order)

	# --- who may come in ----------------------------------------------------------------------------------

	def check(self, call: Call) -> None:
		path = call.request.path
		if path.startswith("/store/"):
			self._check_publishable_key(call)
		signed = self.is_signed_route(path)
		if path.startswith("/admin/") or signed:
			self._check_caller(call)
		if signed:
			self.check_signature(call)

	def _check_publishable_key(self, call: Call) -> None:
		key = call.header("x-publishable-api-key")
		if not key:
			raise error(400, "not_allowed", NO_KEY)
		if not self._is_key(key, "publishable"):
			raise error(400, "not_allowed", WRONG_KEY)

	def _check_caller(self, call: Call) -> None:
		kind, _, credentials = call.header("Authorization").partition(" ")
		if kind == "Bearer" and self._is_key(credentials, "secret"):
			raise Refused(json_answer({"message": SECRET_AS_BEARER}, 401))
		if self.claims(call).get("actor_type") == "user":
			return
		if kind == "Basic" and self._is_key(_basic(credentials), "secret"):
			return
		raise Refused(self.refusal(401))

	def _is_key(self, token: str, kind: str) -> bool:
		row = self.api_keys.first("token", token)
		return bool(row and row["type"] == kind and not row["revoked_at"])

	# --- errors -------------------------------------------------------------------------------------------

	def body_limit(self, path: str) -> int:
		return 2 * 1024 * 1024 if path.endswith("/batch") else 100 * 1024

	def refusal(self, status: int) -> Answer:
		if status == 401:
			return json_answer({"message": "Unauthorized"}, 401)
		if status == 413:
			return json_answer({"message": "request entity too large", "type": "unknown_error"}, 413)
		return super().refusal(status)

	def unreadable(self, error: Exception) -> Answer:
		return json_answer({"message": str(error), "type": "invalid_data"}, 400)

	def duplicate(self, what: str, column: str, value: object) -> Exception:
		return invalid(f"{what} with {column}: {value}, already exists.")

	# --- what the tests look at ---------------------------------------------------------------------------

	def product_rows(self) -> list[Row]:
		fields = "*erp_product,*variants.inventory_items" if self.extended else "*variants.inventory_items"
		return [views.show(self, "product", row, fields) for row in self.products]

	def collection_rows(self) -> list[Row]:
		return [views.show(self, "collection", row, None) for row in self.collections]

	def price_list_rows(self) -> list[Row]:
		return [views.show(self, "price_list", row, "*prices") for row in self.price_lists]


def _basic(credentials: str) -> str:
	"""The key in a Basic header: before the colon of the decoded pair, or the header's own text."""
	try:
		return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
	except (binascii.Error, UnicodeDecodeError):
		return credentials


def validate(schema: Field, body: object) -> None:
	"""Refuse a body or a query that does not fit, in v2's words."""
	if message := zod_message(schema, body):
		raise invalid(message)


def accept(schema: Field, call: Call) -> None:
	"""Refuse a body that does not fit, or a query with more in it than `fields`."""
	validate(schema, call.body)
	accept_query(call)


def accept_query(call: Call) -> None:
	"""Refuse a query with more in it than `fields`."""
	if unknown := [name for name in call.query if name != "fields"]:
		raise invalid(f"Invalid request: Unrecognized fields: '{', '.join(unknown)}'")
