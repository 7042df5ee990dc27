"""HTTP to one server: a session, one way to send, and what each failure means.

Every attempt is reported as an `Exchange`, whatever comes of it, with secrets masked.
"""

from __future__ import annotations

import json
import logging
import random as randomness
import re
import time
from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from .answers import LARGEST_ANSWER, Answer, parsed, read
from .broken import error_from_failure
from .errors import MedusaError, NotMedusa, UnexpectedAnswer, WrongAddress, shortened
from .foreign import described, kept
from .ids import odd_id
from .masking import mask_text, mask_url, shown
from .repeats import REPEATS, may_repeat, next_repeat, retry_after_seconds
from .values import Exchange, Upload
from .verdicts import error_from_answer, not_medusa

CONNECTIONS = 6
"""How many requests run side by side at most (v1 has no batches)."""
LONGEST_CONNECT = 10
"""Seconds to wait for a connection, when the time-out of the whole is longer."""
MOST_LEVELS = 60
"""How deep an answer may be nested; Medusa's own have ten levels, and metadata a few more."""
MOVED = (301, 308)
"""Sent on for good: there is an address to enter. Any other redirect leads to a page, such as a sign-in's."""

STREAM = {"stream": True}

_log = logging.getLogger(__name__)


def base_url(url: str) -> str:
	"""The address without trailing slashes, query and fragment; a path in front of Medusa's own is kept.

	Raises WrongAddress with what to enter instead.
	"""
	url = (url or "").strip()
	try:
		parts = urlsplit(url)
		valid = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", url)
		_ = parts.port  # raises ValueError when it is no number
	except ValueError:
		valid = False
	if not valid:
		raise WrongAddress(
			f'"{mask_url(url)}" is not the address of a Medusa server. '
			"It starts with http:// or https://, such as https://shop.example.com"
		)
	return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def encode(body: object) -> bytes:
	"""The body as JSON in UTF-8, without what PostgreSQL cannot store (NUL, halves of surrogate pairs)."""
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


class _Session(requests.Session):
	"""A session that leaves redirects alone: requests would read the whole of their bodies at once."""

	def get_redirect_target(self, resp: requests.Response) -> None:
		return None


class Transport:
	"""Sends requests to the server at `url` and returns Medusa's JSON, or raises a MedusaError.

	`timeout` is in seconds; `on_exchange` is told of every attempt; `sleep` (seconds) and `random` (0 to 1)
	are for tests. Threads may share it; `on_exchange` is called in the thread that sends,
	or by whatever is set as `hand_over(call, exchange)`.
	"""

	def __init__(
		self,
		url: str,
		*,
		timeout: float = 30,
		on_exchange: Callable[[Exchange], object] | None = None,
		sleep: Callable[[float], object] = time.sleep,
		random: Callable[[], float] = randomness.random,
	) -> None:
		self.url = base_url(url)
		self.on_exchange = on_exchange
		self.hand_over: Callable[[Callable[[Exchange], None], Exchange], object] = _at_once
		self.sleep, self.random = sleep, random
		self._timeout = (min(LONGEST_CONNECT, timeout), timeout)
		self._session = _Session()
		# v1 hands out a session cookie: with it, a request would no longer depend on its token alone
		self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
		self._session.headers.update({"Accept": "application/json", "User-Agent": "medusa_integration"})
		for scheme in ("http://", "https://"):
			self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS))
		# proxies and certificates are looked up once; and no .netrc is to put another identity in our place
		self._environment = self._session.merge_environment_settings(self.url, {}, None, None, None)
		self._session.trust_env = False

	@property
	def where(self) -> str:
		"""The server's name in a sentence."""
		return f"Medusa at {mask_url(self.url)}"

	def close(self) -> None:
		self._session.close()

	def send(
		self,
		method: str,
		path: str,
		*,
		json: object = None,
		params: Mapping[str, object] | None = None,
		files: Sequence[Upload] = (),
		headers: Mapping[str, str] | None = None,
		repeatable: bool = False,
		about: str | None = None,
		largest: int = LARGEST_ANSWER,
	) -> dict:
		"""Send one request, again where that is safe, and return the JSON object of the answer.

		`path` starts with a slash; `repeatable` says that doing it twice does no harm; `about` is only
		reported; `largest` is how many bytes of an answer are read. Raises MedusaError.
		"""
		repeats = REPEATS
		while True:
			try:
				return self._attempt(method, path, json, params, files, headers, about, largest)
			except MedusaError as error:
				after = next_repeat(repeats, error, self.random)
				if after is None or not may_repeat(error, repeatable=repeatable):
					raise
				repeats, wait = after
			self.sleep(wait)

	def _attempt(self, method, path, json, params, files, headers, about, largest) -> dict:
		started = time.perf_counter()
		prepared, answer, error = None, None, None
		url = self.url + path
		try:
			request = requests.Request(
				method,
				url,
				params=params,
				data=encode(json) if json is not None else None,
				files=[("files", (file.filename, file.content, file.content_type)) for file in files] or None,
				headers=headers,
			)
			try:
				prepared = self._session.prepare_request(request)
				if json is not None:
					prepared.headers["Content-Type"] = "application/json"
				url = prepared.url
				with self._session.send(
					prepared, timeout=self._timeout, allow_redirects=False, **(self._environment | STREAM)
				) as response:
					answer = Answer(response.status_code, response.reason or "", response.headers)
					answer = parsed(answer, *read(response, largest, self._timeout[1]))
			except (requests.RequestException, HTTPError, OSError, ValueError) as failure:
				raise error_from_failure(failure, where=self.where) from failure
			except Exception as stop:
				# a worker's time is up: the frames below have the headers,
				# and Frappe logs the variables of each
				raise stop.with_traceback(None) from None
			return self._checked(answer)
		except MedusaError as failure:
			error = failure
			raise
		finally:
			self.hand_over(
				self._report,
				Exchange(
					method=method,
					url=mask_url(url),
					status=answer.status if answer else 0,
					milliseconds=round((time.perf_counter() - started) * 1000),
					request_body=shown(_described(files) if files else json),
					response_body=shown(kept(answer.status, answer.body, answer.length)) if answer else None,
					error=mask_text(str(error)) if error else None,
					about=about,
				),
			)

	def _checked(self, answer: Answer) -> dict:
		status, body = answer.status, answer.body
		page = described(body, answer.headers)
		if answer.fault:
			raise UnexpectedAnswer(f"{self.where} {answer.fault}", status=status)
		if status >= 400:
			raise error_from_answer(
				status,
				body,
				reason=answer.reason[:80],
				where=self.where,
				page=page,
				retry_after=retry_after_seconds(answer.headers),
			)
		if 300 <= status < 400:
			target = mask_url(answer.headers.get("Location", "")[:200])
			if status in MOVED:
				raise WrongAddress(
					f"{self.where} sends callers on to {target}. Enter that address.", status=status
				)
			raise NotMedusa(
				not_medusa(self.where, status, f"Callers are sent on to {target}."), status=status
			)
		if not isinstance(body, dict):
			raise NotMedusa(
				f"{self.where} answered with something that is not Medusa's JSON ({status}). {page}".strip(),
				status=status,
			)
		self._check_shape(body, status)
		return body

	def _check_shape(self, body: dict, status: int) -> None:
		try:
			odd = odd_id(body, MOST_LEVELS)
		except RecursionError:
			raise UnexpectedAnswer(
				f"{self.where} answered with JSON that is nested too deep.", status=status
			) from None
		if odd is not None:
			shown_id = f'"{shortened(odd, 60)}" ({len(odd)} characters)'
			raise UnexpectedAnswer(f"{self.where} answered with an invalid ID: {shown_id}.", status=status)

	def _report(self, exchange: Exchange) -> None:
		if self.on_exchange:
			try:
				self.on_exchange(exchange)
			except Exception:
				# what Medusa has answered is worth more than the log of it
				_log.exception("The exchange with Medusa could not be reported")


def _at_once(call: Callable[[Exchange], None], exchange: Exchange) -> None:
	call(exchange)


def _described(files: Sequence[Upload]) -> list[dict]:
	return [
		{"filename": file.filename, "content_type": file.content_type, "bytes": len(file.content)}
		for file in files
	]
