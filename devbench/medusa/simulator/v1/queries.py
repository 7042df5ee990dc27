"""The queries of v1's lists."""

from __future__ import annotations

import re

from devbench.medusa.simulator.answers import invalid
from devbench.medusa.simulator.app import Call
from devbench.medusa.simulator.schema import Field
from devbench.medusa.simulator.v1.app import validate


def accept_query(call: Call, schema: Field) -> dict:
	"""The query, after refusing one that does not fit."""
	validate(schema, call.query)
	for name in ("limit", "offset"):
		if not re.fullmatch(r"-?\d+", call.query.get(name, "0")):
			raise invalid(f"{name} must be a number conforming to the specified constraints")
	return call.query


def in_range(value: str, bounds: dict) -> bool:
	"""Whether a moment lies within bounds written as created_at[gte]=..."""
	tests = {"gt": value.__gt__, "gte": value.__ge__, "lt": value.__lt__, "lte": value.__le__}
	return all(test(bounds[name]) for name, test in tests.items() if name in bounds)
