"""Money, exactly: an amount of a currency as Medusa holds it, and back.

Medusa v1 counts in the currency's smallest unit (12.500 OMR = 12500), v2 in the currency itself. What the
smallest unit is, v1 has a table of its own for, which is not ISO 4217's in all. All
arithmetic is decimal; a float, which is what a database driver may hand over,
counts as the number that it prints.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

DECIMALS = {
	**dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
	**dict.fromkeys("CLF UYW".split(), 4),
	**dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
}
"""How many decimals a currency has (ISO 4217), where it is not 2."""
V1_DECIMALS = {
	**DECIMALS,
	**dict.fromkeys(
		(
			"AFN ALL AMD COP CRC HUF IDR IQD IRR LBP MGA MMK MNT MUR PKR RSD SOS SYP TZS UZS YER ZMK ZWL"
		).split(),
		0,
	),
}
"""The same as v1 counts, where it is not 2: `decimal_digits` of its table `defaultCurrencies`
(@medusajs/utils of @medusajs/medusa 1.20.11). ISO 4217's for a currency that is not in there.
"""


def v1_decimals(currency: str) -> int:
	"""Return how many decimals v1 counts of this currency; `currency` is an ISO 4217 code in any case."""
	return V1_DECIMALS.get(currency.strip().upper(), 2)


def decimals(currency: str) -> int:
	"""Return how many decimals this currency has; `currency` is an ISO 4217 code in any case."""
	return DECIMALS.get(currency.strip().upper(), 2)


def to_minor(amount: Decimal | str | int | float, currency: str, multiplier: int | None = None) -> int:
	"""Return the amount in v1's smallest unit, rounded half up: 12.5 OMR is 12500, 12.5 HUF is 13.

	Args:
		amount: Major units.
		currency: ISO 4217 code in any case.
		multiplier: Above 0, it takes the place of the factor that the currency has.

	Raises:
		ValueError: The amount is no number.
	"""
	with localcontext() as context:
		context.prec = 60
		return int((_decimal(amount) * _factor(currency, multiplier)).quantize(Decimal(1), ROUND_HALF_UP))


def to_major(minor: int | Decimal, currency: str, multiplier: int | None = None) -> Decimal:
	"""Return the major units that `minor` of v1's smallest units are: 12500 is 12.500 OMR.

	Args:
		minor: Minor units, as v1 counts them.
		currency: ISO 4217 code in any case.
		multiplier: Above 0, it takes the place of the factor that the currency has.
	"""
	with localcontext() as context:
		context.prec = 60
		if multiplier and multiplier > 0:
			return Decimal(minor) / multiplier
		return Decimal(minor).scaleb(-v1_decimals(currency))


def rounded(amount: Decimal | str | int | float, currency: str) -> Decimal:
	"""Return the amount rounded half up to the currency's decimals: 1.0005 OMR is 1.001.

	Args:
		amount: Major units.
		currency: ISO 4217 code in any case.

	Raises:
		ValueError: The amount is no number.
	"""
	with localcontext() as context:
		context.prec = 60
		return _decimal(amount).quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP)


def to_number(amount: Decimal | str | int | float, currency: str) -> int | float:
	"""Return the amount as the JSON number that v2 takes: 12.345, not 12.34500001.

	It is rounded half up to the currency's decimals.

	Args:
		amount: Major units.
		currency: ISO 4217 code in any case.

	Raises:
		ValueError: The amount is no number, or no JSON number can hold it exactly (above 15 digits).
	"""
	exact = rounded(amount, currency)
	number = float(exact)
	if Decimal(repr(number)) != exact:
		raise ValueError(f"{exact} {currency} has more digits than a number in JSON can carry.")
	return int(number) if number.is_integer() else number


def _factor(currency: str, multiplier: int | None) -> Decimal:
	return Decimal(multiplier) if multiplier and multiplier > 0 else Decimal(10) ** v1_decimals(currency)


def _decimal(amount: Decimal | str | int | float) -> Decimal:
	try:
		number = Decimal(str(amount).strip())
	except InvalidOperation:
		number = Decimal("NaN")
	if not number.is_finite():
		raise ValueError(f"{amount!r} is not an amount of money.")
	return number
