"""Medusa's JSON of an order as our values: what both generations spell alike, and how it is read.

Pure functions. They raise one of UNREADABLE for what is not of Medusa's shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..medusa.bodies import rows
from ..medusa.errors import NO_MARKUP
from .shop_order_events import ZERO
from .shop_orders import EXACT, OrderAddress, OrderCustomer, TaxLine

YEARS = range(1900, 3000)
"""What a moment of an order may be of: others have no time in some time zones, and no column holds them."""
UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError)
"""What reading an answer of another shape ends in."""


def text(row: Mapping[str, Any], key: str) -> str:
	"""Return a text without spaces around it and without markup; "" where there is none."""
	value = row.get(key)
	return "" if value is None else str(value).strip().translate(NO_MARKUP)


def inner(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
	"""Return the object under this key; empty where there is none."""
	value = row.get(key)
	return value if isinstance(value, Mapping) else {}


def number(row: Mapping[str, Any], key: str) -> Decimal:
	"""Return a number exactly: v2 has it as a text under `raw_...`, where it has it at all.

	None and what is missing count as 0.
	"""
	value = inner(row, f"raw_{key}").get("value", row.get(key))
	found = ZERO if value is None else Decimal(str(value))
	if not found.is_finite():
		raise ValueError(f"{key} is {value}")
	return found


def moment(row: Mapping[str, Any], key: str) -> datetime:
	"""Return a moment with its time zone."""
	found = datetime.fromisoformat(row[key].replace("Z", "+00:00"))
	if found.year not in YEARS:
		raise ValueError(f"{key} is {row[key]}")
	return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def maybe_moment(row: Mapping[str, Any], key: str) -> datetime | None:
	"""The same, or None where there is none."""
	return moment(row, key) if row.get(key) else None


def maybe_id(row: Mapping[str, Any], key: str) -> str | None:
	"""Return an id, None where there is none."""
	return text(row, key) or None


def tax_lines(
	row: Mapping[str, Any], tax: Decimal, unit: Decimal | None, rate: Decimal = ZERO
) -> tuple[TaxLine, ...]:
	"""Return the taxes of a row or of the shipping, whose amounts add up to `tax`.

	All are on the same amount, so each has the share that its rate has in the sum of the rates.

	Args:
		row: Has them under `tax_lines`.
		tax: What they add up to.
		unit: What each is rounded to, but the last, which is the rest; None does not round.
		rate: Percent, for a row that has a tax and no tax lines.
	"""
	lines = rows(row, "tax_lines")
	if not lines:
		return (TaxLine("", "", rate, tax),) if tax else ()
	rates = [number(line, "rate") for line in lines]
	amounts = [_share(tax, rate, sum(rates, ZERO), unit) for rate in rates[:-1]]
	amounts.append(EXACT.subtract(tax, sum(amounts, ZERO)))
	return tuple(
		TaxLine(text(line, "code"), text(line, "name") or text(line, "description"), rate, amount)
		for line, rate, amount in zip(lines, rates, amounts, strict=True)
	)


def _share(tax: Decimal, rate: Decimal, of: Decimal, unit: Decimal | None) -> Decimal:
	share = EXACT.divide(EXACT.multiply(tax, rate), of) if of else ZERO
	return share.quantize(unit, ROUND_HALF_UP) if unit is not None else share


def address(row: Mapping[str, Any], key: str) -> OrderAddress | None:
	"""Return the address under this key; None where there is none or nothing in it."""
	found = inner(row, key)
	names = ("first_name", "last_name", "company", "address_1", "address_2", "city", "province")
	texts = {name: text(found, name) for name in (*names, "postal_code", "phone")}
	country = text(found, "country_code").upper()
	return OrderAddress(**texts, country=country) if country or any(texts.values()) else None


def customer(row: Mapping[str, Any]) -> OrderCustomer:
	"""Return who has placed an order; the e-mail address is that of the order."""
	found = inner(row, "customer")
	return OrderCustomer(
		id=maybe_id(row, "customer_id") or maybe_id(found, "id"),
		email=text(row, "email") or text(found, "email"),
		first_name=text(found, "first_name"),
		last_name=text(found, "last_name"),
		company=text(found, "company_name"),
		phone=text(found, "phone"),
		has_account=bool(found.get("has_account")),
	)


def head(row: Mapping[str, Any], total: Decimal) -> dict[str, Any]:
	"""Return the values of OrderHead; `total` is in major units."""
	return {
		"id": row["id"],
		"display_id": text(row, "custom_display_id") or text(row, "display_id"),
		"status": text(row, "status"),
		"payment_status": text(row, "payment_status"),
		"fulfillment_status": text(row, "fulfillment_status"),
		"currency": currency(row),
		"total": total,
		"created_at": moment(row, "created_at"),
		"updated_at": moment(row, "updated_at"),
	}


def currency(row: Mapping[str, Any]) -> str:
	"""Return the currency of an order or a payment."""
	code = text(row, "currency_code").upper()
	if not code:
		raise ValueError("it has no currency")
	return code


def required(row: Mapping[str, Any], key: str) -> Decimal:
	"""Return a number that must be there."""
	if row.get(key) is None:
		raise ValueError(f"it has no {key}")
	return number(row, key)
