"""The simulated Medusa v2."""

from devbench.medusa.simulator.v2 import (
	collections,
	customers,
	deliveries,
	orders,
	prices,
	products,
	reservations,
	shop,
	stock,
	store,
	variants,
)
from devbench.medusa.simulator.v2.app import V2

__all__ = [
	"V2",
	"collections",
	"customers",
	"deliveries",
	"orders",
	"prices",
	"products",
	"reservations",
	"shop",
	"stock",
	"store",
	"variants",
]
