"""Medusa servers for tests: simulated ones by the dozen, real ones started once for the whole session.

	with simulator("v2") as medusa: ...      one that is new, in this process, within milliseconds
	server = real_server("v2")               the real thing, shared by all tests; mark them with `medusa`
	with real_or_skip("v2", plugin) as server: ...   one with other options of the plugin, of these tests only

Tests that share a server take handles and SKUs of their own.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from devbench.medusa.simulator import Generation, Simulator
from devbench.processes import DevbenchError

if TYPE_CHECKING:
	from devbench.medusa.generations import PluginOptions
	from devbench.medusa.servers import MedusaServer
	from medusa_integration.mirror.shop_orders import ShopOrder

both_generations = pytest.mark.parametrize("generation", ["v1", "v2"])


REAL_AND_LONG = (pytest.mark.medusa, pytest.mark.long)


def servers(*, real_is_long: bool = False) -> Iterator[Any]:
	"""Parameters (how it is started, generation, extended) of a server of each kind, real ones marked.

	A real one without the extension is another server to start, for what the first has shown already:
	tests with it are long, and with `real_is_long` those with the other one too.
	"""
	for generation, extended in itertools.product(("v1", "v2"), (True, False)):
		name = f"{generation} {'extended' if extended else 'stock'}"
		yield pytest.param((simulator, generation, extended), id=f"simulated {name}")
		marks = REAL_AND_LONG if real_is_long or not extended else pytest.mark.medusa
		yield pytest.param((real_server, generation, extended), id=f"real {name}", marks=marks)


def simulator(generation: Generation, extended: bool = True) -> Simulator:
	"""A new simulated server that runs already; stop it, or use it as a `with` block."""
	medusa = Simulator(generation, extended)
	medusa.start()
	return medusa


def real_server(generation: Generation, extended: bool = True) -> MedusaServer:
	"""A real server, started at the first call and stopped when the tests end.

	Raises DevbenchError when it cannot be had, and the same again for everybody who asks later.
	"""
	server = _started(generation, extended)
	if isinstance(server, DevbenchError):
		# a new one each time: the same would carry everybody's traceback, and all that hangs on it
		raise DevbenchError(*server.args)
	return server


@functools.cache
def _started(generation: Generation, extended: bool) -> MedusaServer | DevbenchError:
	from devbench.medusa.servers import MedusaServer

	server = MedusaServer(generation, extended=extended)
	try:
		server.start()
	except DevbenchError as error:
		return error
	atexit.register(server.close)
	return server


def read_orders(server: MedusaServer | Simulator, ids: Sequence[str]) -> list[ShopOrder]:
	"""These orders as a server has them, in this order."""
	from medusa_integration.mirror import Target, connect

	target = Target(
		url=server.url,
		email=server.email,
		password=server.password,
		generation=server.generation,
		extras="metadata",
	)
	with connect(target) as mirror:
		return mirror.shop_orders.read(ids)


@contextlib.contextmanager
def real_or_skip(
	generation: Generation, plugin: PluginOptions, *, admin: bool = False
) -> Iterator[MedusaServer]:
	"""A real server of its own, with these options of its plugin; skips the test where it cannot be had.

	With `admin` it has the pages of Medusa's admin.
	"""
	from devbench.medusa.servers import MedusaServer

	server = MedusaServer(generation, plugin=plugin, admin=admin)
	try:
		server.start()
	except DevbenchError as error:
		pytest.skip(str(error))
	try:
		yield server
	finally:
		server.close()
