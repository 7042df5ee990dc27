"""The field map without a site: values of a Website Item in, a product out."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medusa_integration.catalogue.product import mapping

ROW = {
	"name": "WEB-ITM-0007",
	"route": "products/dental/mirror-no-5-x7k2p",
	"web_item_name": "Mouth Mirror No. 5",
	"item_code": "DM/5 Mirror",
	"web_long_description": "<div><p>Front surface &amp; rhodium.</p><p>Autoclavable.</p></div>",
	"short_description": "Mirror, <b>plane</b>",
	"ranking": 7,
	"published": 1,
	"brand": "Hahnenkratt",
	"item_group": "Dental",
	"stock_uom": "Nos",
	"on_backorder": 0,
	"website_image": None,
	"slideshow": None,
	"country_of_origin": "Germany",
	"country_code": "de",
	"customs_tariff_number": "90184990",
	"weight_per_unit": 0.025,
	"weight_uom": "Kg",
	"has_variants": 0,
	"medusa_id": None,
	"medusa_variant_id": None,
	"collection_id": "pcol_1",
}


def product(**changes):
	missing = sorted({*mapping.WEBSITE_ITEM_FIELDS, *mapping.ITEM_FIELDS} - set(ROW))
	assert not missing, f"add to ROW in tests/catalogue/test_mapping.py: {', '.join(missing)}"
	arguments = {key: changes.pop(key) for key in ("specifications", "images", "barcode") if key in changes}
	return mapping.product({**ROW, **changes}, **arguments)


@pytest.mark.contract(75, 76, 78, 79, 81, 84, 85)
def test_plain_fields_arrive_under_their_names():
	"""Title, item code, short description, ranking, brand, collection and unit are the document's own."""
	mapped = product()
	assert mapped.title == "Mouth Mirror No. 5"
	assert mapped.item_code == "DM/5 Mirror"
	assert mapped.short_description == "Mirror, plane"
	assert mapped.ranking == 7
	assert mapped.brand_name == "Hahnenkratt"
	assert mapped.collection_id == "pcol_1"
	assert mapped.metadata["UOM"] == "Nos"


@pytest.mark.contract(77)
def test_description_is_text_without_tags_and_with_entities_resolved():
	"""`web_long_description` is HTML; Medusa gets its text, one line for each block."""
	assert product().description == "Front surface & rhodium.\nAutoclavable."


@pytest.mark.contract(77)
@example("<?")
@example("5 <! 7")
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=80))
def test_any_text_survives_being_html(text):
	"""What a person typed comes out again, whatever it looks like, but for white space."""
	shown = mapping.plain_text(f"<p>{html.escape(text)}</p>")
	assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", text)


@pytest.mark.contract(77)
@pytest.mark.parametrize(
	("source", "expected"),
	[
		(None, ""),
		("", ""),
		("a &lt; b &amp;amp; c", "a < b &amp; c"),
		("one<br>two", "one\ntwo"),
		("<ul><li>x</li><li>y</li></ul>", "x\ny"),
		("<script>alert(1)</script><p>text</p>", "text"),
		("<p>unclosed <b>bold", "unclosed bold"),
		("5 > 3 and 2 < 4", "5 > 3 and 2 < 4"),
		("<style>p { color: red }</style><p>red<!-- not blue --></p>", "red"),
		# blocks end a line, as ruled under B11
		("<p>soft</p><![foo]><p>glove</p>", "soft\nglove"),
		(
			"<p>\u0645\u0631\u0622\u0629 \U0001f9b7 \u201cquoted\u201d</p>",
			"\u0645\u0631\u0622\u0629 \U0001f9b7 \u201cquoted\u201d",
		),
	],
)
def test_html_to_text(source, expected):
	"""Odd HTML is read as a browser would show it."""
	assert mapping.plain_text(source) == expected


@pytest.mark.contract(80)
@pytest.mark.parametrize(("published", "expected"), [(1, True), (0, False), (None, False)])
def test_published_decides_the_status(published, expected):
	"""An unpublished item is a draft."""
	assert product(published=published).published is expected


@pytest.mark.contract(80)
def test_a_template_is_a_draft():
	"""Nobody could buy it: its variants are no options of it."""
	assert product(has_variants=1).published is False


@pytest.mark.contract(75, 81, 85, 92)
def test_names_go_out_as_they_were_written():
	"""Frappe stores some as entities."""
	mapped = product(
		web_item_name="Scalpel &lt;No. 292&gt;",
		brand="Aesculap &amp; Sons",
		stock_uom="Box &gt; 10",
		specifications=[("Blade &lt;mm&gt;", "<p>&lt; 10</p>")],
	)
	assert (mapped.title, mapped.brand_name, mapped.metadata["UOM"]) == (
		"Scalpel <No. 292>",
		"Aesculap & Sons",
		"Box > 10",
	)
	assert [(row.label, row.description) for row in mapped.specifications] == [("Blade <mm>", "< 10")]
	assert mapped.fallback_handle == "scalpel-no-292-dm-5-mirror"
	row = {"name": "Gloves &amp; Masks", "parent_item_group": "A &amp; B", "is_group": 0, "medusa_id": None}
	collection = mapping.collection(row)
	assert (collection.title, collection.metadata["parent_item_group"]) == ("Gloves & Masks", "A & B")
	assert collection.key == "Gloves &amp; Masks", "by which it is known again"


@pytest.mark.contract(82)
@pytest.mark.parametrize(("code", "expected"), [("de", "DE"), ("", None), (None, None), (" om ", "OM")])
def test_country_is_an_upper_case_code_or_nothing(code, expected):
	"""A country without a code must not hold up the item."""
	mapped = product(country_code=code)
	assert mapped.origin_country == mapped.variant.origin_country == expected


@pytest.mark.contract(83)
def test_specifications_have_label_and_text():
	"""Rows without a label or a description are left out, HTML is stripped."""
	mapped = product(
		specifications=[("Colour", "<p>Silver &amp; black</p>"), ("", "x"), ("Size", ""), (None, None)]
	)
	assert [(row.label, row.description) for row in mapped.specifications] == [("Colour", "Silver & black")]


@pytest.mark.contract(44, 45, 46, 62, 87, 89)
@pytest.mark.parametrize("on_backorder", [0, 1])
def test_the_one_variant(on_backorder):
	"""Every item has one variant "Default" that manages its inventory
	and takes backorders as the item says.
	"""
	variant = product(on_backorder=on_backorder, barcode="4006501003201").variant
	assert variant.title == "Default"
	assert variant.manage_inventory is True
	assert variant.allow_backorder is bool(on_backorder)
	assert (variant.sku, variant.barcode, variant.hs_code) == ("DM/5 Mirror", "4006501003201", "90184990")
	assert variant.weight == 25


@pytest.mark.contract(63)
def test_a_known_variant_keeps_its_backorder_when_changes_are_not_to_be_propagated():
	"""With `propagate_backorder_changes` off,
	only a variant that is yet to be made takes the field's value.
	"""
	row = {**ROW, "on_backorder": 1}
	known = {**row, "medusa_variant_id": "variant_1"}
	assert mapping.product(row, propagate_backorder=False).variant.allow_backorder is True
	assert mapping.product(known, propagate_backorder=False).variant.allow_backorder is None
	assert mapping.product(known, propagate_backorder=True).variant.allow_backorder is True


def test_handle_is_the_last_part_of_the_route():
	"""Stable and readable; without a route, title and item code."""
	assert product().handle == "mirror-no-5-x7k2p"
	assert product(route=None).handle == "mouth-mirror-no-5-dm-5-mirror"
	assert product().fallback_handle == "mouth-mirror-no-5-dm-5-mirror"


@given(st.text(max_size=60), st.text(min_size=1, max_size=40), st.text(max_size=80))
def test_handles_are_what_medusa_takes(title, item_code, route):
	"""Whatever the names look like, a handle has only a-z, 0-9 and single hyphens, and is never empty."""
	mapped = product(web_item_name=title, item_code=item_code, route=route)
	for handle in (mapped.handle, mapped.fallback_handle):
		assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", handle)


@pytest.mark.contract(92)
def test_collection():
	"""An Item Group is a collection with its name, and knows its parent."""
	row = {"name": "Infection Control", "parent_item_group": "Products", "is_group": 0, "medusa_id": None}
	collection = mapping.collection(row)
	assert (collection.title, collection.handle) == ("Infection Control", "infection-control")
	assert collection.metadata == {"parent_item_group": "Products", "is_group": False}


@pytest.mark.parametrize(
	("images", "had_images", "clears"),
	[((), True, True), ((), False, False), (("/files/a.png",), True, False)],
)
def test_only_pictures_that_we_sent_are_removed(images, had_images, clears):
	"""The last picture goes in Medusa too; pictures that somebody put there by hand stay."""
	assert mapping.product(ROW, images=images, had_images=had_images).clears_images is clears


def test_no_two_groups_share_a_handle():
	"""Names that look alike without their special characters must not end in one collection."""
	names = [
		"Dental Care",
		"Dental & Care",
		"Dental-Care",
		"\u0623\u0633\u0646\u0627\u0646",
		"\u0639\u064a\u0648\u0646",
	]
	handles = {mapping.group_handle(name) for name in names}
	assert len(handles) == len(names)
	assert "dental-care" in handles and all(
		re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", handle) for handle in handles
	)


@pytest.mark.parametrize(
	("weight", "uom", "expected"),
	[
		(2, "Kg", 2000),
		(500, "Gram", 500),
		(1, "Pound", 454),
		(3, "Nos", None),
		(0, "Kg", None),
		(None, None, None),
	],
)
def test_weight_in_grams(weight, uom, expected):
	"""Only a unit of weight is a weight."""
	assert mapping.grams(weight, uom) == expected
