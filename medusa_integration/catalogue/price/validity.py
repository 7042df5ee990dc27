"""Computes when each price of an Item is the one that ERPNext would use, from dates alone.

ERPNext uses, of all Item Prices that are valid on a day, the one that became valid last. Medusa uses the
lowest active price. So each price is sent only for the time in which ERPNext would use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

# ERPNext considers a price without `valid_from` valid from this day
ALWAYS = date(2000, 1, 1)
INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Offer:
	"""The values that decide when an Item Price is used.

	Attributes:
		name: name of the Item Price.
		valid_from: first day, None without a limit.
		valid_upto: last day, None without a limit.
		has_uom: whether it names a unit of measure.
		packing_unit: its packing unit, 0 without one.
		creation: when it was created.
	"""

	name: str
	valid_from: date | None = None
	valid_upto: date | None = None
	has_uom: bool = True
	packing_unit: int = 0
	creation: datetime = datetime.min


@dataclass(frozen=True, slots=True)
class Window:
	"""A period of days.

	Attributes:
		start: first day, None without a limit.
		end: the day after the last day, None without a limit.
	"""

	start: date | None
	end: date | None


def by_precedence(offers: Iterable[Offer]) -> list[Offer]:
	"""Return the offers in their order of precedence, for a day on which all of them are valid.

	The one with the latest `valid_from` comes first (None is the earliest), then the one with a unit of
	measure, as in ERPNext's `get_item_price`. ERPNext does not define the order beyond that: here the one
	without a packing unit comes first, then the one that was created last.
	"""
	# sorts are stable: the last sort key has the highest precedence
	ordered = sorted(offers, key=lambda offer: (offer.creation, offer.name), reverse=True)
	ordered.sort(key=lambda offer: offer.packing_unit or 0)
	return sorted(ordered, key=lambda offer: (offer.valid_from or date.min, offer.has_uom), reverse=True)


def windows(offers: Iterable[Offer]) -> dict[str, list[Window]]:
	"""Return when each of one Item's offers is used.

	Args:
		offers: all public prices of one Item in one currency.

	Returns:
		The windows by name of Item Price, the earliest first; none overlap.
	"""
	taken: list[tuple[date, date]] = []
	found: dict[str, list[Window]] = {}
	for offer in by_precedence(offers):
		span = (offer.valid_from or ALWAYS, _after(offer.valid_upto))
		free = _without(span, taken)
		found[offer.name] = [_window(offer, start, end) for start, end in sorted(free)]
		if span[0] < span[1]:
			taken.append(span)
	return found


def current(found: Iterable[Window], today: date) -> Window | None:
	"""Return the window that contains today, otherwise the next one, None if all are over.

	The start of a window that has begun is None.

	Args:
		found: windows of one offer, the earliest first.
		today: the date in the time zone of the site.
	"""
	for window in found:
		if window.end is None or window.end > today:
			begun = window.start is None or window.start <= today
			return Window(None, window.end) if begun else window
	return None


def next_change(window: Window) -> date | None:
	"""Return the day on which the result of `current` changes, None for never."""
	return window.start or window.end


def begins(window: Window, zone: tzinfo) -> datetime | None:
	"""Return the first moment of the window in UTC, None without a limit.

	Args:
		window: the period.
		zone: time zone of the site.
	"""
	return _midnight(window.start, zone) if window.start else None


def ends(window: Window, zone: tzinfo) -> datetime | None:
	"""Return the last moment of the window in UTC, a millisecond before the next one; None without a limit.

	Args:
		window: the period.
		zone: time zone of the site.
	"""
	return _midnight(window.end, zone) - INSTANT if window.end else None


def _midnight(day: date, zone: tzinfo) -> datetime:
	return datetime.combine(day, time.min, zone).astimezone(timezone.utc)


def _after(day: date | None) -> date:
	return date.max if day is None or day >= date.max - timedelta(days=1) else day + timedelta(days=1)


def _without(span: tuple[date, date], taken: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
	"""Return what remains of a span, as half-open spans."""
	left = [span] if span[0] < span[1] else []
	for start, end in taken:
		left = [
			piece
			for one in left
			for piece in ((one[0], min(one[1], start)), (max(one[0], end), one[1]))
			if piece[0] < piece[1]
		]
	return left


def _window(offer: Offer, start: date, end: date) -> Window:
	is_open = offer.valid_from is None and start == ALWAYS
	return Window(None if is_open else start, None if end == date.max else end)
