"""How products are saved, whatever the generation.

They are created or adopted, or updated, and their variant is changed where it differs. A product that Medusa
refuses does not stop the others. Medusa has no idempotency keys for products, but handles and SKUs are
unique. So a create is sent without asking first; when Medusa has one already, or when it is not known whether
it was done, the product is looked up before anything is sent again. A call for many is all or nothing: one
that fails is halved.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from urllib3.util.retry import Retry

from ..medusa.batching import batches, bisect, portions
from ..medusa.errors import ConnectionLost, Invalid, MedusaError, NotFound, TooLarge
from ..medusa.retry import NO_REPEATS, REPEATS
from .fields import EXTRAS, best_match, own_variant, why_not_ours
from .outcomes import Outcome, about_reference, says_it_exists, settled, too_large
from .product_calls import ProductCalls, Row
from .values import Extras, Product
from .variants import VariantSaving

Work = Callable[[list[Row]], None]
"""What is to be done with some rows."""


class ProductSaving:
	"""One call of `Products.save`; see there for the arguments."""

	def __init__(
		self,
		calls: ProductCalls[Any],
		products: Sequence[Product],
		*,
		look_up: bool,
		unchecked: Collection[str] = (),
	) -> None:
		self.calls, self.session = calls, calls.session
		self.products = products
		self.look_up = look_up
		self.unchecked = frozenset(unchecked)
		self.outcomes: dict[int, Outcome] = {}
		self.stopped: list[MedusaError] = []
		self._variants = VariantSaving(calls, self.outcomes)
		self._owners: dict[str, int] = {}
		self._lock = threading.Lock()

	def run(self) -> list[Outcome]:
		"""Send everything and return one Outcome for each product. Raises as `Products.save`."""
		if not self.products:
			return []
		_ = self.calls.extras  # found out before several threads would
		rows = [Row(position, product) for position, product in enumerate(self.products)]
		known = [row for row in rows if row.id]
		for row in known:
			self._owners[row.id] = row.position
		known = self._own(known)
		new, rivals = apart([row for row in rows if not row.id])
		self._work([*self._units(self._create, new), *self._units(self._update, known)])
		for row in rivals:
			self._unit((self._create, [row]))
		return settled(self.outcomes, [product.key for product in self.products], self.stopped)

	def _own(self, known: list[Row]) -> list[Row]:
		"""Return the rows whose product may be changed; those that were not looked at yet are read."""
		unchecked = [row for row in known if row.product.key in self.unchecked]
		if not unchecked:
			return known
		try:
			remotes = self.calls.read([row.id for row in unchecked])
		except MedusaError as error:
			self.stopped.append(error)
			return known
		found = {remote["id"]: remote for remote in remotes}
		refused = set()
		for row in unchecked:
			if row.id in found and (shared := why_not_ours(row.product, found[row.id])):
				refused.add(row.position)
				self._settle(row, id=row.id, error=shared)
		return [row for row in known if row.position not in refused]

	def _units(self, work: Work, rows: list[Row]) -> list[tuple[Work, list[Row]]]:
		size = 1 if self.calls.side_by_side else max(len(rows), 1)
		return [(work, list(some)) for some in batches(rows, size)]

	def _work(self, units: list[tuple[Work, list[Row]]]) -> None:
		if self.calls.side_by_side:
			self.session.pool.run(self._unit, units)
		else:
			for unit in units:
				self._unit(unit)

	def _unit(self, unit: tuple[Work, list[Row]]) -> None:
		work, rows = unit
		try:
			for some in self._chunks(rows):
				if self.stopped:
					return
				work(some)
		except MedusaError as error:
			self.stopped.append(error)

	def _chunks(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
		"""Yield the rows in lists that make one request each: as many, and as many bytes, as Medusa takes."""
		if len(rows) == 1:
			yield list(rows)  # it is never parted: its body need not be made to be measured
			return
		yield from portions(
			rows,
			lambda row: self.calls.size(row.product),
			lambda count, length: count <= self.calls.batch_size and length <= self.calls.body_limit,
		)

	# create

	def _create(self, rows: list[Row], repeats: Retry = REPEATS, look_up: bool | None = None) -> None:
		if self.look_up if look_up is None else look_up:
			rows = self._adopt(rows)
		if not rows:
			return
		extras = self.calls.extras
		try:
			remotes = self.calls.create([row.product for row in rows])
		except MedusaError as error:
			self._after_failed_create(rows, error, repeats, extras)
			return
		saved = list(zip(rows, remotes, strict=True))
		for row, remote in saved:
			self._claim(remote["id"], row)
		self._variants.finish(saved)

	def _after_failed_create(
		self, rows: list[Row], error: MedusaError, repeats: Retry, extras: Extras
	) -> None:
		if self._forgoes_properties(error, extras):
			self._create(rows, repeats, look_up=False)
		elif self._is_too_large(rows, error):
			self._send_smaller(self._create, rows, error)
		elif error.outcome_unknown and (again := self.session.waiting.before_repeat(repeats, error)):
			self._create(rows, again, look_up=True)
		elif self.session.concerns_all(error):
			raise error
		elif says_it_exists(error) and (rest := self._adopt(rows)) != rows:
			self._create(rest, repeats, look_up=False)
		else:
			self._bisect(lambda half: self._create(half, NO_REPEATS, look_up=False), rows, error)

	def _adopt(self, rows: list[Row]) -> list[Row]:
		"""Update those that Medusa has already, unless they are not ours alone, and return the others.

		Those have the fallback handle where theirs is taken.
		"""
		remotes = self.calls.look_up([row.product for row in rows])
		taken = {remote.get("handle") for remote in remotes}
		ours, rest = [], []
		for row in rows:
			product = row.product
			remote = best_match(product, (remote for remote in remotes if self._is_free(remote["id"], row)))
			if remote and (shared := why_not_ours(product, remote)):
				self._settle(row, error=shared)
			elif remote and self._claim(remote["id"], row):
				variant = own_variant(remote, product.variant)
				wanted = replace(product.variant, id=variant["id"] if variant else None)
				ours.append(replace(row, product=replace(product, id=remote["id"], variant=wanted)))
			elif product.handle in taken and product.handle != product.fallback_handle:
				rest.append(replace(row, product=replace(product, handle=product.fallback_handle)))
			else:
				rest.append(row)
		for some in self._chunks(ours):
			self._update(some)
		return rest

	def _claim(self, id: str, row: Row) -> bool:
		"""Note that Medusa's product belongs to this row; False when it belongs to another one."""
		with self._lock:
			return self._owners.setdefault(id, row.position) == row.position

	def _is_free(self, id: str, row: Row) -> bool:
		return self._owners.get(id, row.position) == row.position

	# update

	def _update(self, rows: list[Row]) -> None:
		extras = self.calls.extras
		try:
			remotes = self.calls.update([row.product for row in rows])
		except MedusaError as error:
			self._after_failed_update(rows, error, extras)
			return
		self._variants.change(list(zip(rows, remotes, strict=True)))

	def _after_failed_update(self, rows: list[Row], error: MedusaError, extras: Extras) -> None:
		if self._forgoes_properties(error, extras):
			self._update(rows)
		elif self._is_too_large(rows, error):
			self._send_smaller(self._update, rows, error)
		elif isinstance(error, NotFound) and (gone := self._gone(rows)):
			for row in gone:
				self._settle(row, error=error)
			rest = [row for row in rows if row not in gone]
			if rest:
				self._update(rest)
		elif self.session.concerns_all(error):
			raise error
		else:
			self._bisect(self._update, rows, error)

	def _gone(self, rows: list[Row]) -> list[Row]:
		"""Return those whose product Medusa no longer has."""
		there = {remote["id"] for remote in self.calls.read([row.id for row in rows])}
		return [row for row in rows if row.id not in there]

	# what both need

	def _settle(self, row: Row, *, id: str | None = None, error: MedusaError | None = None) -> None:
		self.outcomes[row.position] = Outcome(row.product.key, id=id, error=error)

	def _forgoes_properties(self, error: MedusaError, extras: Extras) -> bool:
		"""Whether Medusa refuses our extras as properties; from now on they go to the metadata."""
		refused = (
			extras == "properties"
			and isinstance(error, Invalid)
			and not error.unknown_keys.isdisjoint(EXTRAS)
		)
		if refused and self.calls.extras == "properties":
			self.calls.learn_extras("metadata")
		return refused

	def _is_too_large(self, rows: list[Row], error: MedusaError) -> bool:
		# a server that does not want a large body may hang up instead of reading it
		return isinstance(error, TooLarge) or (
			isinstance(error, ConnectionLost) and self._bytes(rows) > self.calls.body_limit
		)

	def _send_smaller(self, work: Work, rows: list[Row], error: MedusaError) -> None:
		if len(rows) == 1:
			self._settle(rows[0], id=rows[0].product.id, error=too_large(rows[0].product, error))
			return
		self.calls.body_limit = min(self.calls.body_limit, self._bytes(rows) // 2 + 1)
		for some in self._chunks(rows):
			work(some)

	def _bytes(self, rows: list[Row]) -> int:
		return sum(self.calls.size(row.product) for row in rows)

	def _bisect(self, work: Work, rows: list[Row], error: MedusaError) -> None:
		refused = about_reference(error)
		bisect(rows, work, lambda row: self._settle(row, id=row.product.id, error=refused))


def apart(rows: list[Row]) -> tuple[list[Row], list[Row]]:
	"""Return the rows, and those among them that an earlier one might be taken for.

	They have to wait until the earlier one is there: of two that are under way at once nobody could tell
	whose product it is that Medusa has.
	"""
	first: list[Row] = []
	rivals: list[Row] = []
	seen: set[tuple[str, str]] = set()
	for row in rows:
		product = row.product
		names = {("key", product.key), ("handle", product.handle)}
		names |= {("sku", sku) for sku in (product.item_code, product.variant.sku) if sku}
		(first if names.isdisjoint(seen) else rivals).append(row)
		seen |= names
	return first, rivals
