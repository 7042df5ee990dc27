"""Fills the index of specifications, by which lists of the shop are filtered."""

from __future__ import annotations

from medusa_integration.storefront import facet_index


def execute() -> None:
	"""Make the index, unless it is there."""
	facet_index.ensure()
