"""The simulated Medusa v2."""

from devbench.medusa.simulator.v2 import collections, prices, products, shop, stock, variants
from devbench.medusa.simulator.v2.app import V2

__all__ = ["V2", "collections", "prices", "products", "shop", "stock", "variants"]
