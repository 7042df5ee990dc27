"""HTTP to one server: a session, one way to send, and what each failure means.

Every attempt is reported as an `Exchange`, whatever comes of it, with secrets masked.
"""

from __future__ import annotations

import json
import logging
import random as randomness
import re
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
	ConnectTimeoutError,
	HTTPError,
	LocationParseError,
	NewConnectionError,
	ReadTimeoutError,
)

from .errors import (
	ConnectionLost,
	MedusaError,
	TimedOut,
	UnexpectedAnswer,
	Unreachable,
	WrongAddress,
	error_from_answer,
)
from .masking import mask_text, mask_url, shown
from .repeats import REPEATS, may_repeat, next_repeat, retry_after_seconds
from .values import Exchange, Upload

CONNECTIONS = 6
"""How many requests run side by side at most (v1 has no batches)."""
LONGEST_CONNECT = 10
"""Seconds to wait for a connection, when the time-out of the whole is longer."""

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
		self._session = requests.Session()
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
	) -> dict:
		"""Send one request, again where that is safe, and return the JSON object of the answer.

		`path` starts with a slash; `repeatable` says that doing it twice does no harm;
		`about` is only reported. Raises MedusaError.
		"""
		repeats = REPEATS
		while True:
			try:
				return self._attempt(method, path, json, params, files, headers, about)
			except MedusaError as error:
				after = next_repeat(repeats, error, self.random)
				if after is None or not may_repeat(error, repeatable=repeatable):
					raise
				repeats, wait = after
			self.sleep(wait)

	def _attempt(self, method, path, json, params, files, headers, about) -> dict:
		started = time.perf_counter()
		prepared, response, answer, error = None, None, None, None
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
				response = self._session.send(
					prepared, timeout=self._timeout, allow_redirects=False, **self._environment
				)
			except (requests.RequestException, HTTPError, OSError, ValueError) as failure:
				raise error_from_failure(failure, where=self.where) from failure
			except Exception as stop:
				# a worker's time is up: the frames below have the headers,
				# and Frappe logs the variables of each
				raise stop.with_traceback(None) from None
			answer = _parsed(response)
			return self._checked(response, answer)
		except MedusaError as failure:
			error = failure
			raise
		finally:
			self.hand_over(
				self._report,
				Exchange(
					method=method,
					url=mask_url(url),
					status=response.status_code if response is not None else 0,
					milliseconds=round((time.perf_counter() - started) * 1000),
					request_body=shown(_described(files) if files else json),
					response_body=shown(answer),
					error=mask_text(str(error)) if error else None,
					about=about,
				),
			)

	def _checked(self, response: requests.Response, answer: object) -> dict:
		status = response.status_code
		if status >= 400:
			raise error_from_answer(
				status,
				answer,
				reason=response.reason or "",
				where=self.where,
				retry_after=retry_after_seconds(response.headers),
			)
		if 300 <= status < 400:
			target = mask_url(response.headers.get("Location", ""))
			raise WrongAddress(
				f"{self.where} sends callers on to {target}. Enter that address.", status=status
			)
		if not isinstance(answer, dict):
			raise UnexpectedAnswer(
				f"{self.where} answered with something that is not Medusa's JSON ({status}).",
				status=status,
				body=answer[:500] if isinstance(answer, str) else answer,
			)
		return answer

	def _report(self, exchange: Exchange) -> None:
		if self.on_exchange:
			try:
				self.on_exchange(exchange)
			except Exception:
				# what Medusa has answered is worth more than the log of it
				_log.exception("The exchange with Medusa could not be reported")


def _at_once(call: Callable[[Exchange], None], exchange: Exchange) -> None:
	call(exchange)


def _parsed(response: requests.Response) -> object:
	"""The answer's JSON, or its text where it is not JSON."""
	try:
		return json.loads(response.content)
	except ValueError:
		return response.content.decode("utf-8", "replace")


def _described(files: Sequence[Upload]) -> list[dict]:
	return [
		{"filename": file.filename, "content_type": file.content_type, "bytes": len(file.content)}
		for file in files
	]


def error_from_failure(failure: Exception, *, where: str) -> MedusaError:
	"""The error that a failure below HTTP stands for: it decides whether anything can have been written."""
	causes = list(_causes(failure))
	kinds = tuple(type(cause) for cause in causes)
	if isinstance(failure, (requests.exceptions.InvalidURL, LocationParseError)):
		return WrongAddress(f"{where} is not an address that can be called: {failure}")
	if isinstance(failure, ValueError):
		# its text may be a header, and a header may be a key
		return WrongAddress(f"{where} cannot be called with a key that has characters no key has.")
	if isinstance(failure, requests.exceptions.SSLError):
		return Unreachable(f"{where} has a certificate that is not trusted, or does not speak https.")
	if isinstance(failure, requests.exceptions.ProxyError):
		return Unreachable(f"{where} cannot be reached: the proxy of this machine does not let it through.")
	if any(isinstance(cause.__cause__ or cause.__context__, socket.gaierror) for cause in causes):
		return Unreachable(f"{where} cannot be reached: there is no server of that name.")
	if _any(kinds, NewConnectionError):  # to urllib3 it is a kind of time-out
		return Unreachable(f"{where} cannot be reached: the connection is refused. Is Medusa running?")
	if _any(kinds, requests.exceptions.ConnectTimeout, ConnectTimeoutError):
		return TimedOut(f"{where} cannot be reached: it does not accept connections.", phase="connect")
	if _any(kinds, requests.exceptions.ReadTimeout, ReadTimeoutError):
		return TimedOut(f"{where} did not answer in time. It may have done it all the same.", phase="read")
	if _any(kinds, requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
		return UnexpectedAnswer(
			f"{where} broke off in the middle of its answer. It may have done it all the same."
		)
	return ConnectionLost(f"{where} broke off before it had answered. It may have done it all the same.")


def _any(kinds: Sequence[type], *wanted: type) -> bool:
	return any(issubclass(kind, wanted) for kind in kinds)


def _causes(failure: BaseException | None):
	"""The failure and what it was made from: requests keeps urllib3's error in `args`,
	urllib3 its own in `reason`.
	"""
	for _ in range(6):
		if not isinstance(failure, BaseException):
			return
		yield failure
		failure = getattr(failure, "reason", None) or (failure.args[0] if failure.args else None)
