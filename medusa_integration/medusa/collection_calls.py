"""Collections: those of both generations are told about the same way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .calls import Calls, known
from .errors import Duplicate, NotFound
from .fields import GROUP, collection_fields, collection_from, metadata_of
from .outcomes import save_one
from .values import Collection, Outcome


class Collections(Calls):
	"""The collection operations of a client (see `client.Medusa`, which is one)."""

	def save_collections(self, collections: Sequence[Collection], *, look_up: bool = False) -> list[Outcome]:
		"""Create the collections without an id, update the others. As `save_products`.

		One with our handle is ours, unless its metadata names another Item Group:
		then ours gets the fallback handle.
		"""

		def save(collection: Collection) -> Outcome:
			id = collection.id
			if not id and look_up:
				id = self._find_collection(collection)
			if not id:
				try:
					created, id = self._create_collection(collection)
				except Duplicate:
					if collection.handle == collection.fallback_handle:
						raise
					return save(replace(collection, handle=collection.fallback_handle))
				if created:
					return Outcome(collection.key, id=id)
			return Outcome(
				collection.key, id=self._post_collection(self._path("collections", id), collection)
			)

		return self._each(collections, save, key=lambda collection: collection.key)

	def _create_collection(self, collection: Collection) -> tuple[bool, str]:
		return save_one(
			self,
			create=lambda: self._post_collection("/admin/collections", collection, new=True),
			find=lambda: self._find_collection(collection),
		)

	def find_collections(self, collections: Sequence[Collection]) -> list[Outcome]:
		"""Which of the collections Medusa has; one Outcome each, in order, its id None when there is none.

		Only what names the Item Group is found: one that merely has its handle may be a person's own.
		"""

		def find(collection: Collection) -> Outcome:
			handles = dict.fromkeys((collection.handle, collection.fallback_handle))
			ids = (self._find_collection(replace(collection, handle=one), ours_only=True) for one in handles)
			return Outcome(collection.key, id=next(filter(None, ids), None))

		return self._each(collections, find, key=lambda collection: collection.key)

	def list_collections(self, *, page: int = 200) -> Iterator[Collection]:
		"""All collections with their metadata, which v1 tells one by one.

		One that appears meanwhile may be missed.
		"""
		for remotes in self._pages("collections", page, {}):
			bare = [remote["id"] for remote in remotes if "metadata" not in remote]
			yield from (collection_from(remote) for remote in remotes if "metadata" in remote)
			yield from self.read_collections(bare)

	def read_collections(self, ids: Sequence[str]) -> list[Collection]:
		"""The collections with these ids, one request each; those that are gone are left out."""
		found: dict[str, Collection] = {}

		def read(id: str) -> Outcome:
			try:
				answer = self._request("GET", self._path("collections", id))
			except NotFound:
				return Outcome(id)
			if answer.get("collection"):  # v2 answers without one
				found[id] = collection_from(self._remote(answer, "collection"))
			return Outcome(id)

		for outcome in self._each(known(ids), read, key=str):
			if outcome.error:
				raise outcome.error
		return [found[id] for id in ids if id in found]

	def delete_collections(self, ids: Sequence[str]) -> list[Outcome]:
		"""Delete the collections; one Outcome each, its key the id.

		What is gone already counts as deleted.
		"""
		return self._each(known(ids), lambda id: self._delete("collections", id), key=str)

	def _post_collection(self, path: str, collection: Collection, *, new: bool = False) -> str:
		body = collection_fields(collection)
		if new:
			body["handle"] = collection.handle
		answer = self._request("POST", path, json=body, repeatable=not new, about=collection.key)
		return self._remote(answer, "collection")["id"]

	def _find_collection(self, collection: Collection, *, ours_only: bool = False) -> str | None:
		owners = (collection.key,) if ours_only else (None, "", collection.key)
		params = {"handle": collection.handle, "limit": 1}
		answer = self._request("GET", "/admin/collections", params=params)
		for found in self._remotes(answer, "collections"):
			if "metadata" not in found:  # v1 lists less than it has
				answer = self._request("GET", self._path("collections", found["id"]))
				found = self._remote(answer, "collection")
			if metadata_of(found).get(GROUP) in owners:
				return found["id"]
		return None
