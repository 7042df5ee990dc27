"""The variant "Default" of a product: changed where it differs, made with its option where it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..medusa.batching import bisect
from ..medusa.errors import MedusaError
from ..medusa.values import Json
from .fields import default_option, own_variant, variant_changes
from .outcomes import Outcome, about_reference
from .product_calls import ProductCalls, Row, VariantChange
from .values import Variant


class VariantSaving:
	"""The variants of products that were just saved. Results go into `outcomes`, by position."""

	def __init__(self, calls: ProductCalls[Any], outcomes: dict[int, Outcome]) -> None:
		self._calls, self._session, self._outcomes = calls, calls.session, outcomes

	def change(self, saved: Sequence[tuple[Row, Json]]) -> None:
		"""Change the variants that differ, and settle the other rows.

		Args:
			saved: Each row with Medusa's product.

		Raises:
			MedusaError: It concerns all that is sent to Medusa.
		"""
		finished: list[tuple[Row, Json]] = []
		together: list[VariantChange] = []
		alone: list[VariantChange] = []
		for row, remote in saved:
			variant = own_variant(remote, row.product.variant)
			fields = variant_changes(row.product.variant, variant) if variant else None
			if variant and fields:
				# a product's list of variants replaces all: next to others, which are not ours,
				# it is changed by itself
				changes = together if len(remote["variants"]) == 1 else alone
				changes.append(VariantChange(row, remote["id"], variant["id"], fields))
			else:
				finished.append((row, remote))
		self.finish(finished)
		if together:
			self._send(together)
		for change in alone:
			self._send([change])

	def finish(self, saved: Sequence[tuple[Row, Json]]) -> None:
		"""Settle rows whose variant is as it should be, and make those that are missing.

		Args:
			saved: Each row with Medusa's product.

		Raises:
			MedusaError: It concerns all that is sent to Medusa.
		"""
		missing: list[tuple[Row, str]] = []
		for row, remote in saved:
			if variant := own_variant(remote, row.product.variant):
				self._settle(row, remote["id"], variant_id=variant["id"])
			else:
				missing.append((row, remote["id"]))
		for position, (row, id) in enumerate(missing):
			try:
				variant_id = ensure_variant(self._calls, id, row.product.variant)
			except MedusaError as error:
				stopped = self._session.concerns_all(error)
				for unfinished, its_id in missing[position:] if stopped else [(row, id)]:
					self._settle(unfinished, its_id, error=error)
				if stopped:
					raise
			else:
				self._settle(row, id, variant_id=variant_id)

	def _send(self, changes: Sequence[VariantChange]) -> None:
		try:
			self._calls.change_variants(changes)
		except MedusaError as error:
			refused = about_reference(error)
			if self._session.concerns_all(error):
				self._settle_changes(changes, refused)
				raise
			bisect(changes, self._send, lambda change: self._settle_changes([change], refused))
		else:
			self._settle_changes(changes, None)

	def _settle_changes(self, changes: Sequence[VariantChange], error: MedusaError | None) -> None:
		for change in changes:
			self._settle(change.row, change.product_id, variant_id=change.variant_id, error=error)

	def _settle(
		self, row: Row, id: str, *, variant_id: str | None = None, error: MedusaError | None = None
	) -> None:
		outcome = Outcome(row.product.key, id=id, variant_id=variant_id, error=error)
		self._outcomes[row.position] = outcome


def ensure_option(calls: ProductCalls[Any], product_id: str) -> str:
	"""Return the id of the product's option "Default", created if it is missing.

	Args:
		calls: The generation's.
		product_id: Medusa's id of the product.

	Raises:
		NotFound: There is no such product.
		MedusaError: Medusa refuses it, or cannot be reached.
	"""
	return default_option(calls.retrieve(product_id)) or _make_option(calls, product_id)


def ensure_variant(calls: ProductCalls[Any], product_id: str, variant: Variant) -> str:
	"""Return the id of the product's variant "Default", created with its option if it is missing.

	Args:
		calls: The generation's.
		product_id: Medusa's id of the product.
		variant: What it is to be.

	Raises:
		Duplicate: Another product has its SKU or barcode.
		NotFound: There is no such product.
		MedusaError: Medusa refuses it, or cannot be reached.
	"""

	def id_in(remote: Json) -> str | None:
		return (own_variant(remote, variant) or {}).get("id")

	def create() -> str:
		added = calls.create_variant(product_id, option_id, variant)
		return id_in(added) or calls.session.lacks(f'the variant "{variant.title}"', added)

	remote = calls.retrieve(product_id)
	if id := id_in(remote):
		return id
	option_id = default_option(remote) or _make_option(calls, product_id)
	found = calls.session.waiting.create_or_find(create, lambda: id_in(calls.retrieve(product_id)))
	return found[1]


def _make_option(calls: ProductCalls[Any], product_id: str) -> str:
	def create() -> str:
		added = calls.create_option(product_id)
		return default_option(added) or calls.session.lacks('the option "Default"', added)

	found = calls.session.waiting.create_or_find(create, lambda: default_option(calls.retrieve(product_id)))
	return found[1]
