"""One suite for all Medusas: what is simulated is held to what the real servers do.

The requests are plain `requests`, not our client, so that client and simulator cannot agree on a mistake.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
import requests

from devbench.medusa.servers import MedusaServer
from devbench.medusa.simulator import Simulator
from tests.support.medusa import real_server, simulator
from tests.wire.shops import Kind, Shop

_simulated: dict[Kind, Simulator] = {}


@pytest.fixture
def medusa(request: pytest.FixtureRequest) -> Simulator | MedusaServer:
	"""The server that the test's parameter names; all tests share it."""
	kind: Kind = request.param
	if kind.real:
		return real_server(kind.generation, kind.extended)
	if kind not in _simulated:
		_simulated[kind] = simulator(kind.generation, kind.extended)
	return _simulated[kind]


@pytest.fixture
def shop(medusa: Simulator | MedusaServer) -> Iterator[Shop]:
	"""The server with the administrator signed in."""
	with requests.Session() as session:
		yield Shop(medusa, session, secrets.token_hex(4))


@pytest.fixture(scope="session", autouse=True)
def stop_simulators() -> Iterator[None]:
	yield
	for medusa in _simulated.values():
		medusa.stop()
