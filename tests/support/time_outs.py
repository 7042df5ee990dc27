"""Time-outs of the requests to a simulated Medusa, of chosen ones and at a chosen moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from urllib3.connection import HTTPConnection
from urllib3.util.wait import wait_for_read

from devbench.medusa.simulator import Request

# seconds
A_LOOK = 0.05


@pytest.fixture
def give_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[Request], None]:
	"""`give_up(request)`: whoever has sent it waits no longer for the answer, which is a read time-out.

	All other answers are waited for, however busy the machine is. Call it from the simulator's thread, when
	the request is as far as it shall be: `medusa.on("POST", path, give_up, "applied")`.
	"""
	given_up: set[tuple[str, int]] = set()
	get_response = HTTPConnection.getresponse

	def wait_for_response(connection: HTTPConnection) -> Any:
		client = connection.sock.getsockname()
		while not wait_for_read(connection.sock, timeout=A_LOOK):
			if client in given_up:
				# the next connection may have its port
				given_up.discard(client)
				connection.timeout = A_LOOK
				break
		return get_response(connection)

	monkeypatch.setattr(HTTPConnection, "getresponse", wait_for_response)
	return lambda request: given_up.add(request.client)
