"""The state of the simulated v1, who may come in, and how v1 words its errors."""

from __future__ import annotations

from devbench.medusa.simulator.answers import (
	Answer,
	Refused,
	error,
	html_answer,
	invalid,
	json_answer,
)
from devbench.medusa.simulator.app import App, Call, Routes, known
from devbench.medusa.simulator.schema import Field, class_validator_message
from devbench.medusa.simulator.tables import Row, new_id, now
from devbench.medusa.simulator.v1 import views

# what v1's error formatter adds to every error of PostgreSQL or of its own services inside a transaction
TAIL = "\nCannot read properties of undefined (reading 'length')"
# what v1 names instead of the column when a creation meets a value that is taken
VARIANT_INDEXES = {
	"barcode": "IDX_045d4a149c09f4704e0bc08dd4",
	"sku": "IDX_2ca8cfbdafb998ecfd6d340389",
}
CURRENCIES = {
	"usd": "US Dollar",
	"eur": "Euro",
	"omr": "Omani Rial",
	"jpy": "Japanese Yen",
	"kwd": "Kuwaiti Dinar",
}


class V1(App):
	"""A Medusa 1.20.11."""

	routes = Routes()
	files_path = "/uploads/"
	generation = "v1"

	def __init__(self, extended: bool, email: str, password: str) -> None:
		super().__init__(extended, email, password)
		self.products = self.table("Product", "prod", ("handle",), ("collection_id",))
		self.variants = self.table("Variant", "variant", ("barcode", "sku"), ("product_id",))
		self.options = self.table("Option", "opt", (), ("product_id",))
		self.values = self.table("Value", "optval", (), ("option_id", "variant_id"))
		self.images = self.table("Image", "img", (), ("_product_id",))
		self.collections = self.table("Product_collection", "pcol", ("handle",))
		self.price_lists = self.table("Price_list", "pl")
		self.prices = self.table("Money_amount", "ma", (), ("variant_id", "price_list_id"))
		self.sales_channels = self.table("Sales_channel", "sc")
		self.regions = self.table("Region", "reg")
		self.users = self.table("User", "usr", ("email",))
		self.customers = self.table("Customer", "cus", (), ("email",))
		self.placed = self.table("Order", "order")
		self.sales_channel = self.sales_channels.insert(
			{
				"name": "Default Sales Channel",
				"description": "Created by Medusa",
				"is_disabled": False,
				"metadata": None,
			}
		)
		self.profile = {
			"id": new_id("sp"),
			"created_at": now(),
			"updated_at": now(),
			"deleted_at": None,
			"name": "Default Shipping Profile",
			"type": "default",
			"metadata": None,
		}
		self.store = self.new_store()
		self.regions.insert({"name": "World", "currency_code": "usd", "tax_rate": 0, "metadata": None})
		self.user = self.users.insert(
			{
				"role": "admin",
				"email": email,
				"first_name": None,
				"last_name": None,
				"api_token": None,
				"metadata": None,
			}
		)

	def new_store(self) -> Row:
		return {
			"id": new_id("store"),
			"created_at": now(),
			"updated_at": now(),
			"name": "Medusa Store",
			"default_currency_code": "usd",
			"default_location_id": None,
			"metadata": None,
			"default_sales_channel_id": self.sales_channel["id"],
			"currencies": [currency(code) for code in CURRENCIES],
			"default_currency": currency("usd"),
		}

	@property
	def known_currencies(self) -> tuple[str, ...]:
		"""Every currency that PostgreSQL has a row for; the store need not support it."""
		return tuple(CURRENCIES)

	def new_price(self, body: dict, variant_id: str, price_list_id: str | None) -> Row:
		"""The columns of a price."""
		return {
			"currency_code": body["currency_code"],
			"amount": body["amount"],
			"min_quantity": body.get("min_quantity"),
			"max_quantity": body.get("max_quantity"),
			"price_list_id": price_list_id,
			"region_id": None,
			"variant_id": variant_id,
		}

	def known_product(self, product_id: str) -> Row:
		"""The product with this id; refuses when there is none."""
		return known(self.products, "Product", product_id)

	def product_rows(self) -> list[Row]:
		return [views.product(self, row) for row in self.products]

	def collection_rows(self) -> list[Row]:
		return [views.collection(self, row) for row in self.collections]

	def price_list_rows(self) -> list[Row]:
		return [views.price_list(self, row) for row in self.price_lists]

	def body_error(self, text: str) -> Refused:
		"""What v1's checks of linked rows answer: a shape of their own."""
		message = "Provided request body contains errors. Please check the data and retry the request"
		return Refused(json_answer({"errors": [text], "message": message}, 400))

	def check(self, call: Call) -> None:
		path = call.request.path
		signed = self.is_signed_route(path)
		if path == "/admin/auth/token" or not (path.startswith("/admin/") or signed):
			return
		token = call.header("x-medusa-access-token")
		is_token = bool(token) and token == self.user["api_token"]
		if not is_token and self.claims(call).get("domain") != "admin":
			raise Refused(self.refusal(401))
		if signed:
			self.check_signature(call)

	def refusal(self, status: int) -> Answer:
		if status == 401:
			return Answer(401, b"Unauthorized", None)
		if status == 413:
			return html_answer(413, "Payload Too Large")
		return super().refusal(status)

	def unreadable(self, error: Exception) -> Answer:
		return html_answer(400, "Bad Request")

	def duplicate(self, what: str, column: str, value: object) -> Exception:
		if what == "Variant":
			return invalid(
				f'duplicate key value violates unique constraint "{VARIANT_INDEXES[column]}"{TAIL}'
			)
		return error(
			422, "duplicate_error", f"{what} with {column} {value} already exists.", "invalid_request_error"
		)


def currency(code: str) -> Row:
	"""A currency as v1 shows it."""
	return {
		"code": code,
		"symbol": code.upper(),
		"symbol_native": code.upper(),
		"name": CURRENCIES.get(code, code),
	}


def validate(schema: Field, body: object) -> None:
	"""Refuse a body or a query that does not fit, in v1's words."""
	if message := class_validator_message(schema, body):
		raise invalid(message)
