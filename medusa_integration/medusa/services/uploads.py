"""Files that Medusa stores."""

from __future__ import annotations

from ..bodies import rows
from ..session import Session
from ..values import Generation, StoredFile, Upload

_KEYS: dict[Generation, str] = {"v1": "uploads", "v2": "files"}


class Uploads:
	"""Uploads, one a request. `generation` says under which key an answer has them."""

	def __init__(self, session: Session, generation: Generation) -> None:
		self._session, self._key = session, _KEYS[generation]

	def create(self, file: Upload) -> StoredFile:
		"""Have Medusa store the file.

		Raises:
			UnexpectedAnswer: The answer has no address of the file.
		"""
		answer = self._session.request("POST", "/admin/uploads", files=[file])
		stored = next(iter(rows(answer, self._key)), {})
		url = stored.get("url") or self._session.lacks(f"the address of {file.filename}", answer)
		return StoredFile(url=url, id=stored.get("id") or stored.get("key"))
