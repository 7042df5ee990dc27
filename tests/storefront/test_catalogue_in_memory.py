"""The catalogue that lists are computed from without the database: the same answers, at the same cost."""

from __future__ import annotations

from dataclasses import fields, replace

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration import api, product_journal, shared_cache
from medusa_integration.storefront import catalogue_store, letters
from medusa_integration.storefront.catalogue_segments import Segment
from tests.storefront import plain_shop
from tests.storefront.in_memory import answer, titles
from tests.storefront.test_listing_at_random import (  # noqa: F401
	compared,
	products,
	sent,
	stocked,
	wishes,
)
from tests.support.queries import recorded_queries

ODD = (
	*(
		"Éclair",
		"eclair",
		"ECLAIR b",
		"Zebra",
		"zébra",
		"10 ml",
		"9 ml",
		"#1",
		"(a)",
		"_x",
		"a_b",
		"a-b",
		"a b",
	),
	*(
		"أقنعة",
		"اقنعة",
		"قفازات",
		"日本",
		"ほん",
		"Straße",
		"Strasse",
		"Öl",
		"Ol",
		"ΣΑΣ",
		"nip & tuck",
		"<5 mm>",
	),
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
	st.lists(products, min_size=8, max_size=20),
	st.lists(products, min_size=20, max_size=20),
	st.sets(st.integers(0, 19), max_size=6),
	st.lists(wishes, min_size=4, max_size=4),
)
def test_as_the_plain_version(stocked, build, asked_of_database, catalogue, others, changed, wanted):  # noqa: F811
	"""Before and after some of the products have become other ones, in segments of three."""
	# `stocked` gives products the names of the site
	before = [replace(product) for product in catalogue]
	after = [replace(others[place] if place in changed else one) for place, one in enumerate(catalogue)]
	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(catalogue_store, "SIZE", 3)
		stocked(before)
		build()
		_compare(before, wanted, stocked)
		journal = product_journal.read()
		stocked(after)
		_restore(journal)
		shared_cache.forget(products=[one.name for place, one in enumerate(after) if place in changed])
		frappe.db.commit()
		_compare(after, wanted, stocked)
	assert asked_of_database == []


def _restore(journal):
	"""Go on with a journal that writing all products anew has ended."""
	pipe = frappe.cache.pipeline()
	pipe.delete(product_journal.redis_key())
	pipe.rpush(product_journal.redis_key(), *journal)
	pipe.execute()


def _compare(catalogue, wanted, stocked):  # noqa: F811
	for one in map(stocked.translated, wanted):
		expected = plain_shop.answer(catalogue, one, stocked.tree, stocked.top)
		found = compared(api.get_website_items(url=stocked.address(one.group), **sent(one)))
		assert found == expected, one


@pytest.mark.parametrize("sort_order", ["asc", "desc", "default"])
def test_in_the_order_of_the_database(shop, build, asked_of_database, sort_order):
	"""Which knows more of letters than Python."""
	names = shop.many(len(ODD), recorded=False)
	for name, title in zip(names, ODD, strict=True):
		values = {"web_item_name": title, "medusa_id": f"prod_{name}", "ranking": len(title) % 3}
		frappe.db.set_value("Website Item", name, values)
	shared_cache.forget()
	frappe.db.commit()
	searches = [None, "e", "É", "STRASSE", "ß", "ا", "أ", "日", "a b", "&", "<5", "-", "ö", "σ"]
	wanted = [{"search": word, "sort_order": sort_order, "page_size": 7} for word in searches]
	wanted += [{"sort_order": sort_order, "page_size": 7, "page": page} for page in (2, 3)]
	from_database = [answer(**values) for values in wanted]
	asked = len(asked_of_database)
	assert asked > 10
	build()
	for values, expected in zip(wanted, from_database, strict=True):
		assert answer(**values) == expected, values
	assert len(asked_of_database) == asked


@pytest.mark.parametrize("sort_order", ["asc", "desc", "default"])
def test_products_of_one_title_are_in_the_order_of_their_names(shop, build, asked_of_database, sort_order):
	"""As the database orders names; it does not count spaces at the end of a title."""
	endings = ["_1", "-2", "a", "B", "1", "é", "z", " 3", ".4"]
	titles_of = ["Gauze", "Gauze ", "Gauze  "]
	for number, (name, ending) in enumerate(zip(shop.many(9, recorded=False), endings, strict=True)):
		values = {"web_item_name": titles_of[number % 3], "medusa_id": f"prod_{number}"}
		frappe.db.set_value("Website Item", name, values)
		frappe.db.set_value("Website Item", name, "name", f"WEB-{shop.mark}{ending}")
	shared_cache.forget()
	frappe.db.commit()
	wanted = [
		{"sort_order": sort_order, "page_size": size, "page": page} for size, page in ((9, 1), (4, 1), (4, 2))
	]
	ids = [[row["id"] for row in answer(**values)["paginatedProducts"]] for values in wanted]
	assert ids[0] == [*ids[1], *ids[2], ids[0][-1]]
	assert len(set(ids[0])) == 9
	asked = len(asked_of_database)
	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(catalogue_store, "SIZE", 2)
		build()
	for values, expected in zip(wanted, ids, strict=True):
		assert [row["id"] for row in answer(**values)["paginatedProducts"]] == expected
	assert len(asked_of_database) == asked


def test_another_form_of_what_is_stored_has_another_key():
	"""Change both, the fields and the number: processes before an update may store the old form."""
	found = [field.name for form in (Segment, catalogue_store._Stored) for field in fields(form)]
	assert (catalogue_store.FORM, found) == (
		2,
		[
			*("names", "keys", "titles", "rankings", "texts", "rates", "falling", "ranked", "sets"),
			*("token", "day", "journal", "place", "segments"),
		],
	)
	assert catalogue_store.PREFIX.endswith(":2:")


@pytest.mark.parametrize(
	("title", "word"),
	[
		("Gloves ٥ ml", "5"),
		("Gloves 5 ml", "٥"),
		("Gauze 10 m²", "m2"),
		("İstanbul", "istanbul"),
		("Перчатки чёрные", "черные"),
		("Μάσκα", "μας"),
		("ﻗﻔﺎﺯﺍﺕ", "قفازات"),
		("マスク", "ますく"),
	],
)
def test_a_search_finds_what_the_database_finds(shop, build, asked_of_database, title, word):
	"""Letters that LIKE considers equal."""
	(name,) = shop.many(1, recorded=False)
	frappe.db.set_value("Website Item", name, {"web_item_name": title, "medusa_id": f"prod_{name}"})
	shared_cache.forget()
	frappe.db.commit()
	expected = titles(search=word)
	assert (expected, asked_of_database) == ([title], [1])
	build()
	assert (titles(search=word), asked_of_database) == ([title], [1])


def test_equal_letters_are_those_of_the_database(shop, monkeypatch):
	"""Each letter of the basic plane as part of a text, compared with each letter that is equal to it."""
	plain = letters._Letters((ord(letter), letter.lower()) for letter in letters.ASCII)
	monkeypatch.setattr(letters, "_known", plain)
	with recorded_queries() as queries:
		assert letters.compared(["A-1\n"]) == ["a-1\n"]
	assert not queries
	every = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
	found = dict(zip(every, letters.compared(every), strict=True))
	assert letters.compared(["A😀"]) == ["a\ufffd"]
	assert {found[letter] for letter in "5٥⁵５"} == {"5"}
	assert found["ö"] == "o" and found["ø"] != "o", "as MariaDB has it"
	assert found["й"] != found["и"]
	assert found["أ"] != found["ا"]
	assert {len(one) for one in found.values()} == {1}
	with recorded_queries() as queries:
		letters.compared(every)
	assert not queries


@pytest.mark.contract(61)
@pytest.mark.parametrize("is_known", [False, True])
def test_statements_do_not_depend_on_the_number_of_products(shop, quotes, build, asked_of_database, is_known):
	"""Nor on how many have changed: three for those that have, none if others have read them, or none has."""
	shop.set(public_rate_limit=100_000)
	buyer = quotes.customer() if is_known else None
	values = {"customer_id": buyer.medusa_id} if buyer else {}
	counts = []
	for size, more in ((1, 1), (10, 9), (100, 90)):
		names = shop.many(more, recorded=False, in_medusa=True)
		shared_cache.forget()
		frappe.db.commit()
		build()
		answer(**values)  # so that Frappe has what it keeps of DocTypes
		for changed in ([], names):
			shared_cache.forget(products=changed)
			frappe.db.commit()
			with recorded_queries() as cold:
				assert answer(page_size=100, **values)["items_in_page"] == size
			with recorded_queries() as other:
				answer(page_size=100, sort_order="desc", **values)
			counts.append((bool(changed), len(cold), len(other)))
	assert len(set(counts)) == 2, counts
	(_none, unchanged, _other), (_some, with_changes, _others) = sorted(set(counts))
	assert with_changes <= 12
	assert with_changes - unchanged <= 5, "three, and what begins a snapshot"
	assert asked_of_database == []
