"""What a breakage is, and where all of them are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants import breakages

ROOT = Path(__file__).resolve().parents[2]
APP = "medusa_integration"


class DoesNotFit(Exception):
	"""A breakage whose text does not stand in its file exactly once."""


@dataclass(frozen=True, slots=True)
class Breakage:
	"""A change of one file by which a statement of the contract does not hold any more.

	`file` is its path below `medusa_integration/`. `old` stands in it exactly once; `new` replaces it.
	"""

	statement: int
	file: str
	old: str
	new: str

	def apply(self, root: Path) -> None:
		"""Break the file below `root`, a copy of the checkout. Raises DoesNotFit."""
		path = root / APP / self.file
		path.write_text(self.broken(path.read_text()))

	def broken(self, text: str) -> str:
		"""The file's text with the breakage in it. Raises DoesNotFit."""
		if (count := text.count(self.old)) != 1:
			raise DoesNotFit(f"statement {self.statement}: {self.old!r} stands {count} times in {self.file}")
		return text.replace(self.old, self.new)


def all_breakages() -> Iterator[Breakage]:
	"""Those of all modules in `breakages/`, by statement."""
	found = []
	for module in pkgutil.iter_modules(breakages.__path__):
		found += importlib.import_module(f"{breakages.__name__}.{module.name}").BREAKAGES
	yield from sorted(found, key=lambda breakage: breakage.statement)
