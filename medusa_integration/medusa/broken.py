"""What a failure below HTTP means: whether anything can have been written."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence

import requests
from urllib3.exceptions import (
	ConnectTimeoutError,
	DecodeError,
	LocationParseError,
	NewConnectionError,
	ProtocolError,
	ReadTimeoutError,
)

from .errors import ConnectionLost, MedusaError, TimedOut, UnexpectedAnswer, Unreachable, WrongAddress


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
	broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
	# the latter two come from reading, before `requests` gives them names of its own
	if _any(kinds, *broken) or isinstance(failure, (ProtocolError, DecodeError)):
		return UnexpectedAnswer(
			f"{where} broke off in the middle of its answer. It may have done it all the same."
		)
	return ConnectionLost(f"{where} broke off before it had answered. It may have done it all the same.")


def _any(kinds: Sequence[type], *wanted: type) -> bool:
	return any(issubclass(kind, wanted) for kind in kinds)


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
	"""The failure and what it was made from: requests keeps urllib3's error in `args`,
	urllib3 its own in `reason`.
	"""
	for _ in range(6):
		if not isinstance(failure, BaseException):
			return
		yield failure
		failure = getattr(failure, "reason", None) or (failure.args[0] if failure.args else None)
