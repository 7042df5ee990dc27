"""Folders that are built once, kept under a hash of what they were built from, and then copied or used."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from devbench import CACHE, ROOT
from devbench.processes import say
from devbench.runs import locked

KEPT = 4
# a folder with this file in it was built of something unfinished, and is built anew the next time
INCOMPLETE = "incomplete"


def template(kind: str, key: str, build: Callable[[Path], None], what: str) -> Path:
	"""The folder of this kind and key in the cache.

	When it is not there yet, `build` gets an empty folder to fill, and `what` is said meanwhile.
	"""
	folder = CACHE / f"{kind}-{key}"
	if not is_complete(folder):
		with locked(CACHE / f"{kind}.lock"):
			if not is_complete(folder):
				say(what)
				unfinished = CACHE / f"unfinished-{kind}"
				shutil.rmtree(unfinished, ignore_errors=True)
				unfinished.mkdir(parents=True)
				build(unfinished)
				shutil.rmtree(folder, ignore_errors=True)
				unfinished.rename(folder)
	os.utime(folder)
	remove_old(kind)
	return folder


def is_complete(folder: Path) -> bool:
	"""Whether the folder is there and need not be built anew."""
	return folder.is_dir() and not (folder / INCOMPLETE).exists()


def remove_old(kind: str) -> None:
	"""Keep the few that were used last."""
	used: dict[Path, float] = {}
	for folder in CACHE.glob(f"{kind}-*"):
		with contextlib.suppress(FileNotFoundError):  # another process has removed it just now
			used[folder] = folder.stat().st_mtime
	for folder in sorted(used, key=used.get, reverse=True)[KEPT:]:
		shutil.rmtree(folder, ignore_errors=True)


def source_files(*paths: Path) -> list[Path]:
	"""Return the files, and those in the folders, that matter to a site: no scripts, no tests."""
	files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
	return sorted(
		file
		for file in files
		if file.is_file() and file.suffix not in (".js", ".md", ".pyc") and not file.name.startswith("test_")
	)


def hash_of(values: Iterable[str], files: Iterable[Path]) -> str:
	"""A short hash of the values and of the files' names and contents."""
	digest = hashlib.sha256("\0".join(values).encode())
	for file in files:
		digest.update(b"\0" + file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
	return digest.hexdigest()[:12]
