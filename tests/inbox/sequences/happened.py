"""What has happened in one sequence: orders in Medusa, and events on their way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from devbench.medusa.simulator.baskets import Basket


@dataclass
class Placed:
	"""An order in Medusa.

	Attributes:
		basket: what was bought.
		is_canceled: in Medusa.
		may_be_none: whether it was cancelled in Medusa before it had a Sales Order.
		is_captured: whether all of it is paid.
		refunds: what was paid back.
		fulfilled: what was sent, there or here, each time as (position of the row, pieces).
		delivered: how often it was sent here.
		returned: what came back, each time as (position of the row, pieces).
	"""

	basket: Basket
	is_canceled: bool = False
	may_be_none: bool = False
	is_captured: bool = False
	refunds: list[Decimal] = field(default_factory=list)
	fulfilled: list[tuple[int, int]] = field(default_factory=list)
	delivered: int = 0
	returned: list[tuple[int, int]] = field(default_factory=list)

	def next_sent(self) -> tuple[int, int] | None:
		"""Of the first row that is not sent: all pieces but one, and then that one."""
		for position, bought in enumerate(self.basket.items):
			if left := bought.quantity - pieces(self.fulfilled, position):
				return position, max(left - 1, 1)
		return None

	def next_back(self) -> tuple[int, int] | None:
		"""One piece of the first row of which pieces were sent and have not come back."""
		for position in range(len(self.basket.items)):
			if pieces(self.fulfilled, position) > pieces(self.returned, position):
				return position, 1
		return None


@dataclass
class Happened:
	"""What has happened in one sequence: the orders by Medusa's id, the events by their own."""

	orders: dict[str, Placed] = field(default_factory=dict)
	# sent by the plugin and not arrived yet
	under_way: list[dict[str, Any]] = field(default_factory=list)
	# taken by the site
	taken: dict[str, dict[str, Any]] = field(default_factory=dict)
	forged: list[dict[str, Any]] = field(default_factory=list)
	# whether Sales Orders are submitted at once, and whether the settings of FOLLOWING are on
	submits: bool = False
	follows: bool = False
	number: int = 0


def pieces(moved: Iterable[tuple[int, int]], position: int) -> int:
	"""How many pieces of a row were sent, or came back."""
	return sum(count for at, count in moved if at == position)
