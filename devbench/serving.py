"""Servers in a thread of this process, which end at once."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from socketserver import TCPServer


def start_serving(server: TCPServer) -> None:
	"""Let the server serve in a thread that ends with the process."""
	threading.Thread(target=server.serve_forever, daemon=True).start()


def stop_serving(server: TCPServer) -> None:
	"""Stop a server that serves, and close it."""
	# wakes the thread that waits for connections, which would see only later that it is to end
	with contextlib.suppress(OSError):
		server.socket.shutdown(socket.SHUT_RDWR)
	server.shutdown()
	server.server_close()


@contextlib.contextmanager
def serving(server: TCPServer) -> Iterator[None]:
	"""Inside, the server serves."""
	start_serving(server)
	try:
		yield
	finally:
		stop_serving(server)
