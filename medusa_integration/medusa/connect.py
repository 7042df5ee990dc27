"""Finds out which generation of Medusa answers, and returns the client for it."""

from __future__ import annotations

import random as randomness
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from .auth import TokenStore
from .client import Medusa, MedusaV1, MedusaV2
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
from .failures import message_in
from .transport import Transport
from .values import Connection, Exchange, Generation

CLIENTS: dict[Generation, type[MedusaV1] | type[MedusaV2]] = {"v1": MedusaV1, "v2": MedusaV2}
SIGN_INS: tuple[tuple[str, tuple[type[MedusaError], ...], Generation], ...] = (
	("/auth/user/emailpass", (Unauthorized, Invalid), "v2"),
	("/admin/auth/token", (Invalid,), "v1"),
)


def connect(
	connection: Connection,
	*,
	tokens: TokenStore | None = None,
	on_exchange: Callable[[Exchange], object] | None = None,
	on_generation: Callable[[Generation], object] | None = None,
	sleep: Callable[[float], object] = time.sleep,
	random: Callable[[], float] = randomness.random,
) -> Medusa:
	"""Return the client for this server: of the generation that the connection names, or that answers there.

	It asks without credentials, and not at all when the generation is known.

	Args:
		connection: Address and credentials.
		tokens: Keeps the token between clients.
		on_exchange: Told of every request, in the thread that calls the client.
		on_generation: Told which generation was found out.
		sleep: Waits for so many seconds, before something is repeated.
		random: Draws from 0 to 1.

	Raises:
		WrongAddress: It is not Medusa that answers.
		MedusaError: Nothing answers (Unreachable and the like).
	"""
	transport = Transport(
		connection.url, timeout=connection.timeout, on_exchange=on_exchange, sleep=sleep, random=random
	)
	try:
		generation = connection.generation or probe(transport)
	except BaseException:
		transport.close()
		raise
	if not connection.generation and on_generation:
		on_generation(generation)
	return CLIENTS[generation](connection, transport, tokens=tokens)


def probe(transport: Transport) -> Generation:
	"""Return which generation answers there.

	Each knows its own sign-in only, and refuses an empty one with JSON that has a message. Nothing is signed
	in, nothing is written.

	Raises:
		NotMedusa: Another program answers.
		WrongAddress: An API answers that has neither sign-in.
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
	"""Return how an empty sign-in is refused there."""
	try:
		transport.send("POST", path, json={}, repeatable=True)
	except (Forbidden, Invalid, NotFound, Unauthorized, UnexpectedAnswer, WrongAddress) as error:
		if 300 <= error.status < 400:
			raise
		return error
	return NotMedusa(f"It was not {transport.where} that answered: it takes an empty sign-in.", status=200)
