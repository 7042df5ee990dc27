"""The client against whole servers: simulated ones always, real ones where they can be had.

What a test asserts is read from the server past the client. Tests share a server, so each uses handles and
SKUs of its own.
"""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import replace

import pytest
import requests

from devbench.medusa.simulator import Simulator
from medusa_integration.medusa.errors import (
	Duplicate,
	Invalid,
	MissingReference,
	NotFound,
	SignInFailed,
	TooLarge,
)
from medusa_integration.medusa.values import Upload
from medusa_integration.mirror import connect
from medusa_integration.mirror.outcomes import SharedProduct
from medusa_integration.mirror.values import Collection, Product, Specification, Target, Variant
from tests.support.medusa import real_server, simulator

KINDS = [(generation, extended) for generation in ("v1", "v2") for extended in (True, False)]
_numbers = itertools.count(1)
RUN = secrets.token_hex(3)


def _names():
	for generation, extended in KINDS:
		name = f"{generation} {'extended' if extended else 'stock'}"
		yield pytest.param(("simulated", generation, extended), id=f"simulated {name}")
		yield pytest.param(("real", generation, extended), id=f"real {name}", marks=pytest.mark.medusa)


class Shop:
	"""A Medusa server, what a test sends to it, and what it then has."""

	def __init__(self, server, generation: str, extended: bool) -> None:
		self.server, self.generation, self.extended = server, generation, extended
		self.learned, self.exchanges = [], []
		self.client = self.connect()
		self._token = None

	def connect(self, tokens=None, **fields):
		fields = {"email": self.server.email, "password": self.server.password, **fields}
		return connect(
			Target(url=self.server.url, **fields),
			on_learned=lambda *what: self.learned.append(what),
			on_exchange=self.exchanges.append,
			tokens=tokens,
		)

	@property
	def extras(self) -> str:
		return "properties" if self.extended else "metadata"

	def ask(self, method: str, path: str, **options) -> dict:
		"""A request past the client."""
		if not self._token:
			path_, key = {
				"v1": ("/admin/auth/token", "access_token"),
				"v2": ("/auth/user/emailpass", "token"),
			}[self.generation]
			signed_in = requests.post(
				self.server.url + path_,
				json={"email": self.server.email, "password": self.server.password},
				timeout=300,
			)
			self._token = signed_in.json()[key]
		answer = requests.request(
			method,
			self.server.url + path,
			headers={"Authorization": f"Bearer {self._token}"},
			timeout=300,
			**options,
		)
		answer.raise_for_status()
		return answer.json()

	def product(self, id: str) -> dict:
		params = {"fields": "*variants,*variants.options,*options,*images,*sales_channels"}
		if not isinstance(self.server, Simulator):
			params["fields"] += ",*shipping_profile"
		if self.extended:
			params["fields"] += ",*erp_product"
		if self.generation == "v1":
			params = {"expand": "variants,variants.options,options,images"}
		return self.ask("GET", f"/admin/products/{id}", params=params)["product"]

	def extra(self, remote: dict, name: str) -> object:
		place = remote.get("erp_product", remote) if self.extended else remote["metadata"]
		return place.get(name)

	def make(self, **fields) -> Product:
		"""A product that no other test has."""
		number = next(_numbers)
		sku = fields.pop("sku", f"SKU-{RUN.upper()}-{number}")
		defaults = {
			"key": f"WEB-{RUN}-{number}",
			"item_code": sku,
			"title": "Nitrile gloves",
			"handle": f"gloves-{RUN}-{number}",
			"fallback_handle": f"gloves-{RUN}-{number}-b",
			"variant": Variant(sku=sku, origin_country="OM", hs_code="4015", weight=250),
			"description": "Powder free",
			"short_description": "Gloves",
			"ranking": 3,
			"brand_name": "Halyard",
			"origin_country": "OM",
			"specifications": (Specification("Size", "M"), Specification("Colour", "Blue")),
			"metadata": {"UOM": "Box"},
		}
		return Product(**{**defaults, **fields})

	def save(self, *products: Product, **options):
		"""Save them; each must succeed. Returns the products with their ids."""
		outcomes = self.client.products.save(products, **options)
		assert [outcome.error for outcome in outcomes] == [None] * len(products)
		return [
			replace(product, id=outcome.id, variant=replace(product.variant, id=outcome.variant_id))
			for product, outcome in zip(products, outcomes, strict=True)
		]


_shops: dict = {}


@pytest.fixture(params=_names())
def shop(request):
	if request.param not in _shops:
		where, generation, extended = request.param
		server = (simulator if where == "simulated" else real_server)(generation, extended)
		_shops[request.param] = (server, generation, extended)
	return Shop(*_shops[request.param])


def test_which_server_it_is_is_found_out(shop):
	"""Generation and the way of extras, told to whoever remembers, and what a person can choose from."""
	about = shop.client.describe()
	assert (about.generation, about.extras) == (shop.generation, shop.extras)
	assert shop.learned == [("generation", shop.generation), ("extras", shop.extras)]
	assert about.currencies and all(re.fullmatch("[A-Z]{3}", code) for code in about.currencies)
	assert [channel.is_default for channel in about.sales_channels].count(True) == 1
	assert all(choice.id and choice.name for choice in (*about.sales_channels, *about.stock_locations))
	assert list(shop.ask("GET", "/admin/products", params={"q": "?"})["products"]) == []


@pytest.mark.contract(44, 45, 46, 48, 75, 76, 77, 78, 79, 80, 81, 82, 83, 85, 87, 89, 91)
def test_a_new_product_arrives_whole(shop):
	"""Every row of the field map, and the one variant."""
	[product] = shop.save(shop.make(published=True))
	remote = shop.product(product.id)
	assert {
		key: remote[key]
		for key in ("title", "handle", "description", "status", "origin_country", "discountable")
	} == {
		"title": "Nitrile gloves",
		"handle": product.handle,
		"description": "Powder free",
		"status": "published",
		"origin_country": "OM",
		"discountable": False,
	}
	assert {key: shop.extra(remote, key) for key in ("item_code", "short_description", "ranking")} == {
		"item_code": product.item_code,
		"short_description": "Gloves",
		"ranking": 3,
	}
	assert shop.extra(remote, "brand_name") == "Halyard"
	assert shop.extra(remote, "specifications") == [
		{"label": "Size", "description": "M"},
		{"label": "Colour", "description": "Blue"},
	]
	assert remote["metadata"]["UOM"] == "Box" and remote["metadata"]["website_item"] == product.key
	[variant] = remote["variants"]
	assert variant["id"] == product.variant.id and variant["title"] == "Default"
	assert variant["sku"] == product.variant.sku and variant["manage_inventory"] is True
	assert variant["allow_backorder"] is False and variant["origin_country"] == "OM"
	assert (variant["hs_code"], variant["weight"]) == ("4015", 250)
	assert variant.get("inventory_quantity", 0) == 0
	[option] = remote["options"]
	assert option["title"] == "Default" and variant["options"][0]["value"] == "Default"
	if shop.generation == "v2":
		assert len(remote["sales_channels"]) == 1 and remote["external_id"] == product.key
		if not isinstance(shop.server, Simulator):
			# without one, no cart with this product could be completed
			assert remote["shipping_profile"]["type"] == "default"


CHANGES = [
	("title", "Vinyl gloves"),
	("item_code", "OTHER-CODE"),
	("description", ""),
	("description", "Latex free"),
	("short_description", ""),
	("ranking", 0),
	("ranking", -7),
	("published", False),
	("brand_name", None),
	("brand_name", "Ansell"),
	("origin_country", None),
	("origin_country", "MY"),
	("specifications", ()),
	("specifications", (Specification("Size", "L"),)),
	("metadata", {"UOM": "Pair"}),
]


@pytest.mark.contract(72, 75, 76, 77, 78, 79, 80, 81, 82, 83, 85)
@pytest.mark.parametrize("field, value", CHANGES, ids=lambda value: str(value)[:20])
def test_each_field_can_be_changed(shop, field, value):
	"""A change of any field arrives, also a change to nothing, and nothing else changes with it."""
	[product] = shop.save(shop.make())
	changed = replace(product, **{field: value})
	shop.save(changed)
	[read] = shop.client.products.read([product.id])
	expected = replace(changed, fallback_handle=changed.handle, variant=read.variant)
	assert read == expected
	assert read.variant.id == product.variant.id


@pytest.mark.contract(84, 92, 93)
def test_a_collection_and_a_product_in_it(shop):
	"""A collection is created, changed, adopted by its handle, joined by a product and left again."""
	number = next(_numbers)
	handle = f"ppe-{RUN}-{number}"
	collection = Collection(
		"PPE", "PPE", handle, f"{handle}-2", {"parent_item_group": "Products", "is_group": True}
	)
	[outcome] = shop.client.collections.save([collection])
	assert outcome.error is None and outcome.key == "PPE"
	remote = shop.ask("GET", f"/admin/collections/{outcome.id}")["collection"]
	assert (remote["title"], remote["handle"]) == ("PPE", handle)
	assert remote["metadata"] == {"parent_item_group": "Products", "is_group": True, "item_group": "PPE"}

	for look_up in (True, False):
		[again] = shop.client.collections.save(
			[replace(collection, title=f"Protection {look_up}")], look_up=look_up
		)
		assert (again.id, again.error) == (outcome.id, None)
	remote = shop.ask("GET", f"/admin/collections/{outcome.id}")["collection"]
	assert (remote["title"], remote["handle"]) == ("Protection False", handle)

	[product] = shop.save(shop.make(collection_id=outcome.id))
	assert shop.product(product.id)["collection_id"] == outcome.id
	shop.save(replace(product, collection_id=None))
	assert shop.product(product.id)["collection_id"] is None

	for _ in range(2):
		[deleted] = shop.client.collections.delete([outcome.id])
		assert deleted.error is None
	[gone] = shop.client.collections.save([replace(collection, id=outcome.id)])
	assert isinstance(gone.error, NotFound)


@pytest.mark.parametrize("look_up", [True, False])
def test_two_item_groups_never_share_a_collection(shop, look_up):
	"""The handle belongs to another Item Group's collection: ours takes the other one,
	and is found again there.
	"""
	handle = f"masks-{RUN}-{next(_numbers)}"
	first = Collection("Masks", "Masks", handle, f"{handle}-a")
	second = Collection("MASKS", "MASKS", handle, f"{handle}-b")
	[one, two] = [shop.client.collections.save([each], look_up=look_up)[0] for each in (first, second)]
	[again] = shop.client.collections.save([second], look_up=look_up)
	assert one.error is two.error is again.error is None and one.id != two.id == again.id
	assert shop.ask("GET", f"/admin/collections/{one.id}")["collection"]["title"] == "Masks"
	[third] = shop.client.collections.save([Collection("x", "x", handle, handle)], look_up=look_up)
	assert isinstance(third.error, Duplicate) and third.error.field == "handle"


def test_a_collection_is_found_by_the_item_group_that_it_names(shop):
	"""Under either handle; one that merely has the handle is a person's own."""
	handle = f"masks-{RUN}-{next(_numbers)}"
	ours = Collection("Masks", "Masks", handle, f"{handle}-a")
	other = Collection("MASKS", "MASKS", handle, f"{handle}-b")
	[one, two] = shop.client.collections.save([ours]) + shop.client.collections.save([other])
	shop.ask("POST", "/admin/collections", json={"title": "Bare", "handle": f"{handle}-bare"})
	bare = Collection("Bare", "Bare", f"{handle}-bare", f"{handle}-bare")
	none = Collection("None", "None", f"{handle}-none", f"{handle}-none")
	found = shop.client.collections.find([other, bare, ours, none])
	assert [outcome.id for outcome in found] == [two.id, None, one.id, None]
	assert not any(outcome.error for outcome in found)


def test_a_missing_collection_is_that_products_fault(shop):
	"""The product is there, its collection is not: never taken for a product that is gone."""
	[product] = shop.save(shop.make())
	new, old = shop.client.products.save(
		[shop.make(collection_id="pcol_missing"), replace(product, collection_id="pcol_missing")]
	)
	assert isinstance(new.error, MissingReference) and new.id is None
	assert isinstance(old.error, MissingReference) and not isinstance(old.error, NotFound)


@pytest.mark.contract(99)
def test_products_are_deleted(shop):
	"""Many at once; what is gone already counts as deleted."""
	products = shop.save(*(shop.make() for _ in range(3)))
	ids = [product.id for product in products]
	for _ in range(2):
		outcomes = shop.client.products.delete([*ids, "prod_never"])
		assert [(outcome.key, outcome.error) for outcome in outcomes] == [
			*((id, None) for id in ids),
			("prod_never", None),
		]
	assert shop.client.products.read(ids) == []


def test_a_deleted_product_can_be_created_again(shop):
	"""Handle and sku are free again once the product is deleted."""
	[product] = shop.save(shop.make())
	shop.client.products.delete([product.id])
	[again] = shop.save(replace(product, id=None, variant=replace(product.variant, id=None)))
	assert again.id != product.id


def test_a_product_that_is_gone_is_said_to_be_gone(shop):
	"""An update of a deleted product fails with NotFound, alone; the others are updated."""
	first, second = shop.save(shop.make(), shop.make())
	shop.client.products.delete([first.id])
	gone, there = shop.client.products.save([first, replace(second, title="New title")])
	assert isinstance(gone.error, NotFound) and not gone.error.retryable
	assert there.error is None and shop.product(second.id)["title"] == "New title"


@pytest.mark.parametrize("look_up", [True, False])
def test_what_is_there_already_is_adopted(shop, look_up):
	"""After a lost answer the product is found again by handle, key or sku, updated,
	and there is still one of it.
	"""
	first, second, third = shop.save(shop.make(), shop.make(), shop.make())
	forgotten = [
		replace(product, id=None, title="Found again", variant=replace(product.variant, id=None))
		for product in (
			first,
			replace(second, handle=f"{second.handle}-moved"),
			replace(third, handle=f"{third.handle}-moved", key=f"{third.key}-renamed"),
			shop.make(title="Found again"),
		)
	]
	found = shop.save(*forgotten, look_up=look_up)
	assert [product.id for product in found[:3]] == [first.id, second.id, third.id]
	assert [product.variant.id for product in found[:3]] == [
		product.variant.id for product in (first, second, third)
	]
	for product in found:
		assert shop.product(product.id)["title"] == "Found again"
		assert len(shop.client.products.calls.look_up([product])) == 1


def test_finding_tells_ours_from_others(shop):
	"""Those that Medusa has, by key; a product with the handle of ours that is not ours is not found."""
	[ours] = shop.save(shop.make())
	[foreign] = shop.save(shop.make())
	absent, taken = shop.make(), shop.make(handle=foreign.handle)
	asked = [replace(ours, id=None), absent, taken]
	assert shop.client.products.find(asked) == {ours.key: (ours.id, ours.variant.id)}


@pytest.mark.parametrize("look_up", [True, False])
def test_a_foreign_product_keeps_its_handle(shop, look_up):
	"""When somebody else's product has the handle, ours takes the other one; when that is taken too,
	it says so.
	"""
	[foreign] = shop.save(shop.make(title="Not ours"))
	mine = shop.make(handle=foreign.handle)
	[saved] = shop.save(mine, look_up=look_up)
	assert saved.id != foreign.id and shop.product(saved.id)["handle"] == mine.fallback_handle
	assert shop.product(foreign.id)["title"] == "Not ours"
	[third] = shop.client.products.save(
		[shop.make(handle=foreign.handle, fallback_handle=mine.fallback_handle)], look_up=look_up
	)
	assert isinstance(third.error, Duplicate) and third.error.field == "handle" and third.id is None


def test_two_of_the_same_call_never_share_a_product(shop):
	"""Two rows with one handle, or one sku, in one call: the first gets it, the second another one,
	or an error.
	"""
	first = shop.make()
	same_handle = shop.make(handle=first.handle)
	same_sku = shop.make(sku=first.variant.sku)
	one, two, three = shop.client.products.save([first, same_handle, same_sku])
	results = sorted((outcome.id for outcome in (one, two, three) if outcome.id), key=str)
	assert len(results) == len(set(results)) == 2 and two.error is None
	assert [type(outcome.error) for outcome in (one, three) if outcome.error] == [Duplicate]


def test_one_bad_row_of_fifty_fails_alone(shop):
	"""49 arrive, the bad one has Medusa's own message."""
	products = [shop.make(**({"published": None} if number == 31 else {})) for number in range(50)]
	products[31] = replace(products[31], ranking=2.5, variant=replace(products[31].variant, weight="heavy"))
	outcomes = shop.client.products.save(products)
	failed = [number for number, outcome in enumerate(outcomes) if outcome.error]
	assert failed == [31]
	assert isinstance(outcomes[31].error, Invalid) and "weight" in outcomes[31].error.message
	assert len(shop.client.products.read([outcome.id for outcome in outcomes if outcome.id])) == 49


TEXTS = [
	"قفازات نتريل 🧤 خالية من البودرة",
	"👩🏽‍⚕️ Ärzte & Co. \"quoted\" 'single' \\back\\slash </script><b>x</b>",
	"tab\tnew\nline 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u202ertl\u202c",
	"NUL\x00 and half\ud83d a pair",
]


@pytest.mark.parametrize("text", TEXTS, ids=["Arabic and emoji", "quotes", "white space", "not storable"])
def test_any_text_arrives(shop, text):
	"""Emoji, Arabic, quotes and line ends arrive as they are; what no database stores is left out."""
	storable = text.replace("\x00", "").encode("utf-8", "replace").decode()
	fields = {
		"title": text,
		"description": text,
		"short_description": text,
		"brand_name": text,
		"specifications": (Specification(text, text),),
		"metadata": {"UOM": text},
	}
	[product] = shop.save(shop.make(**fields))
	[read] = shop.client.products.read([product.id])
	assert (read.title, read.description, read.short_description, read.brand_name) == (storable,) * 4
	assert read.specifications == (Specification(storable, storable),) and read.metadata == {"UOM": storable}


# the variant


@pytest.mark.contract(63, 72)
def test_only_what_differs_of_a_variant_is_changed(shop):
	"""allow_backorder follows when it is given, None leaves what Medusa has; a new sku arrives too."""
	[product] = shop.save(shop.make())

	def variant():
		[found] = shop.product(product.id)["variants"]
		return found

	shop.save(replace(product, variant=replace(product.variant, allow_backorder=True)))
	assert variant()["allow_backorder"] is True
	requests_before = len(shop.exchanges)
	shop.save(replace(product, variant=replace(product.variant, allow_backorder=None)))
	assert variant()["allow_backorder"] is True and len(shop.exchanges) == requests_before + 1
	sku = f"{product.variant.sku}-NEW"
	shop.save(replace(product, variant=replace(product.variant, sku=sku, weight=300, barcode=sku)))
	assert (variant()["sku"], variant()["weight"], variant()["barcode"]) == (sku, 300, sku)
	assert variant()["id"] == product.variant.id


def test_many_variants_are_changed_at_once(shop):
	"""A batch of products whose variants changed, as when a whole brand goes on backorder."""
	products = shop.save(*(shop.make() for _ in range(12)))
	shop.save(*(replace(each, variant=replace(each.variant, allow_backorder=True)) for each in products))
	assert all(shop.product(each.id)["variants"][0]["allow_backorder"] for each in products)


def _by_hand(shop, product, skus, **values):
	"""A product that somebody has made, with a variant for each (title, sku)."""
	v1 = shop.generation == "v1"
	body = {
		"title": "Shirt",
		"handle": product.handle,
		"options": [{"title": "Default", **({} if v1 else {"values": list(skus)})}],
		"variants": [
			{
				"title": title,
				"sku": sku,
				"prices": [],
				"options": [{"value": title}] if v1 else {"Default": title},
			}
			for title, sku in reversed(skus.items())
		],
		**values,
	}
	return shop.ask("POST", "/admin/products", json=body)["product"]["id"]


@pytest.mark.parametrize("how", ["new", "repeated", "id known"])
def test_a_product_with_variants_of_others_is_left_alone(shop, how):
	"""Whether its SKU is found, looked up, or its id known from before: nothing of it is changed."""
	product, other = shop.make(title="Ours", published=False), shop.make()
	sku = f"{product.variant.sku}-XL"
	id_ = _by_hand(shop, product, {"S": product.variant.sku, "XL": sku}, status="published")
	before = shop.product(id_)
	if how == "id known":
		product = replace(product, id=id_)
	refused, saved = shop.client.products.save(
		[product, other], look_up=how == "repeated", unchecked={product.key}
	)
	assert (type(refused.error), refused.variant_id, saved.error) == (SharedProduct, None, None)
	assert str(refused.error) == (
		f'Medusa has {product.variant.sku} in the product "Shirt" ({id_}), together with other variants ({sku}).'
		" It is left as it is. Give the item's variant a product of its own there, or another SKU, and try again."
	)
	assert not refused.error.retryable
	assert shop.product(id_) == before
	assert shop.client.products.find([replace(product, id=None)]) == {}


def test_somebody_elses_variant_stays(shop):
	"""A variant that was added in Medusa to a product of ours survives every update."""
	product = shop.make()
	skus = {"Default": product.variant.sku, "XL": f"{product.variant.sku}-XL"}
	# without our name on it, it would not be ours to change, as ruled since
	id_ = _by_hand(shop, product, skus, metadata={"website_item": product.key})
	[adopted] = shop.save(replace(product, variant=replace(product.variant, allow_backorder=True)))
	variants = {variant["title"]: variant for variant in shop.product(id_)["variants"]}
	assert {title: variant["sku"] for title, variant in variants.items()} == skus
	assert [variants[title]["allow_backorder"] for title in skus] == [True, False]
	assert (adopted.id, adopted.variant.id) == (id_, variants["Default"]["id"])


@pytest.mark.parametrize("known", ["id known", "id unknown"])
def test_a_missing_variant_is_made_again(shop, known):
	"""A variant that was deleted in Medusa is created again by the next update, and its new id is told."""
	[product] = shop.save(shop.make())
	shop.ask("DELETE", f"/admin/products/{product.id}/variants/{product.variant.id}")
	if known == "id unknown":
		product = replace(product, variant=replace(product.variant, id=None))
	[mended] = shop.save(product)
	[variant] = shop.product(product.id)["variants"]
	assert variant["id"] == mended.variant.id and variant["title"] == "Default"
	assert variant["sku"] == product.variant.sku


@pytest.mark.contract(43, 44, 45, 46, 47, 48, 87, 88, 89, 91)
def test_a_variant_by_itself(shop):
	"""Option and variant are created for a product that has none, found when they are there,
	and never doubled.
	"""
	body = {"title": "Bare", "handle": f"bare-{RUN}-{next(_numbers)}"}
	if shop.generation == "v2":
		body["options"] = [{"title": "Material", "values": ["Latex"]}]
	id_ = shop.ask("POST", "/admin/products", json=body)["product"]["id"]
	if shop.generation == "v2":
		option = shop.product(id_)["options"][0]["id"]
		shop.ask("POST", f"/admin/products/{id_}/options/batch", json={"remove": [option]})
	option_id = shop.client.products.ensure_option(id_)
	assert shop.client.products.ensure_option(id_) == option_id
	variant = Variant(
		sku=f"BARE-{id_}", allow_backorder=True, origin_country="OM", barcode=f"B{id_}", weight=9
	)
	variant_id = shop.client.products.ensure_variant(id_, variant)
	assert shop.client.products.ensure_variant(id_, variant) == variant_id
	remote = shop.product(id_)
	assert [option["title"] for option in remote["options"]] == ["Default"]
	[found] = remote["variants"]
	assert (found["id"], found["title"], found["sku"]) == (variant_id, "Default", variant.sku)
	assert found["allow_backorder"] is True and found["manage_inventory"] is True
	assert (found["origin_country"], found["weight"]) == ("OM", 9)
	with pytest.raises(NotFound):
		shop.client.products.ensure_variant("prod_never", variant)


def test_a_barcode_that_is_taken_is_that_products_fault(shop):
	"""Barcodes are unique in Medusa; the error says what collided, on create and on update."""
	first, second = shop.make(), shop.make()
	first = replace(first, variant=replace(first.variant, barcode=first.key))
	[saved] = shop.save(first)
	taken = replace(second, variant=replace(second.variant, barcode=first.key))
	[outcome] = shop.client.products.save([taken])
	assert isinstance(outcome.error, Duplicate) and outcome.error.field == "barcode"
	[second] = shop.save(second)
	[outcome] = shop.client.products.save(
		[replace(second, variant=replace(second.variant, barcode=first.key))]
	)
	assert isinstance(outcome.error, Duplicate) and outcome.id == second.id
	assert outcome.variant_id == second.variant.id and saved.id != second.id


# many, large, long


def test_a_hundred_and_more(shop):
	"""More than one request's worth is created, found, read and listed."""
	products = shop.save(*(shop.make() for _ in range(130)))
	ids = [product.id for product in products]
	assert len(set(ids)) == 130
	assert [product.id for product in shop.client.products.read(ids)] == ids
	found = shop.client.products.find([replace(product, id=None) for product in products])
	assert found == {product.key: (product.id, product.variant.id) for product in products}
	listed = [product.id for product in shop.client.products.list_all(page=50)]
	assert set(ids) <= set(listed) and len(listed) == len(set(listed))
	shop.client.products.delete(ids)


def test_products_are_listed_with_whom_they_belong_to(shop):
	"""The Website Item that they name, v2's external id, and all of their variants;
	those that are gone are left out.
	"""
	saved = shop.save(shop.make(), shop.make())
	ids = [product.id for product in saved]
	pages = list(shop.client.products.pages(page=50))
	assert all(len(page) <= 50 for page in pages)
	listed = {one.id: one for page in pages for one in page}
	for product in saved:
		one = listed[product.id]
		assert (one.owner, one.title) == (product.key, product.title)
		assert one.external_id == (product.key if shop.generation == "v2" else "")
		assert [variant.id for variant in one.variants] == [product.variant.id]
		assert one.own_variant(Variant(sku=product.variant.sku)).id == product.variant.id
	shop.client.products.delete(ids[:1])
	assert [one.id for one in shop.client.products.read_listed(ids)] == ids[1:]
	assert shop.client.products.read_listed([]) == []


def test_collections_are_listed_with_their_metadata(shop):
	"""Which v1's list does not have; those that are gone are left out."""
	number = next(_numbers)
	groups = [
		Collection(
			key=f"Group {RUN} {number} {part}",
			title=f"Group {RUN} {number} {part}",
			handle=f"group-{RUN}-{number}-{part}",
			fallback_handle=f"group-{RUN}-{number}-{part}-b",
			metadata={"parent_item_group": "All", "is_group": part == "a"},
		)
		for part in "ab"
	]
	ids = [outcome.id for outcome in shop.client.collections.save(groups)]
	listed = {one.id: one for one in shop.client.collections.list_all(page=1)}
	for group, id in zip(groups, ids, strict=True):
		assert listed[id] == replace(group, id=id, fallback_handle=group.handle)
	shop.client.collections.delete(ids[:1])
	assert [one.id for one in shop.client.collections.read(ids)] == ids[1:]


def test_long_handles_do_not_break_a_look_up(shop):
	"""Handles of a hundred Arabic letters each: look-ups are split so that their addresses stay short."""
	products = [
		replace(product, handle=f"{'ق' * 100}-{product.handle}") for product in map(_make(shop), range(40))
	]
	products = shop.save(*products)
	found = shop.client.products.find([replace(product, id=None) for product in products])
	assert {key: id for key, (id, _) in found.items()} == {each.key: each.id for each in products}
	assert max(len(exchange.url) for exchange in shop.exchanges) < 8000


def _make(shop):
	return lambda _: shop.make()


def test_large_products_are_sent_in_smaller_requests(shop):
	"""Bodies stay below what Medusa takes; all arrive."""
	products = [shop.make(description=f"{number} " + "x" * 60_000) for number in range(40)]
	outcomes = shop.client.products.save(products)
	assert [outcome.error for outcome in outcomes] == [None] * 40
	assert 413 not in {exchange.status for exchange in shop.exchanges}


def test_a_product_that_is_too_large_says_why(shop):
	"""No server takes it: the error names the sizes, and the other product arrives."""
	large, small = shop.client.products.save(
		[shop.make(title="Novel", description="x" * 12_000_000), shop.make()]
	)
	assert isinstance(large.error, TooLarge) and re.search(r"Novel .*description 12000", str(large.error))
	assert small.error is None


def test_files_are_stored(shop):
	"""Each file gets an address that visitors can open."""
	png = b"\x89PNG\r\n\x1a\n" + bytes(100)
	outcomes = shop.client.upload(
		[Upload("a", "gloves.png", png, "image/png"), Upload("b", "قفاز 1.txt", b"hello", "text/plain")]
	)
	assert [outcome.key for outcome in outcomes] == ["a", "b"] and not any(each.error for each in outcomes)
	assert all(re.match("https?://", outcome.url) for outcome in outcomes)
	assert len({outcome.url for outcome in outcomes}) == 2
	[product] = shop.save(shop.make(images=tuple(outcome.url for outcome in outcomes)))
	remote = shop.product(product.id)
	assert remote["thumbnail"] == outcomes[0].url
	assert {image["url"] for image in remote["images"]} == {outcome.url for outcome in outcomes}
	shop.save(replace(product, images=()))
	assert len(shop.product(product.id)["images"]) == 2


# credentials


def test_a_wrong_password_is_refused_at_once(shop):
	"""One attempt, one error."""
	client = shop.connect(password="wrong", extras="metadata", generation=shop.generation)
	shop.exchanges.clear()
	with pytest.raises(SignInFailed):
		client.products.save([shop.make() for _ in range(8)])
	assert len(shop.exchanges) == 1


def test_a_token_that_was_never_valid_is_replaced(shop):
	"""401 is met with one new sign-in, in several threads too."""
	from medusa_integration.medusa.auth import MemoryTokens

	shop.client = shop.connect(tokens=MemoryTokens("eyJhbGciOiJIUzI1NiJ9.e30.bm9wZQ"))
	shop.save(*(shop.make() for _ in range(8)))
	signed_in = [exchange for exchange in shop.exchanges if re.search("auth/token|emailpass", exchange.url)]
	assert [exchange.status for exchange in signed_in if exchange.request_body != {}].count(200) == 1
	assert "***" in str(signed_in[-1].request_body) and shop.server.password not in str(shop.exchanges)


def test_a_secret_key_will_do(shop):
	"""v2: a secret key in place of e-mail and password."""
	if shop.generation == "v1":
		pytest.skip("v1 has no secret keys")
	client = shop.connect(email=None, password=None, secret_key=shop.server.secret_key)
	[outcome] = client.products.save([shop.make()])
	assert outcome.error is None
