"""What the projects and the plugins of both generations of Medusa have in common."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Generation = Literal["v1", "v2"]
NODE_NEEDED = {"v1": 16, "v2": 20}
VERSIONS = {"v1": "1.20.11", "v2": "2.21.2"}
# what the pages of Medusa's admin are built of; that of v1 is more than all its other packages together, and
# does not build with later versions of webpack
ADMIN = {
	"v1": {"@medusajs/admin": "7.1.18", "webpack": "5.105.4"},
	"v2": {"@medusajs/admin-sdk": "2.21.2"},
}
# what the plugin shares with ERPNext: the one that signs now, and the one before
SECRETS = ("devbench-secret-2", "devbench-secret-1")
# nobody is told that this was started
QUIET = {
	"MEDUSA_DISABLE_TELEMETRY": "1",
	"DO_NOT_TRACK": "1",
	"NPM_CONFIG_UPDATE_NOTIFIER": "false",
	"NO_COLOR": "1",
}


@dataclass(frozen=True)
class PluginOptions:
	"""The options of the plugin in a Medusa, real or simulated; docs/plugin.md describes them."""

	secrets: tuple[str, ...] = SECRETS
	allow_unsigned: bool = False
	erpnext_url: str | None = None


DEFAULT_OPTIONS = PluginOptions()


def hash_of(parts: Iterable[bytes | str]) -> str:
	"""A short name for whatever is made of these parts."""
	digest = hashlib.sha256()
	for part in parts:
		digest.update(part.encode() if isinstance(part, str) else part)
		digest.update(b"\0")
	return digest.hexdigest()[:16]


def hash_of_files(folder: Path, files: Iterable[Path]) -> str:
	"""A short name for whatever is made of these files of a folder: of their paths and contents."""
	return hash_of(
		part for path in sorted(files) for part in (os.fspath(path.relative_to(folder)), path.read_bytes())
	)
