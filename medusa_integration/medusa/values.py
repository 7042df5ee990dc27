"""The values that go into the client and come out of it, beside Medusa's own JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Generation = Literal["v1", "v2"]
"""Medusa 1 or Medusa 2."""
Json = dict[str, Any]
"""A JSON object, such as a product as Medusa returns it."""


@dataclass(frozen=True, slots=True)
class Connection:
	"""How to reach one Medusa server.

	Attributes:
		url: The server's address, without /admin or /store.
		email: The admin user's e-mail address.
		password: The admin user's password.
		secret_key: A secret API key (v2) or the user's API token (v1), which needs no signing in.
		publishable_key: What the /store routes of v2 ask for.
		shared_secret: What requests to a plugin's routes are signed with, if there is one.
		signature_header: The header with the signature.
		generation: None means: find out.
		timeout: Seconds.
	"""

	url: str
	email: str | None = None
	password: str | None = field(default=None, repr=False)
	secret_key: str | None = field(default=None, repr=False)
	publishable_key: str | None = None
	shared_secret: str | None = field(default=None, repr=False)
	signature_header: str = "X-Signature"
	generation: Generation | None = None
	timeout: int = 30


@dataclass(frozen=True, slots=True)
class Upload:
	"""A file whose bytes Medusa is to store. `key` is the caller's name for it."""

	key: str
	filename: str
	content: bytes
	content_type: str


@dataclass(frozen=True, slots=True)
class StoredFile:
	"""A file that Medusa has stored; `url` is where visitors can open it."""

	url: str
	id: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
	"""Something on the server that a person can choose: a sales channel, a stock location."""

	id: str
	name: str
	is_default: bool = False


@dataclass(frozen=True, slots=True)
class Store:
	"""The store's own settings. Currency codes are ISO 4217 in upper case; ids are None where not set."""

	currencies: tuple[str, ...] = ()
	default_sales_channel_id: str | None = None
	default_location_id: str | None = None


@dataclass(frozen=True, slots=True)
class InventoryLevel:
	"""How many of an inventory item are stocked at a location (v2); `quantity` is a whole number."""

	item_id: str
	location_id: str
	quantity: int


@dataclass(frozen=True, slots=True)
class NewCustomer:
	"""A person who registers in the shop. Only v2 keeps `company_name` and `metadata`."""

	email: str
	password: str = field(repr=False)
	first_name: str = ""
	last_name: str = ""
	phone: str = ""
	company_name: str = ""
	metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
	"""One HTTP request to Medusa and what came of it, with secrets masked already.

	Attributes:
		method: GET, POST or DELETE.
		url: The whole address.
		status: HTTP's; 0 means no answer.
		milliseconds: From sending to the end of the answer.
		request_body: JSON, or the start of it as text where it is long.
		response_body: As `request_body`.
		error: The sentence of the error that was raised.
		about: The caller's key of the one thing that the request was about; None for several or none.
	"""

	method: str
	url: str
	status: int
	milliseconds: int
	request_body: object = None
	response_body: object = None
	error: str | None = None
	about: str | None = None
