"""Which accounts and Items an order's charges and rows have, and which of them are missing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from medusa_integration.mirror.shop_orders import Credit
from medusa_integration.selling.order.imports.amounts import amounts_of
from medusa_integration.selling.order.imports.mapping import Accounts, TaxRule, charges_of, items_of
from medusa_integration.selling.order.imports.problems import NoAccount, UnknownItems
from tests.selling.order_values import ACCOUNTS, ITEMS, line, mapped, shipped, shop_order, taxes

D = Decimal


def test_accounts_by_code_name_and_rate():
	rules = (
		TaxRule("", D(5), "Five - C"),
		TaxRule("VAT", None, "VAT - C"),
		TaxRule("vat", D(19), "VAT 19 - C"),
	)
	order = shop_order(
		"14.00",
		[
			line(
				"10.00",
				tax=taxes(("VAT", "19", "1"), ("VAT", "7", "1"), ("GST", "5.0", "1"), ("CITY", "1", "1")),
			)
		],
	)
	accounts = Accounts("C", taxes=rules, any_tax="Other - C")
	assert [account for account, _, _ in mapped(order, accounts)[1]] == [
		"VAT 19 - C",
		"VAT - C",
		"Five - C",
		"Other - C",
	]


@pytest.mark.parametrize(
	("values", "kind", "name"),
	[
		({"any_shipping": None}, "shipping", "Courier"),
		({"any_tax": None}, "tax", "VAT 5%"),
		({"credit": None}, "credit", "gift_card"),
	],
)
def test_what_has_no_account_is_named(values, kind, name):
	given = {"any_shipping": "S", "any_tax": "T", "credit": "G", **values}
	order = shop_order(
		"11.50",
		[line("10.00", tax=taxes(("VAT", "5", "0.50")))],
		[shipped("5.00")],
		credits=(Credit("gift_card", "", D(4)),),
	)
	with pytest.raises(NoAccount) as raised:
		charges_of(amounts_of(order, 2), Accounts("C", **given))
	assert (raised.value.kind, raised.value.name, raised.value.company) == (kind, name, "C")


def test_rows_without_an_item_are_named():
	order = shop_order("2", [line("1"), line("1", variant_id=None, title="Wrapping")])
	with pytest.raises(UnknownItems) as raised:
		items_of(order, amounts_of(order, 2), ITEMS, ACCOUNTS)
	assert raised.value.titles == ["Wrapping"]
