"""Collections: saved, found again, read and deleted, the same way on both generations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..medusa import Medusa
from ..medusa.bodies import metadata_of
from ..medusa.errors import Duplicate, NotFound
from ..medusa.values import Json
from .fields import GROUP, collection_fields, collection_from
from .outcomes import Outcome, send_each
from .products import require_ids
from .values import Collection


class Collections:
	"""The collections of one Medusa."""

	def __init__(self, medusa: Medusa) -> None:
		self._session, self._service = medusa.session, medusa.collections

	def save(self, collections: Sequence[Collection], *, look_up: bool = False) -> list[Outcome]:
		"""Create the collections without an id and update the others.

		One with our handle is ours, unless its metadata names another Item Group: then ours gets the fallback
		handle.

		Args:
			collections: The collections.
			look_up: A collection without an id may be there already: it is looked for before it is created.

		Returns:
			One Outcome a collection, in order.

		Raises:
			MedusaError: As `Products.save`.
		"""
		return send_each(
			self._session,
			collections,
			lambda collection: self._save(collection, look_up=look_up),
			key=lambda collection: collection.key,
		)

	def find(self, collections: Sequence[Collection]) -> list[Outcome]:
		"""Find which of the collections Medusa has; one Outcome each, its id None when there is none.

		Only what names the Item Group is found: one that merely has its handle may be a person's own.
		"""

		def find(collection: Collection) -> Outcome:
			handles = dict.fromkeys((collection.handle, collection.fallback_handle))
			ids = (self._find(replace(collection, handle=one), ours_only=True) for one in handles)
			return Outcome(collection.key, id=next((one for one in ids if one), None))

		return send_each(self._session, collections, find, key=lambda collection: collection.key)

	def list_all(self, *, page: int = 200) -> Iterator[Collection]:
		"""Yield all collections with their metadata, which v1 tells one by one.

		A collection that appears meanwhile may be missed.
		"""
		for remotes in self._service.pages(size=page):
			bare = [remote["id"] for remote in remotes if "metadata" not in remote]
			yield from (collection_from(remote) for remote in remotes if "metadata" in remote)
			yield from self.read(bare)

	def read(self, ids: Sequence[str]) -> list[Collection]:
		"""Return the collections with these ids, one request each; those that are gone are left out."""
		found: dict[str, Collection] = {}

		def read(id: str) -> Outcome:
			try:
				remote = self._service.retrieve(id)
			except NotFound:
				return Outcome(id)
			if remote:
				found[id] = collection_from(remote)
			return Outcome(id)

		for outcome in send_each(self._session, require_ids(ids), read, key=str):
			if outcome.error:
				raise outcome.error
		return [found[id] for id in ids if id in found]

	def delete(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the collections; one Outcome each, its key the id.

		What is gone already counts as deleted.
		"""

		def delete(id: str) -> Outcome:
			self._service.delete(id)
			return Outcome(id, id=id)

		return send_each(self._session, require_ids(ids), delete, key=str)

	def _save(self, collection: Collection, *, look_up: bool) -> Outcome:
		id = collection.id
		if not id and look_up:
			id = self._find(collection)
		if not id:
			try:
				created, found = self._session.waiting.create_or_find(
					lambda: self._create(collection), lambda: self._find(collection)
				)
			except Duplicate:
				if collection.handle == collection.fallback_handle:
					raise
				return self._save(replace(collection, handle=collection.fallback_handle), look_up=look_up)
			if created:
				return Outcome(collection.key, id=found)
			id = found
		updated = self._service.update(id, collection_fields(collection), about=collection.key)
		return Outcome(collection.key, id=updated)

	def _create(self, collection: Collection) -> str:
		body = {**collection_fields(collection), "handle": collection.handle}
		return self._service.create(body, about=collection.key)

	def _find(self, collection: Collection, *, ours_only: bool = False) -> str | None:
		owners = (collection.key,) if ours_only else (None, "", collection.key)
		for found in self._service.list_by_handle(collection.handle):
			remote: Json = found
			if "metadata" not in found:  # v1 lists less than it has
				remote = self._service.retrieve(found["id"]) or self._session.lacks("collection", found)
			if metadata_of(remote).get(GROUP) in owners:
				return str(remote["id"])
		return None
