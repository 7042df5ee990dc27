"""Simulated Medusas that can be told to go wrong, and a server that answers what no Medusa does."""

from __future__ import annotations

import contextlib
import socket
import threading

from devbench.medusa.simulator import Simulator
from medusa_integration.mirror import connect
from medusa_integration.mirror.values import Product, Target

CREATE_PRODUCTS = {"v1": "/admin/products", "v2": "/admin/products/batch"}
UPDATE_PRODUCTS = {"v1": "/admin/products/:id", "v2": "/admin/products/batch"}


class FaultyServer:
	"""A simulated server and a client for it whose waits take no time."""

	def __init__(self, generation: str) -> None:
		self.medusa = Simulator(generation)
		self.medusa.start()
		self.exchanges, self.threads = [], set()
		self.client = self.connect(timeout=300)
		list(self.client.products.list_all())
		_ = self.client.products.extras
		if generation == "v2":
			_ = self.client.products.calls.sales_channel, self.client.products.calls.shipping_profile
		self.medusa.requests.clear()

	def connect(self, *, tokens=None, **fields):
		generation = self.medusa.generation
		defaults = {"email": self.medusa.email, "password": self.medusa.password, "generation": generation}
		return connect(
			Target(url=self.medusa.url, **{**defaults, **fields}),
			tokens=tokens,
			on_exchange=self.note,
			sleep=lambda _: None,
			random=lambda: 0.0,
		)

	def note(self, exchange) -> None:
		self.exchanges.append(exchange)
		self.threads.add(threading.get_ident())

	def fail(self, what: str, fault, **options):
		path = {"create": CREATE_PRODUCTS, "update": UPDATE_PRODUCTS}[what][self.medusa.generation]
		return self.medusa.fail("POST", path, fault, **options)

	def handles(self) -> list[str]:
		return sorted(product["handle"] for product in self.medusa.products)


def each_once(server: FaultyServer, products: list[Product], outcomes) -> None:
	"""Every product is in Medusa exactly once, and its Outcome has the ids that Medusa has."""
	assert server.handles() == sorted(product.handle for product in products)
	for product, outcome in zip(products, outcomes, strict=True):
		remote = server.medusa.product(product.handle)
		assert (outcome.key, outcome.error) == (product.key, None)
		assert (outcome.id, outcome.variant_id) == (remote["id"], remote["variants"][0]["id"])


@contextlib.contextmanager
def raw_server(*answers: bytes | None):
	"""A server on loopback that gives one of these answers to each connection.

	Bytes as they are; None is silence.
	"""
	received = []
	with socket.create_server(("127.0.0.1", 0)) as listener:

		def serve():
			for answer in answers:
				connection, _ = listener.accept()
				with connection:
					received.append(connection.recv(65536))
					if answer is None:
						connection.settimeout(300)
						while connection.recv(65536):  # until the client hangs up
							pass
					else:
						connection.sendall(answer)

		thread = threading.Thread(target=serve, daemon=True)
		thread.start()
		yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
		thread.join(300)
