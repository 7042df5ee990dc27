"""When each price of an item counts: pure, no site."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.catalogue.price.validity import (
	ALWAYS,
	Offer,
	Window,
	begins,
	current,
	ends,
	next_change,
	windows,
)

FIRST = date(2026, 1, 1)
days = st.integers(0, 12).map(lambda number: FIRST + timedelta(days=number))
offers = st.lists(
	st.builds(
		Offer,
		name=st.just(""),
		valid_from=st.none() | days,
		valid_upto=st.none() | days,
		has_uom=st.booleans(),
		packing_unit=st.sampled_from([0, 1]),
		creation=st.integers(0, 3).map(lambda second: datetime(2026, 1, 1, 0, 0, second)),
	),
	max_size=6,
).map(lambda some: [named(offer, number) for number, offer in enumerate(some)])


def named(offer: Offer, number: int) -> Offer:
	from dataclasses import replace

	return replace(offer, name=f"price-{number}")


def chosen(some: list[Offer], day: date) -> str | None:
	"""What ERPNext's get_item_price takes first, with our order where it has none."""
	valid = [
		offer
		for offer in some
		if (offer.valid_from or ALWAYS) <= day and (offer.valid_upto is None or offer.valid_upto >= day)
	]

	def rank(offer: Offer) -> tuple:
		return (offer.valid_from or date.min, offer.has_uom, -offer.packing_unit, offer.creation, offer.name)

	return max(valid, key=rank).name if valid else None


def active(found: dict[str, list[Window]], day: date) -> list[str]:
	return [
		name
		for name, some in found.items()
		for window in some
		if (window.start is None or window.start <= day) and (window.end is None or day < window.end)
	]


@given(offers, st.integers(-2, 16))
def test_on_each_day_the_one_that_erpnext_takes(some, number):
	"""At most one price counts on any day, and it is the one that ERPNext would take."""
	day = FIRST + timedelta(days=number)
	assert active(windows(some), day) == [name for name in [chosen(some, day)] if name]


@given(offers, st.integers(-2, 16))
def test_what_is_sent_never_overlaps(some, number):
	"""Of what Medusa has been sent on some day, no two are active at any moment,
	and today's is the right one.
	"""
	today = FIRST + timedelta(days=number)
	sent = {name: [window] for name, found in windows(some).items() if (window := current(found, today))}
	for later in range(20):
		assert len(active(sent, today + timedelta(days=later))) <= 1
	assert active(sent, today) == [name for name in [chosen(some, today)] if name]


@given(offers, st.integers(-2, 16))
def test_looking_again_when_something_changes_is_enough(some, number):
	"""From one change that is announced to the next, what was sent stays the right thing to have sent."""
	today = FIRST + timedelta(days=number)
	for found in windows(some).values():
		window = current(found, today)
		if not window:
			continue
		again = next_change(window)
		day = today
		while (again is None or day < again) and day < FIRST + timedelta(days=20):
			assert current(found, day) == window
			day += timedelta(days=1)


def test_an_offer_interrupts_the_usual_price():
	"""The usual price ends when the offer begins, and comes back the day after it ended."""
	usual = Offer("usual")
	offer = Offer("offer", valid_from=date(2026, 3, 1), valid_upto=date(2026, 3, 7))
	found = windows([usual, offer])
	assert found["usual"] == [Window(None, date(2026, 3, 1)), Window(date(2026, 3, 8), None)]
	assert found["offer"] == [Window(date(2026, 3, 1), date(2026, 3, 8))]
	assert current(found["usual"], date(2026, 2, 1)) == Window(None, date(2026, 3, 1))
	assert current(found["usual"], date(2026, 3, 3)) == Window(date(2026, 3, 8), None)
	# a start in the past is none: v2 needs no list for it
	assert current(found["usual"], date(2026, 4, 1)) == Window(None, None)
	assert current(found["offer"], date(2026, 4, 1)) is None


@pytest.mark.parametrize("zone", ["Asia/Muscat", "America/Santiago", "UTC"])
def test_days_are_the_sites_own(zone):
	"""The last day counts to its end, in the site's time zone."""
	zone = ZoneInfo(zone)
	window = Window(date(2026, 9, 6), date(2026, 9, 7))
	last = ends(window, zone)
	assert last.tzinfo == timezone.utc
	assert last.astimezone(zone).date() == date(2026, 9, 6)
	assert begins(Window(date(2026, 9, 7), None), zone) - last == timedelta(milliseconds=1)
	assert begins(Window(None, None), zone) is None
	assert ends(Window(None, None), zone) is None


def test_muscat_is_four_hours_ahead():
	window = Window(date(2026, 9, 6), date(2026, 9, 7))
	assert begins(window, ZoneInfo("Asia/Muscat")) == datetime(2026, 9, 5, 20, tzinfo=timezone.utc)
