"""Collections: both generations have the same routes."""

from __future__ import annotations

from collections.abc import Iterator

from ..session import Session, admin_path
from ..values import Json

COLLECTIONS = "/admin/collections"


class Collections:
	"""Collections of products, one a request."""

	def __init__(self, session: Session) -> None:
		self._session = session

	def create(self, body: Json, *, about: str | None = None) -> str:
		"""Create a collection and return its id. Raises Duplicate when its handle is taken."""
		return self._post(COLLECTIONS, body, repeatable=False, about=about)

	def update(self, collection_id: str, body: Json, *, about: str | None = None) -> str:
		"""Change a collection and return its id."""
		return self._post(admin_path("collections", collection_id), body, repeatable=True, about=about)

	def retrieve(self, collection_id: str) -> Json | None:
		"""Return a collection with its metadata; None where v2 answers without one.

		Raises:
			NotFound: There is no such collection on v1.
		"""
		answer = self._session.request("GET", admin_path("collections", collection_id))
		return self._session.one(answer, "collection") if answer.get("collection") else None

	def list_by_handle(self, handle: str) -> list[Json]:
		"""Return the collection with this handle, if there is one; v1 leaves out its metadata."""
		params = {"handle": handle, "limit": 1}
		answer = self._session.request("GET", COLLECTIONS, params=params)
		return self._session.many(answer, "collections")

	def pages(self, *, size: int) -> Iterator[list[Json]]:
		"""Yield all collections, `size` of them a request; v1 leaves out their metadata."""
		return self._session.pages(COLLECTIONS, "collections", {}, size=size)

	def delete(self, collection_id: str) -> None:
		"""Delete a collection; one that is gone already counts as deleted."""
		self._session.delete(admin_path("collections", collection_id))

	def _post(self, path: str, body: Json, *, repeatable: bool, about: str | None) -> str:
		answer = self._session.request("POST", path, json=body, repeatable=repeatable, about=about)
		return str(self._session.one(answer, "collection")["id"])
