"""Finds out which generation of Medusa answers, and gives the client for it."""

from __future__ import annotations

import random as randomness
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from .client import Medusa
from .errors import (
	Forbidden,
	Invalid,
	MedusaError,
	NotFound,
	NotMedusa,
	Unauthorized,
	UnexpectedAnswer,
	WrongAddress,
)
from .tokens import TokenStore
from .transport import Transport
from .v1 import MedusaV1
from .v2 import MedusaV2
from .values import Connection, Exchange, Generation
from .verdicts import message_in

CLIENTS: dict[Generation, type[Medusa]] = {"v1": MedusaV1, "v2": MedusaV2}
SIGN_INS: tuple[tuple[str, tuple[type[MedusaError], ...], Generation], ...] = (
	("/auth/user/emailpass", (Unauthorized, Invalid), "v2"),
	("/admin/auth/token", (Invalid,), "v1"),
)


def connect(
	connection: Connection,
	*,
	tokens: TokenStore | None = None,
	on_exchange: Callable[[Exchange], object] | None = None,
	on_learned: Callable[[str, str], object] | None = None,
	sleep: Callable[[float], object] = time.sleep,
	random: Callable[[], float] = randomness.random,
) -> Medusa:
	"""The client for this server: the generation that the connection names, else the one that answers there.

	`tokens` keeps the token between clients, `on_exchange` is told of every request, `on_learned(name,
	value)` of what was found out ("generation", "extras"); `sleep` and `random` are for tests. Asks without
	credentials, and not at all when the generation is known. Raises WrongAddress when it is not Medusa that
	answers, Unreachable and the like when nothing does.
	"""
	transport = Transport(
		connection.url, timeout=connection.timeout, on_exchange=on_exchange, sleep=sleep, random=random
	)
	try:
		generation = connection.generation or probe(transport)
	except BaseException:
		transport.close()
		raise
	if not connection.generation and on_learned:
		on_learned("generation", generation)
	return CLIENTS[generation](connection, transport, tokens=tokens, on_learned=on_learned)


def probe(transport: Transport) -> Generation:
	"""Which generation answers there: each knows its own sign-in only, and refuses an empty one with JSON
	that has a message. Nothing is signed in, nothing is written.

	Raises NotMedusa when it is somebody else who answers, and WrongAddress when an API does that has neither.
	"""
	foreign = None
	for path, refusals, generation in SIGN_INS:
		refusal = _refusal(transport, path)
		if isinstance(refusal, refusals) and message_in(refusal.body):
			return generation
		if isinstance(refusal, UnexpectedAnswer):
			foreign = refusal
	path = urlsplit(transport.url).path
	hint = f" Try the address without {path}." if path else " Is it the address of the shop's pages, perhaps?"
	if foreign:
		# a firewall's page, or that of a proxy while Medusa is started: it may pass
		raise NotMedusa(f"{foreign}{hint}", status=foreign.status)
	raise WrongAddress(f"{transport.where} answers, but not as Medusa's API does.{hint}")


def _refusal(transport: Transport, path: str) -> MedusaError:
	"""How an empty sign-in is refused there."""
	try:
		transport.send("POST", path, json={}, repeatable=True)
	except (Forbidden, Invalid, NotFound, Unauthorized, UnexpectedAnswer, WrongAddress) as error:
		if 300 <= error.status < 400:
			raise
		return error
	return NotMedusa(f"It was not {transport.where} that answered: it takes an empty sign-in.", status=200)
