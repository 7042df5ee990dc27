"""python -m devbench.openapi: generate docs/openapi.json."""

from __future__ import annotations

import json
import sys

from devbench import ROOT
from devbench.openapi.document import document
from devbench.processes import DevbenchError, say
from devbench.running_site import import_from_here

FILE = ROOT / "docs" / "openapi.json"


def written() -> str:
	"""Return the text of the file. Raises DevbenchError for an endpoint that does not say what it answers."""
	return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
	"""Write the file."""
	import_from_here()
	try:
		text = written()
	except DevbenchError as error:
		say(str(error))
		return 1
	FILE.write_text(text)
	say(f"{FILE.relative_to(ROOT)} is written")
	return 0


if __name__ == "__main__":
	sys.exit(main())
