"""When something has happened in Medusa, by the clock of the site."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone


def local(moment: datetime) -> datetime:
	"""Return a moment in the site's time zone, without the time zone, as ERPNext has it."""
	return moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)


def day_of(moment: datetime) -> str:
	"""Return the day of a moment in the site's time zone: "2026-11-30"."""
	return local(moment).date().isoformat()
