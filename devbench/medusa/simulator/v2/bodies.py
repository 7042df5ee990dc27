"""What v2 lets through: the bodies of its routes."""

from __future__ import annotations

from devbench.medusa.simulator.schema import (
	Field,
	array,
	boolean,
	mapping,
	number,
	one_of,
	shape,
	text,
)

STATUS = ("draft", "proposed", "published", "rejected")


def maybe(*names: str, kind: Field | None = None) -> dict[str, Field]:
	"""Fields that may be missing and may be null."""
	return {name: kind or text(nullable=True) for name in names}


SIZES = maybe("weight", "length", "height", "width", kind=number(nullable=True))
METADATA = {"metadata": mapping(nullable=True)}
ADDITIONAL = {"additional_data": mapping(nullable=True)}
ID = shape({"id": text().needed()}, strict=False)
QUANTITIES = maybe("min_quantity", "max_quantity", kind=number(nullable=True))

PRICE = {"currency_code": text().needed(), "amount": number().needed(), **QUANTITIES, "rules": mapping()}
PRICE_UPDATE = {"id": text(), "currency_code": text(), "amount": number(), **QUANTITIES, "rules": mapping()}

CODES = maybe("sku", "ean", "upc", "barcode", "hs_code", "mid_code")
VARIANT = {
	"title": text().needed(),
	**CODES,
	"allow_backorder": boolean(),
	"manage_inventory": boolean(),
	"variant_rank": number(),
	**SIZES,
	**maybe("origin_country", "material"),
	**METADATA,
	"prices": array(shape(PRICE, strict=False)).needed(),
	"options": mapping(),
	"inventory_items": array(mapping()),
}
VARIANT_UPDATE = {
	"id": text(),
	"title": text(),
	"prices": array(shape(PRICE_UPDATE, strict=False)),
	**CODES,
	**maybe("thumbnail"),
	"allow_backorder": boolean(),
	"manage_inventory": boolean(),
	"variant_rank": number(),
	**SIZES,
	**maybe("origin_country", "material"),
	**METADATA,
	"options": mapping(),
}
OPTION = shape(
	{
		"title": text().needed(),
		"values": array(text()).needed(),
		"ranks": mapping(),
		"is_exclusive": boolean(),
		**METADATA,
	},
	union=True,
)
CUSTOMS = maybe("hs_code", "mid_code", "origin_country", "material")
NO_OPTIONS = Field(
	"gone",
	message=(
		"The 'options' property was removed in version 2.16.0. Please remove it from your request payload."
	),
)
CREATE_PRODUCT = {
	"title": text().needed(),
	**maybe("subtitle", "description"),
	"is_giftcard": boolean(),
	"discountable": boolean(),
	"images": array(shape({"url": text().needed()}, strict=False)),
	**maybe("thumbnail"),
	"handle": text(),
	"status": one_of(*STATUS, nullable=True),
	**maybe("external_id", "type_id", "collection_id"),
	"categories": array(ID),
	"tags": array(ID),
	"options": array(OPTION),
	"variants": array(shape(VARIANT)),
	"sales_channels": array(ID),
	"shipping_profile_id": text(),
	**SIZES,
	**CUSTOMS,
	**METADATA,
}
UPDATE_PRODUCT = {
	"title": text(),
	"discountable": boolean(),
	"is_giftcard": boolean(),
	"options": NO_OPTIONS,
	"option_ids": array(text()),
	"variants": array(shape(VARIANT_UPDATE)),
	"status": one_of(*STATUS),
	**maybe("subtitle", "description"),
	"images": array(shape({"id": text(), "url": text().needed()}, strict=False)),
	**maybe("thumbnail"),
	"handle": text(),
	**maybe("type_id", "external_id", "collection_id"),
	"categories": array(ID),
	"tags": array(ID),
	"sales_channels": array(ID),
	**maybe("shipping_profile_id"),
	**SIZES,
	**CUSTOMS,
	**METADATA,
}


def batch(create: Field, update: Field) -> Field:
	"""The body of a batch route."""
	return shape({"create": array(create), "update": array(update), "delete": array(text())})


PRODUCT_CREATE = shape({**CREATE_PRODUCT, **ADDITIONAL})
PRODUCT_UPDATE = shape({**UPDATE_PRODUCT, **ADDITIONAL})
PRODUCT_BATCH = batch(shape(CREATE_PRODUCT), shape({**UPDATE_PRODUCT, "id": text().needed()}))
VARIANT_CREATE = shape({**VARIANT, **ADDITIONAL})
VARIANT_CHANGE = shape({**VARIANT_UPDATE, **ADDITIONAL})
# the extension takes these out of the body before Medusa looks at it
EXTRAS = shape(
	{
		**maybe("item_code", "short_description", "brand_name"),
		"ranking": number(nullable=True),
		"specifications": array(
			shape({"label": text().needed(), **maybe("description")}, strict=False), nullable=True
		),
	}
)
OPTIONS_BATCH = shape({"add": array(), "remove": array(text()), "update": array(mapping())})

COLLECTION = {**maybe("external_id"), **METADATA, **ADDITIONAL}
COLLECTION_CREATE = shape({"title": text().needed(), "handle": text(), **COLLECTION})
COLLECTION_UPDATE = shape({"title": text(), "handle": text(), **COLLECTION})

LIST_PRICE = shape({**PRICE, "variant_id": text().needed()}, strict=False)
LIST_PRICE_UPDATE = shape(
	{
		"id": text().needed(),
		"currency_code": text(),
		"amount": number(),
		"variant_id": text().needed(),
		**QUANTITIES,
	},
	strict=False,
)
LIST = {
	**maybe("starts_at", "ends_at"),
	"status": one_of("active", "draft"),
	"type": one_of("sale", "override"),
	"rules": mapping(),
	**METADATA,
}
PRICE_LIST_CREATE = shape(
	{"title": text().needed(), "description": text().needed(), **LIST, "prices": array(LIST_PRICE)}
)
PRICE_LIST_UPDATE = shape({"title": text(), **maybe("description"), **LIST})
PRICES_BATCH = batch(LIST_PRICE, LIST_PRICE_UPDATE)

PERSON = {**maybe("company_name", "first_name", "last_name", "phone"), **METADATA}
CUSTOMER = shape({"email": text(nullable=True), **PERSON, **ADDITIONAL})
CUSTOMER_BY_ADMIN = shape({"email": text(nullable=True), **PERSON, **ADDITIONAL})

QUANTITY = number(minimum=0)
LEVEL = {"inventory_item_id": text().needed(), "location_id": text().needed()}
LEVEL_BATCH = shape(
	{
		"create": array(shape({**LEVEL, "stocked_quantity": QUANTITY, "incoming_quantity": QUANTITY})),
		"update": array(shape({**LEVEL, "stocked_quantity": QUANTITY, "incoming_quantity": QUANTITY})),
		"delete": array(text()),
		"force": boolean(),
	}
)
INVENTORY_ITEM = shape({**maybe("sku", "title", "description", "origin_country"), **METADATA})
INVENTORY_LINK = shape({"inventory_item_id": text().needed(), "required_quantity": number(minimum=0)})
LEVEL_CREATE = shape(
	{"location_id": text().needed(), "stocked_quantity": QUANTITY, "incoming_quantity": QUANTITY}
)
LEVEL_UPDATE = shape({"stocked_quantity": QUANTITY, "incoming_quantity": QUANTITY})

API_KEY = shape({"title": text().needed(), "type": one_of("publishable", "secret", required=True)})
SHIPPING_PROFILE = shape({"name": text().needed(), "type": text().needed(), **METADATA})
LINK = shape({"add": array(text()), "remove": array(text())})
SALES_CHANNEL = shape(
	{"name": text().needed(), **maybe("description"), "is_disabled": boolean(), **METADATA, **ADDITIONAL}
)
REGION = shape(
	{
		"name": text().needed(),
		"currency_code": text().needed(),
		"countries": array(text()),
		"payment_providers": array(text()),
		"automatic_taxes": boolean(),
		"is_tax_inclusive": boolean(),
		**METADATA,
		**ADDITIONAL,
	}
)
STORE = shape(
	{
		"name": text(),
		"supported_currencies": array(mapping()),
		**maybe("default_sales_channel_id", "default_region_id", "default_location_id"),
		**METADATA,
		**ADDITIONAL,
	}
)
MOVED = array(shape({"id": text().needed(), "quantity": number().needed()}, strict=False))
FULFILLMENT = shape(
	{
		"items": MOVED.needed(),
		**maybe("location_id"),
		"shipping_option_id": text(),
		"no_notification": boolean(),
		"delivery_address": mapping(),
		**METADATA,
		**ADDITIONAL,
	}
)
LABEL = {name: text().needed() for name in ("tracking_number", "tracking_url", "label_url")}
SHIPMENT = shape(
	{
		"items": MOVED.needed(),
		"labels": array(shape(LABEL, strict=False)),
		"no_notification": boolean(),
		**METADATA,
		**ADDITIONAL,
	}
)
CANCEL_FULFILLMENT = shape({"no_notification": boolean(), **ADDITIONAL})
