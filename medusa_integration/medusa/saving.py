"""How products are saved, whatever the generation: create or adopt, update, mend the variant, and keep one
product's fault from being everybody's.

Medusa has no idempotency keys for products, but handles and skus are unique. So a create is sent without
asking first; when Medusa has one already, or when nobody knows whether it was done, the product is looked up
before anything is sent again. A call for many is all or nothing: one that fails is halved until the
culprit stands alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from urllib3.util.retry import Retry

from .errors import ConnectionLost, Duplicate, Invalid, MedusaError, MissingReference, NotFound, TooLarge
from .fields import EXTRAS, best_match, own_variant, variant_changes, why_not_ours
from .outcomes import settled
from .repeats import NO_REPEATS, REPEATS, next_repeat
from .sizes import portions, too_large
from .values import Outcome, Product

if TYPE_CHECKING:
	from .client import Medusa

Remote = dict
"""A product as Medusa's JSON has it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
	"""One product on its way, and its place in the caller's list."""

	position: int
	product: Product


Unit = tuple[Callable[[list[Row]], None], list[Row]]
"""What is to be done with which rows."""


@dataclass(frozen=True, slots=True)
class VariantChange:
	"""What of a variant differs from what Medusa has."""

	row: Row
	remote: Remote
	variant_id: str
	fields: dict


class Saving:
	"""One call of `save_products`."""

	def __init__(
		self, client: Medusa, products: Sequence[Product], *, look_up: bool, unchecked: Collection[str] = ()
	) -> None:
		self.client = client
		self.products = products
		self.look_up = look_up
		self.unchecked = frozenset(unchecked)
		self.outcomes: dict[int, Outcome] = {}
		self.stopped: list[MedusaError] = []
		self._owners: dict[str, int] = {}
		self._lock = threading.Lock()

	def run(self) -> list[Outcome]:
		"""Send everything; see `Medusa.save_products` for what is returned and raised."""
		if not self.products:
			return []
		_ = self.client.extras  # found out before several threads would
		rows = [Row(position, product) for position, product in enumerate(self.products)]
		known = [row for row in rows if row.product.id]
		for row in known:
			self._owners[row.product.id] = row.position
		known = self._own(known)
		new, rivals = _apart([row for row in rows if not row.product.id])
		self._work([*self._units(self._create, new), *self._units(self._update, known)])
		for row in rivals:
			self._unit((self._create, [row]))
		return settled(self.outcomes, [product.key for product in self.products], self.stopped)

	def _own(self, known: list[Row]) -> list[Row]:
		"""The rows whose product may be changed: those that were not looked at yet are read."""
		unchecked = [row for row in known if row.product.key in self.unchecked]
		if not unchecked:
			return known
		try:
			remotes = self.client._read([row.product.id for row in unchecked])
		except MedusaError as error:
			self.stopped.append(error)
			return known
		found = {remote["id"]: remote for remote in remotes}
		errors = {
			row.position: error
			for row in unchecked
			if row.product.id in found and (error := why_not_ours(row.product, found[row.product.id]))
		}
		for row in unchecked:
			if row.position in errors:
				self._settle(row, id=row.product.id, error=errors[row.position])
		return [row for row in known if row.position not in errors]

	def _units(self, work: Callable[[list[Row]], None], rows: list[Row]) -> list[Unit]:
		size = 1 if self.client.side_by_side else max(len(rows), 1)
		return [(work, rows[start : start + size]) for start in range(0, len(rows), size)]

	def _work(self, units: list[Unit]) -> None:
		if self.client.side_by_side:
			self.client._crew.run(self._unit, units)
		else:
			for unit in units:
				self._unit(unit)

	def _unit(self, unit: Unit) -> None:
		work, rows = unit
		try:
			for some in self._chunks(rows):
				if self.stopped:
					return
				work(some)
		except MedusaError as error:
			self.stopped.append(error)

	def _chunks(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
		"""The rows in lists that make one request each: as many, and as many bytes, as Medusa takes."""
		if len(rows) == 1:
			yield list(rows)  # it is never parted: its body need not be made to be measured
			return
		yield from portions(
			rows,
			lambda row: self.client._size(row.product),
			lambda count, length: count <= self.client.batch_size and length <= self.client.body_limit,
		)

	# create

	def _create(self, rows: list[Row], repeats: Retry = REPEATS, look_up: bool | None = None) -> None:
		if self.look_up if look_up is None else look_up:
			rows = self._adopt(rows)
		if not rows:
			return
		extras = self.client.extras
		try:
			remotes = self.client._post_new([row.product for row in rows])
		except MedusaError as error:
			self._after_failed_create(rows, error, repeats, extras)
			return
		saved = list(zip(rows, remotes, strict=True))
		for row, remote in saved:
			self._claim(remote["id"], row)
		self._finish(saved)

	def _after_failed_create(self, rows: list[Row], error: MedusaError, repeats: Retry, extras: str) -> None:
		if self._forgoes_properties(error, extras):
			self._create(rows, repeats, look_up=False)
		elif self._is_too_large(rows, error):
			self._send_smaller(self._create, rows, error)
		elif error.outcome_unknown and (again := next_repeat(repeats, error, self.client._transport.random)):
			repeats, wait = again
			self.client._transport.sleep(wait)
			self._create(rows, repeats, look_up=True)
		elif self.client._concerns_all(error):
			raise error
		elif _may_be_there(error) and (rest := self._adopt(rows)) != rows:
			self._create(rest, repeats, look_up=False)
		else:
			self._halve(lambda half: self._create(half, NO_REPEATS, look_up=False), rows, _reference(error))

	def _adopt(self, rows: list[Row]) -> list[Row]:
		"""Update those that Medusa has already, unless they are not ours alone; return the others,
		with the fallback handle where theirs is taken.
		"""
		remotes = self.client._look_up([row.product for row in rows])
		taken = {remote.get("handle") for remote in remotes}
		ours, rest = [], []
		for row in rows:
			product = row.product
			remote = best_match(product, (remote for remote in remotes if self._is_free(remote["id"], row)))
			if remote and (error := why_not_ours(product, remote)):
				self._settle(row, id=None, error=error)
			elif remote and self._claim(remote["id"], row):
				variant = own_variant(remote, product.variant)
				variant = replace(product.variant, id=variant["id"] if variant else None)
				ours.append(replace(row, product=replace(product, id=remote["id"], variant=variant)))
			elif product.handle in taken and product.handle != product.fallback_handle:
				rest.append(replace(row, product=replace(product, handle=product.fallback_handle)))
			else:
				rest.append(row)
		for some in self._chunks(ours):
			self._update(some)
		return rest

	def _claim(self, id: str, row: Row) -> bool:
		"""Note that Medusa's product belongs to this row;
		False when it belongs to another one of this call.
		"""
		with self._lock:
			return self._owners.setdefault(id, row.position) == row.position

	def _is_free(self, id: str, row: Row) -> bool:
		return self._owners.get(id, row.position) == row.position

	# update

	def _update(self, rows: list[Row]) -> None:
		extras = self.client.extras
		try:
			remotes = self.client._post_changed([row.product for row in rows])
		except MedusaError as error:
			self._after_failed_update(rows, error, extras)
			return
		finished, changes = [], []
		for row, remote in zip(rows, remotes, strict=True):
			variant = own_variant(remote, row.product.variant)
			fields = variant_changes(row.product.variant, variant) if variant else None
			if fields:
				changes.append(VariantChange(row, remote, variant["id"], fields))
			else:
				finished.append((row, remote))
		self._finish(finished)
		# next to other variants, which are not ours, it is changed by itself:
		# a product's list of variants replaces all
		alone = [change for change in changes if len(change.remote["variants"]) == 1]
		if alone:
			self._change_variants(alone)
		for change in changes:
			if change not in alone:
				self._change_variants([change])

	def _after_failed_update(self, rows: list[Row], error: MedusaError, extras: str) -> None:
		if self._forgoes_properties(error, extras):
			self._update(rows)
		elif self._is_too_large(rows, error):
			self._send_smaller(self._update, rows, error)
		elif isinstance(error, NotFound) and (gone := self._gone(rows)):
			for row in gone:
				self._settle(row, id=None, error=error)
			rest = [row for row in rows if row not in gone]
			if rest:
				self._update(rest)
		elif self.client._concerns_all(error):
			raise error
		else:
			self._halve(self._update, rows, _reference(error))

	def _gone(self, rows: list[Row]) -> list[Row]:
		"""Those whose product Medusa no longer has."""
		there = {remote["id"] for remote in self.client._read([row.product.id for row in rows])}
		return [row for row in rows if row.product.id not in there]

	def _change_variants(self, changes: list[VariantChange]) -> None:
		try:
			self.client._post_variants(changes)
		except MedusaError as error:
			concerns_all = self.client._concerns_all(error)
			if concerns_all or len(changes) == 1:
				self._settle_variants(changes, _reference(error))
			else:
				middle = len(changes) // 2
				self._change_variants(changes[:middle])
				self._change_variants(changes[middle:])
			if concerns_all:
				raise
		else:
			self._settle_variants(changes, None)

	def _settle_variants(self, changes: list[VariantChange], error: MedusaError | None) -> None:
		for change in changes:
			self._settle(change.row, id=change.remote["id"], variant_id=change.variant_id, error=error)

	def _finish(self, saved: list[tuple[Row, Remote]]) -> None:
		"""The end of rows whose product is saved and whose variant is as it should be, or is missing."""
		missing = []
		for row, remote in saved:
			if variant := own_variant(remote, row.product.variant):
				self._settle(row, id=remote["id"], variant_id=variant["id"])
			else:
				missing.append((row, remote["id"]))
		for position, (row, id) in enumerate(missing):
			try:
				variant_id = self.client.create_variant(id, row.product.variant)
			except MedusaError as error:
				stopped = self.client._concerns_all(error)
				for unfinished, its_id in missing[position:] if stopped else [(row, id)]:
					self._settle(unfinished, id=its_id, error=error)
				if stopped:
					raise
			else:
				self._settle(row, id=id, variant_id=variant_id)

	# what both need

	def _settle(self, row: Row, **result: object) -> None:
		self.outcomes[row.position] = Outcome(row.product.key, **result)

	def _forgoes_properties(self, error: MedusaError, extras: str) -> bool:
		"""Whether Medusa refuses our extras as properties; from now on they go to the metadata."""
		refused = (
			extras == "properties"
			and isinstance(error, Invalid)
			and not error.unknown_keys.isdisjoint(EXTRAS)
		)
		if refused and self.client.extras == "properties":
			self.client._learn_extras("metadata")
		return refused

	def _is_too_large(self, rows: list[Row], error: MedusaError) -> bool:
		# a server that does not want a large body may hang up instead of reading it
		return isinstance(error, TooLarge) or (
			isinstance(error, ConnectionLost) and self._bytes(rows) > self.client.body_limit
		)

	def _send_smaller(self, work: Callable[[list[Row]], None], rows: list[Row], error: MedusaError) -> None:
		if len(rows) == 1:
			self._settle(rows[0], id=rows[0].product.id, error=too_large(rows[0].product, error))
			return
		self.client.body_limit = min(self.client.body_limit, self._bytes(rows) // 2 + 1)
		for some in self._chunks(rows):
			work(some)

	def _bytes(self, rows: list[Row]) -> int:
		return sum(self.client._size(row.product) for row in rows)

	def _halve(self, work: Callable[[list[Row]], None], rows: list[Row], error: MedusaError) -> None:
		if len(rows) == 1:
			self._settle(rows[0], id=rows[0].product.id, error=error)
			return
		middle = len(rows) // 2
		work(rows[:middle])
		work(rows[middle:])


def _apart(rows: list[Row]) -> tuple[list[Row], list[Row]]:
	"""The rows, and those among them that an earlier one might be taken for.

	They have to wait until the earlier one is there:
	of two that are under way at once nobody could tell whose product it is that Medusa has.
	"""
	first, rivals, seen = [], [], set()
	for row in rows:
		product = row.product
		names = {("key", product.key), ("handle", product.handle)}
		names |= {("sku", sku) for sku in (product.item_code, product.variant.sku) if sku}
		(first if names.isdisjoint(seen) else rivals).append(row)
		seen |= names
	return first, rivals


def _may_be_there(error: MedusaError) -> bool:
	"""Whether it says that a product exists already; of a barcode that two items share, it does not."""
	return isinstance(error, Duplicate) and error.field not in ("barcode", "ean", "upc")


def _reference(error: MedusaError) -> MedusaError:
	"""A "not found" about a product that is there: what the product refers to (its collection) is missing."""
	return MissingReference.of(error) if isinstance(error, NotFound) else error
