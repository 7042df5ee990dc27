"""The handles that v1 makes of titles."""

from __future__ import annotations

import re
import unicodedata


def kebab(text: str) -> str:
	"""The handle that v1 makes of a title."""
	plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
	words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+|[^\w\s!-/:-@\[-`{-~]+", plain)
	return "-".join(words).lower()
