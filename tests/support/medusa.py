"""Medusa servers for tests: simulated ones by the dozen, real ones started once for the whole session.

	with simulator("v2") as medusa: ...      one that is new, in this process, within milliseconds
	server = real_server("v2")               the real thing; skips or fails as `devbench.medusa.servers` says

Several tests may share one server: each takes handles and SKUs of its own.
"""

from __future__ import annotations

import atexit
import functools
from typing import TYPE_CHECKING

from devbench.medusa.simulator import Generation, Simulator

if TYPE_CHECKING:
	from devbench.medusa.servers import MedusaServer


def simulator(generation: Generation, extended: bool = True) -> Simulator:
	"""A new simulated server that runs already; stop it, or use it as a `with` block."""
	medusa = Simulator(generation, extended)
	medusa.start()
	return medusa


@functools.cache
def real_server(generation: Generation, extended: bool = True) -> MedusaServer:
	"""A real server, started at the first call and stopped when the tests end."""
	from devbench.medusa.servers import MedusaServer

	server = MedusaServer(generation, extended=extended)
	server.start()
	atexit.register(server.close)
	return server
