"""Why an Item Price does not go to Medusa."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, getdate

from medusa_integration.catalogue.price.validity import Window


class Reason(NamedTuple):
	"""`summary` is the same for all prices that are left out for that, `sentence` is what the task says."""

	summary: str
	sentence: str


class Rules:
	"""What the shop's prices have in common on this day."""

	def __init__(self, price_list: str, currency: str | None, today: date) -> None:
		self.price_list, self.currency, self.today = price_list, currency, today

	def misfit(self, row: frappe._dict) -> Reason | None:
		"""Why this is no public price of an item in its own unit of measure; None if it is one."""
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
		"""Why Medusa is not to have a price that is no misfit now or later, None when it is.

		`window` is when it counts, None when it never will.
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
