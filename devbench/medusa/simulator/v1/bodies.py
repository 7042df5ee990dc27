"""What v1 lets through: the bodies and queries of its routes."""

from __future__ import annotations

from devbench.medusa.simulator.schema import (
	Field,
	array,
	boolean,
	integer,
	mapping,
	number,
	one_of,
	shape,
	text,
)

STATUS = ("draft", "proposed", "published", "rejected")
SIZES = {name: number() for name in ("weight", "length", "height", "width")}
CUSTOMS = {name: text() for name in ("origin_country", "mid_code", "material")}
ID = shape({"id": text().needed()})

PRICE_CREATE = shape(
	{
		"region_id": text(),
		"currency_code": text(),
		"amount": integer().needed(),
		"min_quantity": integer(),
		"max_quantity": integer(),
	}
)
PRICE_UPDATE = shape({"id": text(), **PRICE_CREATE.shape})

CODES = {name: text() for name in ("sku", "ean", "upc", "barcode", "hs_code")}
VARIANT_OPTION = shape({"value": text().needed(), "option_id": text().needed()})


def variant(quantity: Field, option: Field, prices: Field, **first: Field) -> dict[str, Field]:
	"""A variant's fields; the routes differ in what they demand of it."""
	return {
		**first,
		**CODES,
		"inventory_quantity": quantity,
		"allow_backorder": boolean(),
		"manage_inventory": boolean(),
		**SIZES,
		**CUSTOMS,
		"metadata": mapping(),
		"prices": prices,
		"options": array(option),
	}


VARIANT_INLINE = shape(
	variant(number(), shape({"value": text().needed()}), array(PRICE_CREATE).needed(), title=text().needed())
)
VARIANT_CREATE = shape(variant(number(), VARIANT_OPTION, array(PRICE_CREATE).needed(), title=text().needed()))
VARIANT_UPDATE = shape(variant(number(), VARIANT_OPTION, array(PRICE_UPDATE), title=text()))
VARIANT_IN_UPDATE = shape(variant(integer(), VARIANT_OPTION, array(PRICE_UPDATE), id=text(), title=text()))

EXTRAS = {
	"item_code": text(),
	"short_description": text(),
	"ranking": integer(),
	"brand_name": text(),
	"specifications": array(),
}


def product(*, create: bool, extended: bool) -> Field:
	"""A product's body; an update knows neither is_giftcard nor options."""
	giftcard = {"is_giftcard": boolean(not_empty=True)} if create else {}
	options = {"options": array(shape({"title": text().needed()}))} if create else {}
	return shape(
		{
			**(EXTRAS if extended else {}),
			"title": text(required=create),
			"subtitle": text(),
			"description": text(),
			**giftcard,
			"discountable": boolean(),
			"images": array(),
			"thumbnail": text(),
			"handle": text(),
			"status": one_of(*STATUS, not_empty=not create),
			"type": shape({"id": text(), "value": text().needed()}),
			"collection_id": text(),
			"tags": array(shape({"id": text(), "value": text().needed()})),
			"sales_channels": array(ID),
			"categories": array(ID),
			**options,
			"variants": array(VARIANT_INLINE if create else VARIANT_IN_UPDATE),
			**SIZES,
			"hs_code": text(),
			**CUSTOMS,
			"metadata": mapping(),
		}
	)


OPTION = shape({"title": text().needed()})
COLLECTION_CREATE = shape(
	{"title": text(required=True, not_empty=True), "handle": text(), "metadata": mapping()}
)
COLLECTION_UPDATE = shape({"title": text(), "handle": text(), "metadata": mapping()})
LOGIN = shape(
	{
		"email": Field("email", required=True, not_empty=True),
		"password": text(required=True, not_empty=True),
	}
)

CUSTOMER = shape(
	{
		"first_name": text(),
		"last_name": text(),
		"email": Field("email", required=True),
		"password": text().needed(),
		"phone": text(),
	}
)
CUSTOMER_BY_ADMIN = shape(
	{
		"email": Field("email", required=True),
		"first_name": text().needed(),
		"last_name": text().needed(),
		"password": text().needed(),
		"phone": text(),
		"metadata": mapping(),
	}
)

LIST_PRICE = {
	"region_id": text(),
	"currency_code": text(),
	"amount": integer().needed(),
	"variant_id": text().needed(),
	"min_quantity": integer(),
	"max_quantity": integer(),
}
PRICE_LIST_DATES = {"starts_at": text(), "ends_at": text()}
PRICE_LIST_CREATE = shape(
	{
		"name": text().needed(),
		"description": text().needed(),
		**PRICE_LIST_DATES,
		"status": one_of("active", "draft"),
		"type": one_of("sale", "override", required=True),
		"prices": array(shape(LIST_PRICE)).needed(),
		"customer_groups": array(ID),
		"includes_tax": boolean(),
	}
)
PRICE_LIST_UPDATE = shape(
	{
		"name": text(),
		"description": text(),
		**PRICE_LIST_DATES,
		"status": one_of("active", "draft"),
		"type": one_of("sale", "override"),
		"prices": array(shape({"id": text(), **LIST_PRICE})),
		"customer_groups": array(ID),
		"includes_tax": boolean(),
	}
)
PRICES_BATCH = shape({"prices": array(shape({"id": text(), **LIST_PRICE})), "override": boolean()})
PRICES_DELETE = shape({"price_ids": array()})

# --- queries: their values are texts, or lists and objects of texts -----------------------------------------

ANY = Field("any")
PAGE = {"limit": ANY, "offset": ANY, "order": text(), "fields": text(), "expand": text()}
DATES = {"created_at": ANY, "updated_at": ANY, "deleted_at": ANY}
PRODUCTS_QUERY = shape(
	{
		"id": ANY,
		"q": text(),
		"status": array(),
		"price_list_id": array(),
		"sales_channel_id": array(),
		"collection_id": array(),
		"tags": array(),
		"title": text(),
		"description": text(),
		"handle": text(),
		"is_giftcard": ANY,
		"type_id": array(),
		"category_id": array(),
		"include_category_children": ANY,
		"discount_condition_id": text(),
		**DATES,
		**PAGE,
	}
)
COLLECTIONS_QUERY = shape(
	{"q": text(), "title": text(), "handle": text(), "discount_condition_id": text(), **DATES, **PAGE}
)
PRODUCT_QUERY = shape({"fields": text(), "expand": text()})
SALES_CHANNELS_QUERY = shape({"id": ANY, "q": text(), "name": text(), "description": text(), **DATES, **PAGE})
REGIONS_QUERY = shape({**DATES, **PAGE})
CURRENCIES_QUERY = shape({"code": text(), "includes_tax": ANY, **PAGE})
USERS_QUERY = shape(
	{"q": text(), "email": text(), "first_name": text(), "last_name": text(), **DATES, **PAGE}
)
CUSTOMERS_QUERY = shape({"q": text(), "has_account": ANY, "groups": array(), **DATES, **PAGE})
ORDERS_QUERY = shape(
	{
		"q": text(),
		"id": text(),
		"status": array(),
		"fulfillment_status": array(),
		"payment_status": array(),
		"display_id": text(),
		"cart_id": text(),
		"customer_id": text(),
		"email": text(),
		"region_id": ANY,
		"currency_code": text(),
		"tax_rate": text(),
		"canceled_at": ANY,
		"sales_channel_id": array(),
		**DATES,
		**PAGE,
	}
)
FULFILLMENT = shape(
	{
		"items": array(shape({"item_id": text().needed(), "quantity": number().needed()})).needed(),
		"location_id": text(),
		"no_notification": boolean(),
		"metadata": mapping(),
	}
)
SHIPMENT = shape(
	{
		"fulfillment_id": text().needed(),
		"tracking_numbers": array(text()),
		"no_notification": boolean(),
	}
)
ORDER_QUERY = shape({"fields": text(), "expand": text()})
VARIANTS_QUERY = shape(
	{
		"q": text(),
		"id": ANY,
		"inventory_quantity": ANY,
		"title": ANY,
		"cart_id": text(),
		"region_id": text(),
		"currency_code": text(),
		"customer_id": text(),
		**PAGE,
	}
)
PRICE_LISTS_QUERY = shape(
	{
		"id": ANY,
		"q": text(),
		"status": array(),
		"name": text(),
		"description": text(),
		"type": array(),
		"customer_groups": array(),
		**DATES,
		**PAGE,
	}
)
