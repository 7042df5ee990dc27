"""When each of an item's prices is the one that counts. Dates in, dates out: no site, no documents.

ERPNext takes, of all Item Prices that are valid on a day, the one that became valid last. Medusa takes the
lowest of all that are active. So what is sent of each price is only the time in which ERPNext would take it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

ALWAYS = date(2000, 1, 1)
"""What ERPNext takes a price without a beginning to be valid from."""
INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Offer:
	"""What decides when an Item Price counts; `valid_upto` is the last day. `has_uom`:
	it names a unit of measure.
	"""

	name: str
	valid_from: date | None = None
	valid_upto: date | None = None
	has_uom: bool = True
	packing_unit: int = 0
	creation: datetime = datetime.min


@dataclass(frozen=True, slots=True)
class Window:
	"""From the day `start` to before the day `end`; None: from ever, or for ever."""

	start: date | None
	end: date | None


def by_precedence(offers: Iterable[Offer]) -> list[Offer]:
	"""The offers in the order in which they count, on a day on which all of them are valid.

	The one with the newest `valid_from` is first (no beginning is the oldest), then the one that names a unit
	of measure, as in ERPNext's `get_item_price`; where that leaves it open, the one without a packing unit,
	then the one that was made last.
	"""
	# the last key is the first to count less: sorts are stable
	ordered = sorted(offers, key=lambda offer: (offer.creation, offer.name), reverse=True)
	ordered.sort(key=lambda offer: offer.packing_unit or 0)
	return sorted(ordered, key=lambda offer: (offer.valid_from or date.min, offer.has_uom), reverse=True)


def windows(offers: Iterable[Offer]) -> dict[str, list[Window]]:
	"""When each of one item's offers is the one that counts: its name -> windows, the earliest first.

	The windows of all of them do not overlap.
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
	"""The window that today is in, else the next one, None when all are over;
	a start that has passed is none.
	"""
	for window in found:
		if window.end is None or window.end > today:
			begun = window.start is None or window.start <= today
			return Window(None, window.end) if begun else window
	return None


def next_change(window: Window) -> date | None:
	"""The day on which what counts for `current` changes by itself."""
	return window.start or window.end


def begins(window: Window, zone: tzinfo) -> datetime | None:
	"""The first moment of the window, in UTC."""
	return _midnight(window.start, zone) if window.start else None


def ends(window: Window, zone: tzinfo) -> datetime | None:
	"""The last moment of the window, in UTC: just before the first one of what follows."""
	return _midnight(window.end, zone) - INSTANT if window.end else None


def _midnight(day: date, zone: tzinfo) -> datetime:
	return datetime.combine(day, time.min, zone).astimezone(timezone.utc)


def _after(day: date | None) -> date:
	return date.max if day is None or day >= date.max - timedelta(days=1) else day + timedelta(days=1)


def _without(span: tuple[date, date], taken: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
	"""What is left of a span, as half-open spans."""
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
