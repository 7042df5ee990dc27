"""Which warehouse a Website Item is sold from, for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

from medusa_integration.settings import get_settings


def warehouses_of(rows: Sequence[Any]) -> dict[str, str]:
	"""The warehouse of each Website Item by its name; those that have none are left out. No statement.

	Its own `website_warehouse`, else the setting *Default Website Warehouse* (ruling B4).
	"""
	default = get_settings().get("default_website_warehouse")  # not there before the migration
	return {row.name: home for row in rows if (home := row.website_warehouse or default)}


def default_company() -> str | None:
	"""The company whose shop this is: the site's default one."""
	return get_settings().company or frappe.db.get_default("company")
