"""Buying in a real Medusa as a visitor does: cart, shipping, payment of the system's own provider, complete.

checkout = checkout_of(real_server("v2"))
region = checkout.region("omr", rate=5)
order_id = checkout.buy(region, [(checkout.variant({"omr": "1.250"}), 3)], options=[...])
"""

from __future__ import annotations

from devbench.medusa.checkout.base import Region
from devbench.medusa.checkout.v1 import CheckoutV1
from devbench.medusa.checkout.v2 import CheckoutV2
from devbench.medusa.servers import MedusaServer

__all__ = ["CheckoutV1", "CheckoutV2", "Region", "checkout_of"]


def checkout_of(server: MedusaServer) -> CheckoutV1 | CheckoutV2:
	return CheckoutV1(server) if server.generation == "v1" else CheckoutV2(server)
