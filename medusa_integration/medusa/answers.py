"""Reading an answer: never more of it, and never for longer, than any answer of Medusa's takes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import requests
from pydantic_core import from_json

LARGEST_ANSWER = 32_000_000
"""Bytes of one answer, unpacked. A page of 200 products is a tenth of it even with 10 KB of text each."""
LARGEST_FOR_SHOP = 1_000_000
"""The same for the routes of the shop, whose answers are about one customer and are handed on."""
CHUNK = 16 * 1024
"""Bytes read at once: packed, they are a few MB at most."""


@dataclass(frozen=True, slots=True)
class Answer:
	"""What came back: `body` is its JSON, or its text where it is none; `length` is in bytes, unpacked.

	`fault` is what is wrong with it as an answer, as the end of a sentence; "" when it could be read.
	"""

	status: int
	reason: str
	headers: Mapping[str, str] = field(repr=False)
	body: object = None
	length: int = 0
	fault: str = ""


def read(response: requests.Response, largest: int, seconds: float) -> tuple[bytes, str]:
	"""The body, read as it comes in, and why it was not read to its end: more than `largest` bytes, or longer
	than `seconds` after its beginning. That is the end of a sentence, "" for a whole body.

	Raises what urllib3 and `requests` do when the connection breaks.
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
	"""The answer with what was read of it: as JSON if that is what it is, else as text."""
	answer = replace(answer, length=len(content), fault=fault)
	try:
		# a reader with a bound of its own: at the end of Python's stack, what the garbage collector
		# calls fails, whoever's it is
		return replace(answer, body=from_json(content, allow_inf_nan=False))
	except ValueError as error:
		if "recursion limit" in str(error):
			return replace(answer, fault="answered with JSON that is nested too deep.")
		return replace(answer, body=content.decode("utf-8", "replace"))
