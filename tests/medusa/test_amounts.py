"""Money is exact in both generations."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medusa_integration.medusa.money import DECIMALS, decimals, to_major, to_minor, to_number, v1_decimals

CURRENCIES = st.sampled_from(["OMR", "KWD", "USD", "EUR", "JPY", "KRW", "INR"])
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=9, allow_nan=False)


@pytest.mark.parametrize(
	"amount, currency, minor",
	[
		("12.500", "OMR", 12500),
		("1.500", "OMR", 1500),
		("12.50", "USD", 1250),
		(12.5, "usd", 1250),
		(19.99, "USD", 1999),
		(1.005, "USD", 101),
		(2.675, "EUR", 268),
		(0.285, "USD", 29),
		(1099, "JPY", 1099),
		("1099.5", "KRW", 1100),
		("0.0005", "KWD", 1),
		("-0.005", "USD", -1),
		(Decimal("4.35"), "USD", 435),
		(1e-7, "USD", 0),
	],
)
def test_minor_units_by_the_currency(amount, currency, minor):
	"""Rounded half up, with the currency's own decimals, and never by a product of floats."""
	assert to_minor(amount, currency) == minor


def test_a_multiplier_takes_the_factors_place():
	"""Above 0 it counts, otherwise the currency does."""
	assert to_minor("12.5", "OMR", 100) == 1250
	assert to_minor("12.5", "OMR", 0) == to_minor("12.5", "OMR", None) == 12500
	assert to_major(1250, "OMR", 100) == Decimal("12.5")


@pytest.mark.parametrize("amount", ["", "abc", "NaN", "Infinity", float("nan"), float("inf"), None])
def test_what_is_no_number_is_refused(amount):
	"""Never a price of nothing."""
	with pytest.raises(ValueError):
		to_minor(amount, "USD")
	with pytest.raises(ValueError):
		to_number(amount, "USD")


@given(AMOUNTS, CURRENCIES)
def test_there_and_back_is_the_amount_rounded(amount, currency):
	"""Minor units back to the currency differ from the amount by half a unit at most."""
	back = to_major(to_minor(amount, currency), currency)
	assert abs(back - amount) * 2 <= Decimal(1).scaleb(-decimals(currency))


@given(st.integers(min_value=-(10**12), max_value=10**12), CURRENCIES)
def test_minor_units_come_back_unchanged(minor, currency):
	"""There is nothing to round in what Medusa holds."""
	assert to_minor(to_major(minor, currency), currency) == minor


@given(AMOUNTS, CURRENCIES)
def test_both_generations_hold_the_same_amount(amount, currency):
	"""v2's number, read by whoever parses JSON, is v1's minor units of the same currency."""
	sent = json.loads(json.dumps(to_number(amount, currency)), parse_float=Decimal, parse_int=Decimal)
	assert sent == to_major(to_minor(amount, currency), currency)


def test_a_number_in_json_is_exact():
	"""12.345 goes out as 12.345, whole amounts without a point, and what JSON cannot carry not at all."""
	assert json.dumps(
		[to_number("12.345", "OMR"), to_number(0.1 + 0.2, "USD"), to_number("5.00", "USD")]
	) == ("[12.345, 0.3, 5]")
	with pytest.raises(ValueError):
		to_number("90071992547409.931", "OMR")


def test_currencies_have_their_own_decimals():
	"""ISO 4217: three in Oman, none in Japan, two where nothing else is known."""
	assert {decimals(code) for code in ("OMR", "KWD", "BHD", "TND", "JOD", "IQD", "LYD")} == {3}
	assert {decimals(code) for code in ("JPY", "KRW", "CLP", "VND", "xaf ")} == {0}
	assert decimals("USD") == decimals("???") == 2
	assert all(len(code) == 3 and code.isupper() for code in DECIMALS)


@pytest.mark.parametrize(
	"amount, currency, minor, held",
	[
		("1999.50", "HUF", 2000, "2000"),
		("1250", "PKR", 1250, "1250"),
		("49900", "COP", 49900, "49900"),
		("150000.4", "IDR", 150000, "150000"),
		("2500", "tzs", 2500, "2500"),
		("117.5", "RSD", 118, "118"),
		("12500", "IQD", 12500, "12500"),
		("100", "MGA", 100, "100"),
		("12.500", "OMR", 12500, "12.500"),
		("9.99", "EUR", 999, "9.99"),
		("1099", "JPY", 1099, "1099"),
		("12.5", "UGX", 13, "13"),
		("7.25", "SAR", 725, "7.25"),
	],
)
def test_v1_counts_by_its_own_table(amount, currency, minor, held):
	"""It has no decimals for some currencies that have some in ISO 4217: a hundredfold price otherwise."""
	assert to_minor(amount, currency) == minor
	assert to_major(minor, currency) == Decimal(held)


@pytest.mark.parametrize(
	"amount, currency, number",
	[("1999.50", "HUF", 1999.5), ("12.505", "IQD", 12.505), ("117.55", "RSD", 117.55)],
)
def test_v2_counts_in_the_currency_itself(amount, currency, number):
	"""Nothing of v1's table reaches it."""
	assert to_number(amount, currency) == number


@pytest.mark.medusa
def test_the_table_is_that_of_the_real_v1():
	"""Every currency that a real v1 knows, with the decimals that it counts."""
	from devbench.medusa.projects import Project
	from devbench.processes import DevbenchError

	project = Project("v1")
	try:
		project.prepare()
		node = project.node().path
	except DevbenchError as error:
		pytest.skip(str(error))
	script = (
		"const {defaultCurrencies: c} = require(process.argv[1]);"
		"console.log(JSON.stringify(Object.fromEntries(Object.keys(c).map(k => [k, c[k].decimal_digits]))))"
	)
	table = project._home / "node_modules" / "@medusajs" / "utils" / "dist" / "defaults" / "currencies.js"
	told = json.loads(subprocess.run([node, "-e", script, table], capture_output=True, check=True).stdout)
	assert len(told) == 120
	assert {code: v1_decimals(code) for code in told} == told
