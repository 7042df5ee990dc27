"""What both generations of Medusa offer. How a call is made is in `calls`.

Callers use `connect.connect`, which returns one of the two subclasses. Values go in, `Outcome`s come out.
A client may be used by one thread at a time; callbacks are only ever called in that thread.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from .calls import known
from .collection_calls import Collections
from .errors import Invalid, UnexpectedAnswer
from .fields import (
	EXTRAS,
	best_match,
	default_option,
	is_named,
	listed_from,
	own_variant,
	product_from,
	rows,
)
from .outcomes import save_one
from .price_lists import PriceLists
from .saving import Remote, Saving, VariantChange
from .sizes import MOST_VALUES, slices
from .store_routes import StoreRoutes
from .tokens import TokenStore
from .transport import Transport
from .values import (
	Choice,
	Connection,
	Extras,
	Generation,
	Listed,
	Outcome,
	Product,
	Server,
	StockLevel,
	Upload,
	Variant,
)


class Medusa(PriceLists, StoreRoutes, Collections):
	"""One Medusa server. `connection.generation` is not looked at: the subclass is the generation.

	`tokens` keeps the token between clients; `on_learned(name, value)` is told what had to be found out
	("extras": "properties" or "metadata"), so that the next client need not find it out again.
	"""

	generation: ClassVar[Generation]
	batch_size: ClassVar[int]
	"""How many products make one good call of `save_products`."""
	body_limit: ClassVar[int]
	"""Bytes of one request's body that the server takes as long as nobody has changed its settings."""
	side_by_side: ClassVar[bool]
	"""Whether products are saved by one request each, several at a time, for want of a batch."""

	def __init__(
		self,
		connection: Connection,
		transport: Transport,
		*,
		tokens: TokenStore | None = None,
		on_learned: Callable[[str, str], object] | None = None,
	) -> None:
		super().__init__(connection, transport, tokens=tokens)
		self._on_learned = on_learned
		self._extras: Extras | None = connection.extras

	# what the server is like

	@abstractmethod
	def about(self) -> Server:
		"""Currencies, sales channels, stock locations, the way of extras; for "test connection"."""

	def _choices(
		self, kind: str, default: str | None, *, repeatable: bool | None = None
	) -> tuple[Choice, ...]:
		"""What the server has of this kind to choose from (up to 500), and which of it is the default."""
		answer = self._request("GET", f"/admin/{kind}", params={"limit": 500}, repeatable=repeatable)
		return tuple(
			Choice(row["id"], row.get("name") or row["id"], row["id"] == default)
			for row in self._remotes(answer, kind.replace("-", "_"))
		)

	@property
	def extras(self) -> Extras:
		"""Whether item_code, ranking and so on are properties of a product here, or go to its metadata.

		Found out once, without writing anything, when the connection does not say.
		"""
		if self._extras is None:
			self._learn_extras("metadata" if self._refuses_extras() else "properties")
		return self._extras

	def _refuses_extras(self) -> bool:
		"""Send a product that cannot be created, as it has no title; see if its extras are refused."""
		try:
			self._try_extras({"item_code": "?"})
		except Invalid as error:
			return bool(error.unknown_keys & set(EXTRAS))
		raise UnexpectedAnswer(f"{self._transport.where} took a product without a title.", status=200)

	def _learn_extras(self, extras: Extras) -> None:
		self._extras = extras
		if self._on_learned:
			self._crew.at_home(self._on_learned, "extras", extras)

	# products

	def save_products(
		self, products: Sequence[Product], *, look_up: bool = False, unchecked: Collection[str] = ()
	) -> list[Outcome]:
		"""Create the products without an id, update the others, each with its one variant; one Outcome each,
		in order.

		`look_up` says that a product without an id may be there already (a repeat after an unknown outcome):
		it is looked for before it is created. Without it that is only done when Medusa says "already exists".
		`unchecked` are keys of products with an id that are read first. One that has variants of others
		is left as it is (SharedProduct).

		An Outcome's `error` is what that product alone met. Raises what concerns all, when it has kept every
		one from being saved, and always when only a person can put it right (Unauthorized, WrongAddress);
		otherwise what was saved is returned, and the rest has the error.
		"""
		return Saving(self, products, look_up=look_up, unchecked=unchecked).run()

	def find_products(self, products: Sequence[Product]) -> dict[str, tuple[str, str | None]]:
		"""Which of the products Medusa has by their own key: key -> (product id, id of our variant or None);
		what only has the same SKU or item code may be anybody's.
		"""
		remotes = self._look_up(products)
		found = {}
		for product in products:
			remote = best_match(product, remotes)
			if remote and is_named(product, remote):
				variant = own_variant(remote, product.variant)
				found[product.key] = (remote["id"], variant and variant["id"])
		return found

	def read_products(self, ids: Sequence[str]) -> list[Product]:
		"""The products as Medusa holds them, in the order of `ids`; those that are gone are left out."""
		remotes = {remote["id"]: remote for remote in self._read(known(ids))}
		return [product_from(remotes[id]) for id in ids if id in remotes]

	def list_products(self, *, page: int = 200) -> Iterator[Product]:
		"""All products, oldest id first, `page` a request. A product that appears meanwhile may be missed."""
		for listed in self.product_pages(page=page):
			yield from (one.product for one in listed)

	def product_pages(self, *, page: int = 200) -> Iterator[list[Listed]]:
		"""The same with whom each belongs to, a list for each request;
		nothing is kept of a page that was passed.

		A product may be missed while others are deleted: ask `read_listed` before it is called missing.
		"""
		_ = self.extras  # a server that has not been asked yet would not be read in full
		for remotes in self._pages("products", page, {"order": "id", **self._reading()}):
			yield list(map(listed_from, remotes))

	def read_listed(self, ids: Sequence[str]) -> list[Listed]:
		"""The products with these ids as `product_pages` has them; those that are gone are left out."""
		return list(map(listed_from, self._read(known(ids))))

	@abstractmethod
	def delete_products(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the products; one Outcome each, its key the id.

		What is gone already counts as deleted (contract 99).
		"""

	def create_option(self, product_id: str) -> str:
		"""The id of the product's option "Default", created if missing. Raises NotFound and the like."""
		return default_option(self._retrieve(product_id)) or self._make_option(product_id)

	def create_variant(self, product_id: str, variant: Variant) -> str:
		"""The id of the product's variant "Default",
		created with its option if it is missing (contract 43-48, 87-91).

		Raises Duplicate when another product has its sku or barcode, NotFound when there is no such product.
		"""

		def id_in(remote: Mapping) -> str | None:
			return (own_variant(remote, variant) or {}).get("id")

		def create() -> str:
			added = self._add_variant(product_id, option_id, variant)
			return id_in(added) or self._missing(f'the variant "{variant.title}"', added)

		remote = self._retrieve(product_id)
		if id := id_in(remote):
			return id
		option_id = default_option(remote) or self._make_option(product_id)
		return save_one(self, create=create, find=lambda: id_in(self._retrieve(product_id)))[1]

	def _make_option(self, product_id: str) -> str:
		def create() -> str:
			added = self._add_option(product_id)
			return default_option(added) or self._missing('the option "Default"', added)

		return save_one(self, create=create, find=lambda: default_option(self._retrieve(product_id)))[1]

	# stock

	@abstractmethod
	def save_stock_levels(self, levels: Sequence[StockLevel]) -> list[Outcome]:
		"""Set how many of each variant may be sold; one Outcome each, in order (contract 38).

		An Outcome's `id` is the inventory item on v2, the variant on v1; its `error` is what that level alone
		met, MissingReference when Medusa does not have the variant. Raises as `save_products` does, and
		SetupMissing when v2 has no stock location, or several and none is chosen.
		"""

	@abstractmethod
	def read_stock_levels(self, levels: Sequence[StockLevel]) -> dict[str, int | None]:
		"""What `save_stock_levels` has set of these, by their key: as many as Medusa has now, None for a
		variant that has no quantity; nothing for variants that Medusa does not have.

		In as few requests as their addresses allow. Raises as `save_stock_levels` does.
		"""

	@abstractmethod
	def create_stock_location(self, name: str) -> Choice | None:
		"""A stock location of this name that sells through the sales channel of our products,
		made if it is missing.

		None where quantities need no location (v1). Doing it twice makes one location.
		"""

	# files

	def upload(self, files: Sequence[Upload]) -> list[Outcome]:
		"""Have Medusa store the files; one Outcome each, in order, with the `url` that visitors can open."""

		def send(file: Upload) -> Outcome:
			answer = self._request("POST", "/admin/uploads", files=[file])
			stored = next(iter(rows(answer, self._uploads_key)), {})
			url = stored.get("url") or self._missing(f"the address of {file.filename}", answer)
			return Outcome(file.key, id=stored.get("id") or stored.get("key"), url=url)

		return self._each(files, send, key=lambda file: file.key)

	def _retrieve(self, product_id: str) -> dict:
		answer = self._request("GET", self._path("products", product_id), params=self._reading())
		return self._remote(answer, "product")

	def _read(self, ids: Sequence[str]) -> list[Remote]:
		return self._list_by("id[]", ids)

	def _list_by(self, filter: str, values: Iterable[str]) -> list[Remote]:
		"""All products for which the filter has one of the values,
		in as few requests as their addresses allow.
		"""
		remotes = []
		for some in slices(sorted({value for value in values if value})):
			params = {filter: some, "limit": 4 * MOST_VALUES, **self._reading()}
			remotes += self._remotes(self._request("GET", "/admin/products", params=params), "products")
		return remotes

	# what the generations spell differently

	_uploads_key: ClassVar[str]

	@abstractmethod
	def _try_extras(self, extras: dict) -> None:
		"""Try to create a product of these properties and no title."""

	@abstractmethod
	def _reading(self) -> dict[str, str]:
		"""The query parameters by which an answer has all that `product_from` reads."""

	@abstractmethod
	def _look_up(self, products: Sequence[Product]) -> list[Remote]:
		"""Whatever Medusa has that may be one of these products, or has one of their handles."""

	@abstractmethod
	def _post_new(self, products: Sequence[Product]) -> list[Remote]:
		"""Create all of them or none; Medusa's products in the same order. Not to be repeated unseen."""

	@abstractmethod
	def _post_changed(self, products: Sequence[Product]) -> list[Remote]:
		"""Update all of them or none, without their variants; Medusa's products in the same order."""

	@abstractmethod
	def _post_variants(self, changes: Sequence[VariantChange]) -> None:
		"""Change all of these variants or none; several only of products that have no other variant."""

	@abstractmethod
	def _size(self, product: Product) -> int:
		"""How many bytes this product adds to a body."""

	@abstractmethod
	def _add_option(self, product_id: str) -> Remote:
		"""Create the option "Default"; Medusa's product with its options."""

	@abstractmethod
	def _add_variant(self, product_id: str, option_id: str, variant: Variant) -> Remote:
		"""Create the variant; Medusa's product with its variants."""


def codes(currencies: Iterable[Mapping], key: str) -> tuple[str, ...]:
	"""The codes of currencies as ISO 4217 spells them, sorted."""
	return tuple(sorted(str(currency.get(key) or "").upper() for currency in currencies))
