"""The simulated Medusa v1."""

from devbench.medusa.simulator.v1 import (
	collections,
	customers,
	deliveries,
	orders,
	prices,
	products,
	shop,
	store,
	variants,
)
from devbench.medusa.simulator.v1.app import V1

__all__ = [
	"V1",
	"collections",
	"customers",
	"deliveries",
	"orders",
	"prices",
	"products",
	"shop",
	"store",
	"variants",
]
