"""Where a secret lies in the clear: in which tables, in which keys of Redis, in which files."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

KINDS = ("char", "text", "json", "blob", "binary")


class Places:
	"""The places of a site in which something written from now on may lie; `logs` are folders beside it."""

	def __init__(self, sites_path: str | Path, *logs: Path) -> None:
		self.since = time.time() - 1
		sites = Path(sites_path).resolve()
		self.folders = [sites, sites.parent / "logs", *logs]

	def of(self, *secrets: str) -> set[str]:
		"""Names of tables, `Redis: key`, and `file: name` where one of the secrets is to be read.

		As a word: six digits also occur within hashes and points of time.
		"""
		pattern = _any_of(secrets)
		return {
			*tables_with(*secrets),
			*(f"Redis: {key}" for key in _redis(re.compile(pattern.encode()))),
			*(f"file: {name}" for name in self._files(re.compile(pattern.encode()))),
		}

	def _files(self, pattern: re.Pattern[bytes]) -> Iterator[str]:
		for folder in self.folders:
			for path, _folders, names in os.walk(folder):
				for file in (Path(path) / name for name in names):
					try:
						if file.stat().st_mtime >= self.since and pattern.search(file.read_bytes()):
							yield file.name
					except OSError:
						continue  # gone meanwhile, or not a file


def tables_with(*secrets: str) -> set[str]:
	"""Names of the tables in which one of them is to be read."""
	import frappe

	frappe.db.rollback()
	pattern, found = _any_of(secrets), set()
	for table in frappe.db.get_tables(cached=False):
		columns = frappe.db.sql(f"SHOW COLUMNS FROM `{table}`")
		names = [name for name, kind, *_ in columns if any(word in kind for word in KINDS)]
		condition = " OR ".join(f"`{name}` REGEXP %(pattern)s" for name in names)
		if names and frappe.db.sql(
			f"SELECT 1 FROM `{table}` WHERE {condition} LIMIT 1", {"pattern": pattern}
		):
			found.add(table)
	return found


def _any_of(secrets: Iterable[str]) -> str:
	words = "|".join(re.escape(secret) for secret in secrets)
	return rf"(^|[^0-9A-Za-z.])({words})([^0-9A-Za-z]|$)"


def _redis(pattern: re.Pattern[bytes]) -> Iterator[str]:
	import frappe
	from frappe.utils.background_jobs import get_redis_conn

	for server in (frappe.cache, get_redis_conn()):
		for key in server.scan_iter():
			if any(pattern.search(text) for value in _values(server, key) for text in _unpacked(value)):
				yield key.decode(errors="replace")


def _values(server: Any, key: bytes) -> Iterable[bytes]:
	"""Whatever is kept under a key; asked past Frappe's own functions, which would unpickle it."""

	def ask(*command: Any) -> Any:
		return server.execute_command(*command)

	kind = ask("TYPE", key)
	if kind in (b"hash", "hash"):
		values = ask("HGETALL", key)
		return [part for pair in values.items() for part in pair] if isinstance(values, dict) else values
	if kind in (b"list", "list"):
		return ask("LRANGE", key, 0, -1)
	if kind in (b"set", "set"):
		return ask("SMEMBERS", key)
	if kind in (b"zset", "zset"):
		return ask("ZRANGE", key, 0, -1)
	value = ask("GET", key) if kind in (b"string", "string") else None
	return [value] if value else []


def _unpacked(value: bytes) -> Iterator[bytes]:
	"""The value, and what RQ has packed into it."""
	yield value
	try:
		yield zlib.decompress(value)
	except zlib.error:
		return
