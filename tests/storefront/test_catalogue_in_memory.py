"""The catalogue that lists are computed from without asking the database: as it is now, whatever happens."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from types import SimpleNamespace

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medusa_integration import api, product_journal, shared_cache
from medusa_integration.catalogue.stock import state
from medusa_integration.storefront import catalogue_store, facets, letters
from medusa_integration.storefront.catalogue_segments import Segment
from tests.storefront import plain_shop
from tests.storefront.test_listing_at_random import (  # noqa: F401
	compared,
	products,
	sent,
	stocked,
	wishes,
)
from tests.support.queries import recorded_queries

REBUILD = "medusa_integration.storefront.catalogue_store.rebuild"
ALL = ["Blue nitrile", "Clear vinyl", "Dark latex", "Face mask", "Gauze"]


def answer(**values):
	return api.get_website_items(url="/", **values)


def titles(**values):
	return [row["title"] for row in answer(**values)["paginatedProducts"]]


@pytest.fixture
def build(shop):
	"""Make the catalogue, as the job does; does not wait until documents of before are in no cache."""
	frappe.db.commit()

	def build():
		frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))
		frappe.get_attr(REBUILD)()
		assert catalogue_store.token()

	yield build
	for name in (catalogue_store.STORED, catalogue_store.TOKEN, catalogue_store.ASKED):
		frappe.cache.delete(frappe.cache.make_key(name))


@pytest.fixture
def asked_of_database(monkeypatch):
	"""Of how many lists the database has counted the products."""
	asked = []
	counts = facets._counts
	monkeypatch.setattr(facets, "_counts", lambda *values: asked.append(1) or counts(*values))
	return asked


@pytest.fixture
def asked_of_queue(monkeypatch):
	"""The jobs that were asked for."""
	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **_options: jobs.append(method))
	return jobs


# -- the same as from the database ---------------------------------------------------------------------------


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


# -- as it is now --------------------------------------------------------------------------------------------


def rename(catalogue, title):
	catalogue.shop.save(catalogue.items[title].reload(), web_item_name="Zinc")


def write_without_save(catalogue, title):
	catalogue.items[title].db_set("published", 0)
	frappe.db.commit()


def delete(catalogue, title):
	frappe.delete_doc("Website Item", catalogue.items[title].name)
	frappe.db.commit()


@pytest.mark.parametrize(
	("change", "filters", "before", "after"),
	[
		(rename, {}, ALL, [*ALL[1:], "Zinc"]),
		(write_without_save, {}, ALL, ALL[1:]),
		(delete, {}, ALL, ALL[1:]),
		(
			lambda catalogue, title: catalogue.shop.save(
				catalogue.items[title].reload(),
				website_specifications=[{"label": "Colour", "description": "Pink"}],
			),
			{"colour": "blue"},
			["Blue nitrile", "Dark latex"],
			["Dark latex"],
		),
		(
			lambda catalogue, title: (
				state.write({catalogue.items[title].name: {"custom_in_stock": 1}}),
				frappe.db.commit(),
			),
			{"availability": 1},
			[],
			["Blue nitrile"],
		),
		(rename, {"sort_order": "desc"}, ALL[::-1], ["Zinc", *ALL[:0:-1]]),
	],
)
def test_a_change_is_seen_at_once(catalogue, build, asked_of_database, change, filters, before, after):
	build()
	assert titles(**filters) == before
	change(catalogue, "Blue nitrile")
	assert titles(**filters) == after
	assert answer(**filters)["product_count"] == len(after)
	assert asked_of_database == []


def test_counts_follow_a_change(catalogue, build, asked_of_database):
	"""Of groups, brands and values, by hand."""
	build()
	groups, brands = catalogue.groups, catalogue.brands
	# a save would take both from the Item
	catalogue.items["Blue nitrile"].db_set({"item_group": groups["Medical"].name, "brand": brands[1]})
	frappe.db.commit()
	found = answer()
	assert found["distinct_collection_titles"] == [
		{"name": groups["Gloves"].name, "count": 2},
		{"name": groups["Masks"].name, "count": 1},
		{"name": groups["Medical"].name, "count": 2},
	]
	assert found["distinct_brands"] == [{"name": brands[0], "count": 2}, {"name": brands[1], "count": 3}]
	assert found["distinct_colours"] == ["Blue", "Sky Blue", "White"]
	delete(catalogue, "Blue nitrile")
	assert answer()["distinct_colours"] == ["Blue", "White"]
	assert answer()["distinct_shapes"] == ["Flat"]
	assert asked_of_database == []


def test_prices_follow_their_documents(catalogue, build, quotes, asked_of_database):
	build()
	mask = catalogue.items["Face mask"]
	assert titles(min_price=7, max_price=7) == []
	price = quotes.price(mask.item_code, 7)
	assert titles(min_price=7, max_price=7) == ["Face mask"]
	price.reload().db_set("price_list_rate", 8)
	frappe.db.commit()
	assert titles(min_price=7, max_price=7) == []
	assert titles(min_price=8, max_price=8) == ["Face mask"]
	gauze = catalogue.items["Gauze"].item_code
	frappe.db.set_value("Item Price", {"item_code": gauze}, "valid_from", "2020-01-01")
	price.reload().item_code = gauze
	price.save()
	frappe.db.commit()
	assert titles(min_price=8, max_price=8) == ["Gauze"], "and no longer of the mask"
	frappe.delete_doc("Item Price", price.name)
	frappe.db.commit()
	assert titles(min_price=2.5, max_price=2.5) == ["Gauze"]
	assert asked_of_database == []


def test_a_new_product_and_a_specification_saved_by_itself(catalogue, build, visible, asked_of_database):
	build()
	made = visible(web_item_name="Bandage", item_group=catalogue.groups["Medical"].name)
	made.reload().save()
	frappe.db.commit()
	assert titles() == ["Bandage", *ALL]
	row = frappe.get_doc(
		"Item Website Specification", catalogue.items["Clear vinyl"].website_specifications[0].name
	)
	row.description = "pink"
	row.save()
	frappe.db.commit()
	assert titles(colour="pink") == ["Clear vinyl"]
	assert asked_of_database == []


def test_a_transaction_sees_what_it_has_written(catalogue, build, asked_of_database):
	"""And nobody else does."""
	build()
	item = catalogue.items["Blue nitrile"].reload()
	item.web_item_name = "Written"
	item.save()
	assert "Written" in titles()
	assert asked_of_database == [1]
	frappe.db.rollback()
	assert titles() == ALL


def test_a_change_while_the_job_reads(catalogue, build, monkeypatch, asked_of_database):
	"""It is noted after the place from which on the job has read."""
	read, changed = catalogue_store.read, []

	def read_and_change(rows):
		segment = read(rows)
		if rows and not changed:
			changed.append(1)
			catalogue.shop.elsewhere(lambda: save_elsewhere(catalogue.items["Gauze"].name))
		return segment

	monkeypatch.setattr(catalogue_store, "read", read_and_change)
	build()
	assert changed
	assert titles() == ["A mask", *ALL[:4]]
	assert asked_of_database == []


def save_elsewhere(name):
	item = frappe.get_doc("Website Item", name)
	item.web_item_name = "A mask"
	item.save()
	frappe.db.commit()


# -- when there is none --------------------------------------------------------------------------------------


def rename_brand(catalogue):
	frappe.rename_doc("Brand", catalogue.brands[0], f"{catalogue.brands[0]} new", force=True)
	frappe.db.commit()


def forget_all(catalogue):
	shared_cache.forget()
	frappe.db.commit()


def many_changes(catalogue):
	names = [f"WEB-{number}" for number in range(product_journal.LONGEST + 10)]
	shared_cache.forget(products=names)
	frappe.db.commit()


def lose(key):
	return lambda _catalogue: (
		shared_cache.forget(products=()),
		frappe.db.commit(),
		frappe.cache.delete(key()),
	)


def save_settings(catalogue):
	frappe.get_doc("Medusa Configuration").save()
	frappe.db.commit()


@pytest.mark.parametrize(
	"end",
	[
		rename_brand,
		forget_all,
		many_changes,
		save_settings,
		lose(lambda: frappe.cache.make_key(catalogue_store.STORED)),
		lose(lambda: frappe.cache.make_key(catalogue_store.TOKEN)),
		lose(product_journal.redis_key),
	],
)
def test_the_database_is_asked_and_one_job(catalogue, build, asked_of_database, asked_of_queue, end):
	"""Several ask for lists; the job makes it anew, and the database is asked no more."""
	catalogue.shop.set(enable=0)
	build()
	assert titles() == ALL
	catalogue_store._known.clear()
	end(catalogue)
	frappe.cache.delete(frappe.cache.make_key(catalogue_store.ASKED))
	asked_of_queue.clear()
	assert titles() == ALL
	assert titles(sort_order="desc") == ALL[::-1]
	assert titles(search="e") == ALL
	assert len(asked_of_database) == 2
	assert asked_of_queue == [REBUILD]
	build()
	assert titles(search="z") == ["Gauze"]
	assert len(asked_of_database) == 2


def test_another_journal_is_not_taken_for_that_of_before(catalogue, build, asked_of_database):
	"""The job of another process has begun it."""
	build()
	forget_all(catalogue)
	frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))
	product_journal.begin()
	assert titles() == ALL
	assert asked_of_database == [1]


def test_prices_of_yesterday_do_not_count(catalogue, build, asked_of_database, monkeypatch):
	build()
	monkeypatch.setattr(catalogue_store, "today", lambda: "2999-01-01")
	assert titles() == ALL
	assert asked_of_database == [1]


def test_it_is_made_anew_in_time(catalogue, build, asked_of_database, asked_of_queue):
	"""Before it is gone; until then it is used."""
	build()
	titles()
	assert asked_of_queue == []
	for name in (catalogue_store.STORED, catalogue_store.TOKEN):
		frappe.cache.expire(frappe.cache.make_key(name), catalogue_store.RENEWED - 1)
	assert titles(search="gauze") == ["Gauze"]
	assert (asked_of_queue, asked_of_database) == ([REBUILD], [])


def test_the_job_waits_until_documents_of_before_are_in_no_cache(catalogue, build, monkeypatch):
	forget_all(catalogue)
	waited = []

	def sleep(seconds):
		waited.append(seconds)
		frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))

	monkeypatch.setattr(product_journal.time, "sleep", sleep)
	frappe.get_attr(REBUILD)()
	assert len(waited) == 1


def test_the_job_does_not_wait_as_long_as_journals_end(catalogue, build, monkeypatch):
	"""As when many documents are renamed: the worker would do nothing else meanwhile."""
	waited = []

	def sleep(seconds):
		waited.append(seconds)
		forget_all(catalogue)

	monkeypatch.setattr(product_journal, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: sum(waited)))
	forget_all(catalogue)
	frappe.get_attr(REBUILD)()
	assert 10 <= sum(waited) <= 11
	assert catalogue_store.token() is None
	assert product_journal.read() == []


def test_a_journal_that_nobody_reads_ends(catalogue, build):
	build()
	key = product_journal.redis_key()
	assert 0 < frappe.cache.ttl(key) <= product_journal.LIFETIME
	frappe.cache.delete(key)
	shared_cache.forget(products=["WEB-1"])
	frappe.db.commit()
	assert product_journal.read() == [], "without one nothing is noted"


def test_one_that_is_too_large_is_not_made_again_every_minute(
	catalogue, build, monkeypatch, asked_of_database, asked_of_queue
):
	monkeypatch.setattr(catalogue_store, "LARGEST", 100)
	frappe.cache.delete(frappe.cache.make_key(product_journal.ENDED))
	frappe.cache.delete(frappe.cache.make_key(catalogue_store.ASKED))
	frappe.get_attr(REBUILD)()
	assert titles() == ALL
	assert (catalogue_store.token(), asked_of_database, asked_of_queue) == (None, [1], [])
	assert frappe.cache.ttl(frappe.cache.make_key(catalogue_store.ASKED)) > 3600


def test_clearance_items_are_not_counted_again_for_another_catalogue(catalogue, build, asked_of_database):
	"""They are always those of the database."""
	for _time in range(2):
		api.get_clearance_items()
		build()
	assert asked_of_database == [1]


def test_without_redis(catalogue, build, redis_stopped, asked_of_database):
	build()
	with redis_stopped():
		assert titles() == ALL
		frappe.get_attr(REBUILD)()
	assert asked_of_database == [1]


def test_many_at_once_ask_for_one_job(catalogue, asked_of_queue):
	catalogue.shop.set(enable=0)
	forget_all(catalogue)
	frappe.cache.delete(frappe.cache.make_key(catalogue_store.ASKED))
	found = []
	threads = [
		threading.Thread(
			target=catalogue.shop.elsewhere,
			args=(lambda number=number: found.append(titles(page_size=number)),),
		)
		for number in range(5, 11)
	]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert found == [ALL] * 6
	assert asked_of_queue == [REBUILD]


# -- what it costs -------------------------------------------------------------------------------------------


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
