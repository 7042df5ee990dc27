"""What both generations of Medusa offer, and how a call is made: signed in, retried, reported.

Callers use `connect.connect`, which returns one of the two subclasses. Values go in, `Outcome`s come out.
A client may be used by one thread at a time; callbacks are only ever called in that thread.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, NoReturn, TypeVar
from urllib.parse import quote

from .errors import (
	Busy,
	Duplicate,
	Invalid,
	MedusaError,
	NotFound,
	ServerError,
	SignInFailed,
	Unauthorized,
	UnexpectedAnswer,
	WrongAddress,
)
from .fields import (
	EXTRAS,
	GROUP,
	best_match,
	collection_fields,
	default_option,
	metadata_of,
	own_variant,
	product_from,
	rows,
)
from .parallel import Crew
from .saving import Remote, Saving, VariantChange, save_one, settled
from .store_routes import StoreRoutes
from .tokens import MemoryTokens, TokenStore, ends_soon
from .transport import CONNECTIONS, Transport
from .values import (
	Choice,
	Collection,
	Connection,
	Extras,
	Generation,
	Outcome,
	Product,
	Server,
	Upload,
	Variant,
)

T = TypeVar("T")
LONGEST_QUERY = 6_000
"""Characters of ids and handles in one address; servers and proxies take 8 KB of it as a rule."""
MOST_VALUES = 100
"""How many ids or handles one look-up asks for."""


class Medusa(StoreRoutes, ABC):
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
		self.connection = connection
		self._transport = transport
		self._tokens = tokens or MemoryTokens()
		self._token: str | None = None
		self._refused: SignInFailed | None = None
		self._on_learned = on_learned
		self._extras: Extras | None = connection.extras
		self._crew = Crew(CONNECTIONS)
		report = transport.on_exchange
		if report:
			transport.on_exchange = lambda exchange: self._crew.at_home(report, exchange)

	def __enter__(self):
		return self

	def __exit__(self, *_: object) -> None:
		self.close()

	def close(self) -> None:
		"""Close the connections that are kept open."""
		self._transport.close()

	def meanwhile(self, work: Callable[[], object] | None) -> None:
		"""Have `work` done in this thread during the next call that leaves it waiting for others, if there is one.

		It must not raise. None takes it back.
		"""
		self._crew.meanwhile = work

	# what the server is like

	@abstractmethod
	def about(self) -> Server:
		"""Currencies, sales channels, stock locations and the way of extras; also what "test connection" calls."""

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
		"""Send a product that cannot be created, for want of a title, and see whether its extras are complained of."""
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

	def save_products(self, products: Sequence[Product], *, look_up: bool = False) -> list[Outcome]:
		"""Create the products without an id, update the others, each with its one variant; one Outcome each, in order.

		`look_up` says that a product without an id may be there already (a repeat after an unknown outcome): it is
		looked for before it is created. Without it that is only done when Medusa says "already exists".

		An Outcome's `error` is what that product alone met. Raises what concerns all, when it has kept every one
		from being saved, and always when only a person can put it right (Unauthorized, WrongAddress); otherwise
		what was saved is returned, and the rest has the error.
		"""
		return Saving(self, products, look_up=look_up).run()

	def find_products(self, products: Sequence[Product]) -> dict[str, tuple[str, str | None]]:
		"""Which of the products Medusa has already: their key -> (product id, id of our variant or None)."""
		remotes = self._look_up(products)
		found = {}
		for product in products:
			if remote := best_match(product, remotes):
				variant = own_variant(remote, product.variant)
				found[product.key] = (remote["id"], variant and variant["id"])
		return found

	def read_products(self, ids: Sequence[str]) -> list[Product]:
		"""The products as Medusa holds them, in the order of `ids`; those that are gone are left out."""
		remotes = {remote["id"]: remote for remote in self._read(_known(ids))}
		return [product_from(remotes[id]) for id in ids if id in remotes]

	def list_products(self, *, page: int = 200) -> Iterator[Product]:
		"""All products, oldest id first, `page` a request. A product that appears meanwhile may be missed."""
		offset = 0
		while True:
			answer = self._request(
				"GET",
				"/admin/products",
				params={"limit": page, "offset": offset, "order": "id", **self._reading()},
			)
			remotes = self._remotes(answer, "products")
			yield from map(product_from, remotes)
			offset += len(remotes)
			if not remotes or offset >= (answer.get("count") or 0):
				return

	@abstractmethod
	def delete_products(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the products; one Outcome each, its key the id. What is gone already counts as deleted (contract 99)."""

	def create_option(self, product_id: str) -> str:
		"""The id of the product's option "Default", created if it is missing. Raises NotFound and the like."""
		return default_option(self._retrieve(product_id)) or self._make_option(product_id)

	def create_variant(self, product_id: str, variant: Variant) -> str:
		"""The id of the product's variant "Default", created with its option if it is missing (contract 43-48, 87-91).

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

	# collections

	def save_collections(self, collections: Sequence[Collection], *, look_up: bool = False) -> list[Outcome]:
		"""Create the collections without an id, update the others. As `save_products`.

		One with our handle is ours, unless its metadata names another Item Group: then ours gets the fallback handle.
		"""

		def save(collection: Collection) -> Outcome:
			id = collection.id
			if not id and look_up:
				id = self._find_collection(collection)
			if not id:
				try:
					created, id = self._create_collection(collection)
				except Duplicate:
					if collection.handle == collection.fallback_handle:
						raise
					return save(replace(collection, handle=collection.fallback_handle))
				if created:
					return Outcome(collection.key, id=id)
			return Outcome(
				collection.key, id=self._post_collection(self._path("collections", id), collection)
			)

		return self._each(collections, save, key=lambda collection: collection.key)

	def _create_collection(self, collection: Collection) -> tuple[bool, str]:
		return save_one(
			self,
			create=lambda: self._post_collection("/admin/collections", collection, new=True),
			find=lambda: self._find_collection(collection),
		)

	def delete_collections(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the collections; one Outcome each, its key the id. What is gone already counts as deleted."""
		return self._each(_known(ids), lambda id: self._delete("collections", id), key=str)

	def _post_collection(self, path: str, collection: Collection, *, new: bool = False) -> str:
		body = collection_fields(collection)
		if new:
			body["handle"] = collection.handle
		answer = self._request("POST", path, json=body, repeatable=not new, about=collection.key)
		return self._remote(answer, "collection")["id"]

	def _find_collection(self, collection: Collection) -> str | None:
		params = {"handle": collection.handle, "limit": 1}
		answer = self._request("GET", "/admin/collections", params=params)
		for found in self._remotes(answer, "collections"):
			if "metadata" not in found:  # v1 lists less than it has
				answer = self._request("GET", self._path("collections", found["id"]))
				found = self._remote(answer, "collection")
			if metadata_of(found).get(GROUP) in (None, "", collection.key):
				return found["id"]
		return None

	# files

	def upload(self, files: Sequence[Upload]) -> list[Outcome]:
		"""Have Medusa store the files; one Outcome each, in order, with the `url` that visitors can open."""

		def send(file: Upload) -> Outcome:
			answer = self._request("POST", "/admin/uploads", files=[file])
			stored = next(iter(rows(answer, self._uploads_key)), {})
			url = stored.get("url") or self._missing(f"the address of {file.filename}", answer)
			return Outcome(file.key, id=stored.get("id") or stored.get("key"), url=url)

		return self._each(files, send, key=lambda file: file.key)

	# the shop's own routes

	def ask_as_shop(
		self, method: str, path: str, json: object = None, *, headers: Mapping[str, str] | None = None
	) -> dict:
		"""Call a route as the shop's pages do: with the publishable key, without the administrator's token.

		`headers` may carry a customer's token. Sent again only when it surely was not done, or reads. Raises MedusaError.
		"""
		return self._transport.send(
			method,
			path,
			json=json,
			headers={**self._headers(path), **(headers or {})},
			repeatable=method == "GET",
		)

	# how a call is made

	def _request(
		self,
		method: str,
		path: str,
		*,
		json: object = None,
		params: Mapping[str, object] | None = None,
		files: Sequence[Upload] = (),
		repeatable: bool | None = None,
		about: str | None = None,
	) -> dict:
		"""Every signed-in call: sends it with a token, and once more with a new one after a 401.

		`repeatable`: doing it twice does no harm; None means GET and DELETE. Raises MedusaError.
		"""
		send = {
			"json": json,
			"params": params,
			"files": files,
			"repeatable": method in ("GET", "DELETE") if repeatable is None else repeatable,
			"about": about,
		}
		headers = self._headers(path)
		if static := self._static_key():
			return self._transport.send(method, path, headers=headers | static, **send)
		token = self._current_token()
		try:
			return self._transport.send(method, path, headers=headers | _bearer(token), **send)
		except Unauthorized:
			token = self._crew.at_home(self._renewed_token, token)
			return self._transport.send(method, path, headers=headers | _bearer(token), **send)

	def _current_token(self) -> str:
		return self._token or self._crew.at_home(self._first_token)

	def _first_token(self) -> str:
		if not self._token:
			token = self._tokens.read()
			if token and not ends_soon(token):
				self._token = token
			else:
				return self._renewed_token(token)
		return self._token

	def _renewed_token(self, stale: str | None) -> str:
		if self._refused:
			# once is enough: more tries would lock the account
			raise self._refused
		if not self._token or self._token == stale:
			self._token = None
			self._token = self._tokens.renew(stale, self._sign_in_once)
		return self._token

	def _sign_in_once(self) -> str:
		try:
			if not (self.connection.email and self.connection.password):
				raise SignInFailed("There is no e-mail address and password to sign in to Medusa with.")
			return self._sign_in()
		except SignInFailed as error:
			self._refused = error
			raise

	def _sign_in_at(self, path: str, key: str) -> str:
		"""Sign in there with e-mail address and password; the token is under `key`. Raises SignInFailed."""
		body = {"email": self.connection.email, "password": self.connection.password}
		try:
			answer = self._transport.send("POST", path, json=body, repeatable=True)
		except (Unauthorized, Invalid, NotFound) as error:
			raise SignInFailed(
				f"{self._transport.where} does not accept this e-mail address and password.",
				status=error.status,
				code=error.code,
				type=error.type,
				message=error.message,
				body=error.body,
			) from error
		token = answer.get(key)
		if not isinstance(token, str) or not token:
			raise SignInFailed(
				f"{self._transport.where} gives no token for an e-mail address and password alone.",
				status=200,
			)
		return token

	def _each(
		self, items: Sequence[T], work: Callable[[T], Outcome], *, key: Callable[[T], str]
	) -> list[Outcome]:
		"""Do the work for each item, several at a time; one Outcome each, in order. Raises as `save_products` does."""
		outcomes: dict[int, Outcome] = {}
		stopped: list[MedusaError] = []

		def one(position: int) -> None:
			if stopped:
				return
			try:
				outcomes[position] = work(items[position])
			except MedusaError as error:
				if self._concerns_all(error):
					stopped.append(error)
				else:
					outcomes[position] = Outcome(key(items[position]), error=error)

		self._crew.run(one, range(len(items)))
		return settled(outcomes, [key(item) for item in items], stopped)

	def _concerns_all(self, error: MedusaError) -> bool:
		"""Whether the error would meet any other call as well, and not only what was just sent."""
		if not error.retryable:
			return isinstance(error, (Unauthorized, WrongAddress))
		if isinstance(error, Busy):
			return False
		if not isinstance(error, UnexpectedAnswer) and not (
			isinstance(error, ServerError) and error.from_medusa
		):
			return True
		# broken by this one value, or broken altogether?
		try:
			self._request("GET", "/admin/products", params={"limit": 1, "fields": "id"})
		except MedusaError:
			return True
		return False

	def _remote(self, answer: Mapping, key: str) -> Remote:
		"""The one thing that the answer has under this key; raises UnexpectedAnswer when it has none with an id."""
		remote = answer.get(key)
		if not isinstance(remote, dict) or not isinstance(remote.get("id"), str):
			self._missing(key, answer)
		return remote

	def _remotes(self, answer: Mapping, key: str) -> list[Remote]:
		"""The list of things that the answer has under this key, each with an id; raises UnexpectedAnswer otherwise."""
		if not isinstance(answer.get(key), list):
			self._missing(key, answer)
		return [self._remote({key: remote}, key) for remote in answer[key]]

	def _missing(self, what: str, answer: object) -> NoReturn:
		raise UnexpectedAnswer(f"{self._transport.where} answered without {what}.", status=200, body=answer)

	@staticmethod
	def _path(kind: str, id: str, *more: str) -> str:
		if not id:
			raise ValueError(f"no id of the {kind}")
		return "/".join(("/admin", kind, quote(id, safe=""), *more))

	def _delete(self, kind: str, id: str) -> Outcome:
		try:
			self._request("DELETE", self._path(kind, id))
		except NotFound:
			pass
		return Outcome(id, id=id)

	def _retrieve(self, product_id: str) -> dict:
		answer = self._request("GET", self._path("products", product_id), params=self._reading())
		return self._remote(answer, "product")

	def _read(self, ids: Sequence[str]) -> list[Remote]:
		return self._list_by("id[]", ids)

	def _list_by(self, filter: str, values: Iterable[str]) -> list[Remote]:
		"""All products for which the filter has one of the values, in as few requests as their addresses allow."""
		remotes = []
		for some in slices(sorted({value for value in values if value})):
			params = {filter: some, "limit": 4 * MOST_VALUES, **self._reading()}
			remotes += self._remotes(self._request("GET", "/admin/products", params=params), "products")
		return remotes

	# what the generations spell differently

	_uploads_key: ClassVar[str]

	def _headers(self, path: str) -> dict[str, str]:
		"""What a request to this path carries besides the credentials."""
		return {}

	@abstractmethod
	def _static_key(self) -> dict[str, str] | None:
		"""The headers of a key that needs no signing in, or None."""

	@abstractmethod
	def _sign_in(self) -> str:
		"""A new token for e-mail address and password. Raises SignInFailed."""

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


def slices(values: Sequence[str]) -> Iterator[list[str]]:
	"""The values in lists that fit into one address."""
	some: list[str] = []
	length = 0
	for value in values:
		cost = len(quote(value)) + 20
		if some and (length + cost > LONGEST_QUERY or len(some) == MOST_VALUES):
			yield some
			some, length = [], 0
		some.append(value)
		length += cost
	if some:
		yield some


def _bearer(token: str) -> dict[str, str]:
	return {"Authorization": f"Bearer {token}"}


def _known(ids: Sequence[str]) -> Sequence[str]:
	if not all(ids):
		raise ValueError("an id is empty")
	return ids
