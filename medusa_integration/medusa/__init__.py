"""A client for Medusa 1 and Medusa 2: signed in, retried, batched, and with errors that say what to do."""

from .auth import MemoryTokens, TokenStore
from .client import Medusa, MedusaV1, MedusaV2
from .connect import connect
from .errors import MedusaError
from .values import (
	Choice,
	Connection,
	Exchange,
	Generation,
	InventoryLevel,
	Json,
	NewCustomer,
	Store,
	StoredFile,
	Upload,
)

__all__ = [
	"Choice",
	"Connection",
	"Exchange",
	"Generation",
	"InventoryLevel",
	"Json",
	"Medusa",
	"MedusaError",
	"MedusaV1",
	"MedusaV2",
	"MemoryTokens",
	"NewCustomer",
	"Store",
	"StoredFile",
	"TokenStore",
	"Upload",
	"connect",
]
