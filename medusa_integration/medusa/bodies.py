"""The bodies of requests and of answers, and how Medusa's answers are told from others.

No more of an answer is read, and for no longer, than any answer of Medusa's takes.
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests
from pydantic_core import from_json

from .errors import shortened
from .failures import message_in
from .values import Json

LARGEST_ANSWER = 32_000_000
"""Bytes of one answer, unpacked. A page of 200 products is a tenth of it even with 10 KB of text each."""
LARGEST_FOR_SHOP = 1_000_000
"""The same for the routes of the shop, whose answers are about one customer and are handed on."""
CHUNK = 16 * 1024
"""Bytes read at once: packed, they are a few MB at most."""
ID = re.compile(r"[A-Za-z0-9_.-]{1,140}")
"""What an id of Medusa's is made of: it becomes part of addresses, and a value of 140 characters at most."""
_IDS = frozenset(
	{
		*("id", "product_id", "variant_id", "collection_id", "inventory_item_id", "location_id"),
		*("price_list_id", "customer_id", "default_sales_channel_id", "default_location_id"),
	}
)
# what is in these is not Medusa's own to name: people's values, and names of files
_OTHERS = frozenset({"metadata", "files", "uploads"})
ENVELOPES = frozenset(
	{
		*("product", "products", "variant", "variants", "product_variants", "created", "updated", "deleted"),
		*("collection", "collections", "price_list", "price_lists", "prices", "uploads", "files"),
		*("store", "stores", "sales_channels", "stock_location", "stock_locations", "shipping_profiles"),
		*("inventory_item", "inventory_items", "user", "customer", "customer_id", "token", "access_token"),
		*("order", "orders", "message", "verification_required", "mfa_required"),
	}
)
"""What an answer of Medusa's has at its top: one of these at least."""
_title = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Answer:
	"""What came back.

	Attributes:
		status: HTTP's.
		reason: HTTP's own phrase.
		headers: The headers.
		body: The parsed JSON, or the text where it is none.
		length: Bytes, unpacked.
		fault: What is wrong with it as an answer, as the end of a sentence; "" when it could be read.
	"""

	status: int
	reason: str
	headers: Mapping[str, str] = field(repr=False)
	body: object = None
	length: int = 0
	fault: str = ""


def encode(body: object) -> bytes:
	"""Return the body as JSON in UTF-8, without what PostgreSQL cannot store (NUL, halves of surrogates)."""
	text = _dumped(body)
	if "\\u0000" in text:  # rare, and looking into every value takes longer than all the rest
		text = _dumped(_storable(body))
	return text.encode("utf-8", "replace")


def _dumped(body: object) -> str:
	return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _storable(value: object) -> object:
	if isinstance(value, str):
		return value.replace("\x00", "")
	if isinstance(value, Mapping):
		return {key: _storable(item) for key, item in value.items()}
	if isinstance(value, (list, tuple)):
		return [_storable(item) for item in value]
	return value


def read(response: requests.Response, largest: int, seconds: float) -> tuple[bytes, str]:
	"""Read the body as it comes in.

	Args:
		response: The answer, whose body was not read yet.
		largest: Bytes, unpacked, after which reading stops.
		seconds: Time after which reading stops.

	Returns:
		The body, and why it was not read to its end, as the end of a sentence; "" for a whole body.

	Raises:
		requests.RequestException: The connection breaks.
		urllib3.exceptions.HTTPError: The connection breaks.
	"""
	ends = time.monotonic() + seconds
	content = bytearray()
	for chunk in _chunks(response):
		content += chunk
		if len(content) > largest:
			return b"", f"answered with more than {largest // 1_000_000} MB."
		if time.monotonic() > ends:
			return b"", f"did not come to the end of its answer within {seconds:g} seconds."
	return bytes(content), ""


def _chunks(response: requests.Response) -> Iterator[bytes]:
	# one that waits for a whole chunk could be kept waiting for ever, by a byte now and then
	read1 = getattr(response.raw, "read1", None)
	if read1:
		while chunk := read1(CHUNK, decode_content=True):
			yield chunk
	else:
		yield from response.iter_content(CHUNK)


def parsed(answer: Answer, content: bytes, fault: str) -> Answer:
	"""Return the answer with the content that was read: as JSON if that is what it is, else as text."""
	answer = replace(answer, length=len(content), fault=fault)
	try:
		# a reader with a bound of its own: at the end of Python's stack, what the garbage collector
		# calls fails, whoever's it is
		return replace(answer, body=from_json(content, allow_inf_nan=False))
	except ValueError as error:
		if "recursion limit" in str(error):
			return replace(answer, fault="answered with JSON that is nested too deep.")
		return replace(answer, body=content.decode("utf-8", "replace"))


def is_id(value: object) -> bool:
	"""Whether this can be an id of Medusa's."""
	return isinstance(value, str) and bool(ID.fullmatch(value))


def odd_id(answer: Json, levels: int) -> str | None:
	"""Return the first id in an answer that cannot be one; None when all can.

	Raises:
		RecursionError: The answer is nested deeper than so many levels.
	"""
	ours: list[Any] = [answer]
	others: list[Any] = []
	for _ in range(levels):
		inner: list[Any] = []
		others = [item for container in others for item in _containers(container)]
		for container in ours:
			if isinstance(container, list):
				inner += _containers(container)
				continue
			for key, value in container.items():
				if isinstance(value, (dict, list)):
					(others if key in _OTHERS else inner).append(value)
				elif key in _IDS and isinstance(value, str) and not ID.fullmatch(value):
					return value
		ours = inner
		if not (ours or others):
			return None
	raise RecursionError


def _containers(container: dict[str, Any] | list[Any]) -> list[Any]:
	items = container.values() if isinstance(container, dict) else container
	return [item for item in items if isinstance(item, (dict, list))]


def described(body: object, headers: Mapping[str, str]) -> str:
	"""Return a sentence that says whose answer it seems to be.

	The title of its page and its header Server tell; "" when neither says anything.
	"""
	found = _title.search(body[:20_000]) if isinstance(body, str) else None
	title = _plain(html.unescape(found[1])) if found else ""
	server = _plain(headers.get("Server") or "")
	named = [f'the page "{title}"'] if title else []
	named += [f"the server {server}"] if server else []
	return f"It seems to be {' of '.join(named)}." if named else ""


def kept(status: int, body: object, length: int) -> object:
	"""Return the answer as it may be kept: whole if it is of Medusa's shape, else its status and length.

	A person who may set the address must not read in the log what any other server answers.
	"""
	if not length:
		return None
	is_medusas = isinstance(body, dict) and (message_in(body) or not ENVELOPES.isdisjoint(body))
	return body if is_medusas else f"({status}, {length} bytes that are not Medusa's JSON)"


def _plain(text: str) -> str:
	"""One line without control characters, cut."""
	return shortened(" ".join("".join(c if c.isprintable() else " " for c in text).split()), LONGEST_NAME)


def rows(value: Mapping[str, Any], key: str) -> list[Json]:
	"""Return the objects that a JSON object lists under this key; empty where it has no list."""
	listed = value.get(key)
	return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def metadata_of(value: Mapping[str, Any]) -> Mapping[str, Any]:
	"""Return the metadata of a JSON object; empty without."""
	metadata = value.get("metadata")
	return metadata if isinstance(metadata, Mapping) else {}
