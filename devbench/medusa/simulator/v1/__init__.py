"""The simulated Medusa v1."""

from devbench.medusa.simulator.v1 import catalogue, prices, shop
from devbench.medusa.simulator.v1.app import V1

__all__ = ["V1", "catalogue", "prices", "shop"]
