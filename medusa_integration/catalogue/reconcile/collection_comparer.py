"""Compares Item Groups that Medusa has with their collections (see `sync.reconcile`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import frappe

from medusa_integration import database
from medusa_integration.catalogue.collection.exporter import CollectionExporter
from medusa_integration.catalogue.reconcile import comparing as compared
from medusa_integration.catalogue.reconcile import diff as differences
from medusa_integration.catalogue.reconcile.comparing import MatchingComparer, words_of
from medusa_integration.catalogue.reconcile.matching import CollectionRegister, Entry
from medusa_integration.constants import ITEM_GROUP
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.outcomes import Outcome
from medusa_integration.mirror.values import Collection
from medusa_integration.sync.reconcile.finding import Kind, Subject
from medusa_integration.sync.task import Send


class CollectionComparer(MatchingComparer[Collection]):
	"""Compares collections.

	One that was never sent is not missing, because it is sent with its first product.
	"""

	lane = CollectionExporter.name
	exporter = CollectionExporter
	doctype = ITEM_GROUP
	subject = "Collection"

	def register(self) -> CollectionRegister:
		"""Return an empty register for collections."""
		return CollectionRegister()

	def entry(self, row: frappe._dict) -> Entry:
		"""Return the register's entry of an Item Group."""
		medusa_id = row.medusa_id or None
		return Entry(name=row.name, medusa_id=medusa_id, title=row.name, published=bool(medusa_id))

	def pages(self, medusa: Mirror) -> Iterator[list[Collection]]:
		"""Yield all collections in Medusa, page by page."""
		return database.batches(medusa.collections.list_all(page=compared.PAGE), compared.PAGE)

	def read(self, medusa: Mirror, ids: Sequence[str]) -> list[Collection]:
		"""Return the collections with these ids."""
		return medusa.collections.read(ids)

	def delete_all(self, medusa: Mirror, ids: Sequence[str]) -> list[Outcome]:
		"""Delete these collections."""
		return medusa.collections.delete(ids)

	def differences(self, work: Send, theirs: Collection) -> Iterator[tuple[Kind, Subject, str]]:
		"""Yield the difference between a collection and its Item Group."""
		if found := differences.of_collection(work.value, theirs):
			yield "Drifted", "Collection", words_of(found)
