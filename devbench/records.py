"""What ERPNext's setup wizard leaves on a site: settings, a company, and the roots of the trees."""

from __future__ import annotations


def make_records() -> None:
	"""Make the records on the connected site."""
