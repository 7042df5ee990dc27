"""Decides why an Item Price is not sent to Medusa."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, getdate

from medusa_integration.catalogue.price.validity import Window


class Reason(NamedTuple):
	"""Why a price is not sent.

	Attributes:
		summary: a translated sentence that is the same for all prices with this reason.
		sentence: the translated sentence that the task shows.
	"""

	summary: str
	sentence: str


class Rules:
	"""The rules that all prices of the shop have in common on one day."""

	def __init__(self, price_list: str, currency: str | None, today: date) -> None:
		"""Store the values that the rules compare with.

		Args:
			price_list: name of the shop's Price List.
			currency: ISO 4217 code of the only currency that is sent, None for any.
			today: the date in the time zone of the site.
		"""
		self.price_list, self.currency, self.today = price_list, currency, today

	def misfit(self, row: frappe._dict) -> Reason | None:
		"""Return why a price is not a public price of an Item in its stock unit; None if it is one.

		Args:
			row: the Item Price, with `stock_uom` of its Item.
		"""
		if row.price_list != self.price_list or not row.selling:
			return _same(_("Only selling prices of {0} are sent to Medusa.").format(self.price_list))
		if row.customer or row.supplier:
			return _same(_("Prices for one customer are not sent to Medusa."))
		if row.batch_no or cint(row.packing_unit) > 1:
			return _same(_("Prices for a batch or a packing unit are not sent to Medusa."))
		if row.uom and row.uom != row.stock_uom:
			text = _("Only prices per {0}, the stock unit of the item, are sent to Medusa.")
			return Reason(
				_("Only prices per stock unit of the item are sent to Medusa."), text.format(row.stock_uom)
			)
		if not row.currency:
			return _same(_("The price has no currency."))
		if self.currency and row.currency != self.currency:
			return _same(_("Only prices in {0} are sent to Medusa.").format(self.currency))
		return None

	def unwanted(self, row: frappe._dict, amount: Decimal, window: Window | None) -> Reason | None:
		"""Return why a public price should not be in Medusa now or later; None if it should.

		Args:
			row: the Item Price, with `disabled` of its Item and `website_item`.
			amount: the rate, in major units of the currency.
			window: when the price is the valid one; None for never.
		"""
		if not row.website_item:
			sentence = _("Item {0} has no Website Item.").format(row.item_code)
			return Reason(_("The item has no Website Item."), sentence)
		if row.disabled:
			return Reason(_("The item is disabled."), _("Item {0} is disabled.").format(row.item_code))
		if amount <= 0:
			return _same(_("The rate is zero."))
		if row.valid_upto and getdate(row.valid_upto) < self.today:
			return _same(_("Its period of validity has ended."))
		if not window:
			return _same(_("A newer price of the same item replaces it."))
		return None


def _same(sentence: str) -> Reason:
	return Reason(sentence, sentence)
