"""No file of code has more than 300 lines: of the app, its tests and benchmarks, devbench and the plugins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lists import deviation

ROOT = Path(__file__).parent.parent
FOLDERS = ("medusa_integration", "devbench", "benchmarks", "medusa-plugin", "tests")
KINDS = (".py", ".js", ".mjs", ".ts", ".tsx")
# what npm installs and builds there
NOT_WRITTEN = {"node_modules", "dist", "build", ".medusa", ".test"}
LONGEST = 300
# file -> why it cannot be split by subject
LONGER: dict[str, str] = {}


def files(folder: str) -> Iterator[tuple[str, int]]:
	"""Each file of code below a folder, with the number of its lines."""
	for path, folders, names in os.walk(ROOT / folder):
		folders[:] = [name for name in folders if name not in NOT_WRITTEN]
		for name in names:
			if name.endswith(KINDS):
				file = Path(path, name)
				yield file.relative_to(ROOT).as_posix(), file.read_bytes().count(b"\n")


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_too_long(folder):
	lines = dict(files(folder))
	assert lines, f"{folder} has no file of code: take it out of FOLDERS"
	known = {file: reason for file, reason in LONGER.items() if file.startswith(f"{folder}/")}
	assert all(known.values()), "say in LONGER why"
	wrong = deviation("LONGER in this test", known, [file for file in lines if lines[file] > LONGEST])
	assert not wrong, f"split a long file by subject, or say there why not: {wrong}"
