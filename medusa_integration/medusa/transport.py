"""HTTP to one server: a session, one way to send, and what each failure means.

Every attempt is reported as an `Exchange`, whatever comes of it, with secrets masked.
"""

from __future__ import annotations

import logging
import random as randomness
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from .bodies import LARGEST_ANSWER, Answer, described, encode, kept, odd_id, parsed, read
from .errors import MedusaError, NotMedusa, UnexpectedAnswer, WrongAddress, shortened
from .failures import error_from_answer, error_from_failure, not_medusa
from .masking import mask_text, mask_url, shown
from .retry import REPEATS, Waiting, may_repeat, retry_after_seconds
from .values import Exchange, Json, Upload

CONNECTIONS = 6
"""How many requests run side by side at most (v1 has no batches)."""
LONGEST_CONNECT = 10
"""Seconds to wait for a connection, when the time-out of the whole is longer."""
MOST_LEVELS = 60
"""How deep an answer may be nested; Medusa's own have ten levels, and metadata a few more."""
MOVED = (301, 308)
"""Sent on for good: there is an address to enter. Any other redirect leads to a page, such as a sign-in's."""

_log = logging.getLogger(__name__)


def base_url(url: str) -> str:
	"""Return the address without trailing slashes, query and fragment; its path is kept.

	Raises:
		WrongAddress: It is no address; the sentence says what to enter instead.
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


class _Session(requests.Session):
	"""A session that follows no redirects: requests would read the whole of their bodies at once."""

	def get_redirect_target(self, resp: requests.Response) -> None:
		return None


@dataclass(frozen=True, slots=True)
class _Call:
	"""What `Transport.send` was asked to send."""

	method: str
	path: str
	json: object
	params: Mapping[str, object] | None
	files: Sequence[Upload]
	headers: Mapping[str, str] | None
	auth: AuthBase | None
	about: str | None
	largest: int


class Transport:
	"""Sends requests to one server, and returns Medusa's JSON or raises a MedusaError.

	Threads may share it.

	Args:
		url: The server's address.
		timeout: Seconds.
		on_exchange: Told of every attempt, in the thread that sends, or by what is set as `hand_over`.
		sleep: Waits for so many seconds.
		random: Draws from 0 to 1.

	Attributes:
		hand_over: Calls its first argument with its second, in whichever thread.
		waiting: How to wait before something is repeated.
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
		self.waiting = Waiting(sleep, random)
		self._timeout = (min(LONGEST_CONNECT, timeout), timeout)
		self._session = _Session()
		# v1 hands out a session cookie: with it, a request would no longer depend on its token alone
		self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
		self._session.headers.update({"Accept": "application/json", "User-Agent": "medusa_integration"})
		for scheme in ("http://", "https://"):
			self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS))
		# proxies and certificates are looked up once; and no .netrc is to put another identity in our place
		self._environment: dict[str, Any] = {
			**self._session.merge_environment_settings(self.url, {}, None, None, None),
			"stream": True,
		}
		self._session.trust_env = False

	@property
	def where(self) -> str:
		"""The server's name in a sentence."""
		return f"Medusa at {mask_url(self.url)}"

	def close(self) -> None:
		"""Close the connections that are kept open."""
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
		auth: AuthBase | None = None,
		repeatable: bool = False,
		about: str | None = None,
		largest: int = LARGEST_ANSWER,
	) -> Json:
		"""Send one request, again where that is safe, and return the JSON object of the answer.

		Args:
			method: GET, POST or DELETE.
			path: Starts with a slash.
			json: The body.
			params: The query; lists are repeated.
			files: Sent as a form instead of a body.
			headers: Headers without secrets.
			auth: Adds the credentials.
			repeatable: Whether doing it twice does no harm.
			about: Only reported (see `Exchange`).
			largest: How many bytes of an answer are read.

		Raises:
			MedusaError: Medusa refuses it, cannot be reached, or another program answers.
		"""
		call = _Call(method, path, json, params, files, headers, auth, about, largest)
		repeats = REPEATS
		while True:
			try:
				return self._attempt(call)
			except MedusaError as error:
				if not may_repeat(error, repeatable=repeatable):
					raise
				again = self.waiting.before_repeat(repeats, error)
				if again is None:
					raise
			repeats = again

	def _attempt(self, call: _Call) -> Json:
		started = time.perf_counter()
		url, answer, error = self.url + call.path, None, None
		try:
			try:
				prepared = self._prepared(call)
				url = prepared.url or url
				with self._session.send(
					prepared, timeout=self._timeout, allow_redirects=False, **self._environment
				) as response:
					answer = Answer(response.status_code, response.reason or "", response.headers)
					answer = parsed(answer, *read(response, call.largest, self._timeout[1]))
			except (requests.RequestException, HTTPError, OSError, ValueError) as failure:
				raise error_from_failure(failure, where=self.where) from failure
			except Exception as stop:
				# a worker's time is up: the frames below have the headers,
				# and the variables of each may be logged
				raise stop.with_traceback(None) from None
			return self._checked(answer)
		except MedusaError as failure:
			error = failure
			raise
		finally:
			exchange = Exchange(
				method=call.method,
				url=mask_url(url),
				status=answer.status if answer else 0,
				milliseconds=round((time.perf_counter() - started) * 1000),
				request_body=shown(_described(call.files) if call.files else call.json),
				response_body=shown(kept(answer.status, answer.body, answer.length)) if answer else None,
				error=mask_text(str(error)) if error else None,
				about=call.about,
			)
			self.hand_over(self._report, exchange)

	def _prepared(self, call: _Call) -> requests.PreparedRequest:
		files = [("files", (file.filename, file.content, file.content_type)) for file in call.files]
		request = requests.Request(
			call.method,
			self.url + call.path,
			params=dict(call.params or {}),
			data=encode(call.json) if call.json is not None else None,
			files=files or None,
			headers=dict(call.headers or {}),
			auth=call.auth,
		)
		prepared = self._session.prepare_request(request)
		if call.json is not None:
			prepared.headers["Content-Type"] = "application/json"
		return prepared

	def _checked(self, answer: Answer) -> Json:
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

	def _check_shape(self, body: Json, status: int) -> None:
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


def _described(files: Sequence[Upload]) -> list[Json]:
	return [
		{"filename": file.filename, "content_type": file.content_type, "bytes": len(file.content)}
		for file in files
	]
