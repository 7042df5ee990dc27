"""Keeps a Medusa equal to ERPNext's values: adopts or creates, and sends the rest where one is refused."""

from .accounts import Account, Registration
from .mirror import Mirror, connect
from .outcomes import Outcome, SharedProduct
from .values import (
	Collection,
	Listed,
	Price,
	Product,
	Server,
	Specification,
	StockLevel,
	Target,
	Variant,
)

__all__ = [
	"Account",
	"Collection",
	"Listed",
	"Mirror",
	"Outcome",
	"Price",
	"Product",
	"Registration",
	"Server",
	"SharedProduct",
	"Specification",
	"StockLevel",
	"Target",
	"Variant",
	"connect",
]
