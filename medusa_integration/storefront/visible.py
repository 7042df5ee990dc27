"""Which products the shop shows: published Website Items that Medusa has."""

from __future__ import annotations

from typing import Any

from pypika import Table
from pypika.terms import Criterion

# the same for `frappe.get_all`
VISIBLE: dict[str, Any] = {"published": 1, "medusa_id": ("is", "set")}


def visible(item: Table) -> Criterion:
	"""Return the condition on Website Items."""
	return Criterion.all([item.published == 1, item.medusa_id != ""])
