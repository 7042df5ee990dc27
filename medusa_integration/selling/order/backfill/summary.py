"""What a dry run says of past orders: numbers, money, what is unknown, and what would wait and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from frappe import _

from medusa_integration.customers.buyers import Buyer
from medusa_integration.medusa.money import decimals

# how many lines each text has at most
LINES = 50
# how many different sentences and items are counted at most
KEPT = 2000


@dataclass(frozen=True, slots=True)
class Looked:
	"""What a dry run has found of one order that has no Sales Order.

	Attributes:
		order_id: Medusa's id.
		currency: Its currency.
		total: What is to be paid.
		buyer: Who has placed it.
		customer: The Customer that the buyer is, None for a new one.
		unknown: Titles of rows without a Website Item.
		problem: The sentence that says why it would wait or fail, None if nothing is in the way.
	"""

	order_id: str
	currency: str
	total: Decimal
	buyer: Buyer
	customer: str | None
	unknown: tuple[str, ...] = ()
	problem: str | None = None


@dataclass
class Summary:
	"""The sums of all orders of a dry run, in memory: it writes nothing but these."""

	orders: int = 0
	known: int = 0
	cancelled: int = 0
	ready: int = 0
	waiting: int = 0
	unreadable: int = 0
	_customers: set[str] = field(default_factory=set)
	_new: int = 0
	_new_marks: set[tuple[str, str | None]] = field(default_factory=set)
	_unknown: Counter[str] = field(default_factory=Counter)
	_problems: Counter[str] = field(default_factory=Counter)
	_money: dict[str, list[Decimal]] = field(default_factory=lambda: defaultdict(lambda: [Decimal(0)] * 2))

	def add(self, found: Iterable[Looked]) -> None:
		"""Count orders that are not cancelled and have no Sales Order."""
		for one in found:
			number, total = self._money[one.currency]
			unit = Decimal(1).scaleb(-decimals(one.currency))
			self._money[one.currency] = [number + 1, total + one.total.quantize(unit, ROUND_HALF_UP)]
			self._count_customer(one)
			_count(self._unknown, set(one.unknown))
			if one.problem:
				self.waiting += 1
				_count(self._problems, {one.problem})
			else:
				self.ready += 1

	def add_unreadable(self, sentences: Iterable[str]) -> None:
		"""Count orders that cannot be read, by what is wrong with each."""
		for sentence in sentences:
			self.unreadable += 1
			self.waiting += 1
			_count(self._problems, {sentence})

	def _count_customer(self, one: Looked) -> None:
		if one.customer:
			self._customers.add(one.customer)
			return
		# the first order makes the Customer of an account or an e-mail address, and the next one finds it
		marks = {("id", one.buyer.medusa_id), ("email", one.buyer.email.strip().lower())}
		if not self._new_marks.intersection(marks):
			self._new += 1
			self._new_marks.update(mark for mark in marks if mark[1])

	def columns(self) -> dict[str, Any]:
		"""Return the values of Medusa Order Backfill."""
		return {
			"orders": self.orders,
			"known": self.known,
			"cancelled": self.cancelled,
			"ready": self.ready,
			"waiting": self.waiting,
			"customers_known": len(self._customers),
			"customers_new": self._new,
			"money": "\n".join(self._money_lines()),
			"unknown_items": _lines(self._unknown),
			"reasons": _lines(self._problems),
		}

	def _money_lines(self) -> list[str]:
		return [
			_("{0} {1} in {2} orders").format(f"{total:,.{decimals(currency)}f}", currency, int(number))
			for currency, (number, total) in sorted(self._money.items())
		]


def _count(counter: Counter[str], texts: Iterable[str]) -> None:
	for text in texts:
		if text in counter or len(counter) < KEPT:
			counter[text] += 1


def _lines(counter: Counter[str]) -> str:
	"""The most frequent texts with their numbers, one a line."""
	shown = counter.most_common(LINES)
	lines = [f"{number} × {text}" for text, number in shown]
	if len(counter) > len(shown):
		lines.append(_("and {0} more").format(len(counter) - len(shown)))
	return "\n".join(lines)
