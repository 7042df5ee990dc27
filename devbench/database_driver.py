"""python -m devbench.database_driver: build mysqlclient, with which Frappe 16 talks to MariaDB, if possible.

It takes a third of the processor time of PyMySQL, which Frappe 15 uses and which is taken without it.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from devbench import STATE
from devbench.packages import ensure_program
from devbench.processes import DevbenchError, run, say

VERSION = "mysqlclient==2.3.2"


def install() -> None:
	"""Build mysqlclient into this Python's environment, or say why the tests will take longer."""
	try:
		ensure_program("mariadb_config", ["libmariadb-dev"])
		ensure_program("cc", ["gcc", "libc6-dev"])
		ensure_program("pkg-config", ["pkg-config"])
		if not Path(sysconfig.get_path("include"), "Python.h").exists():
			raise DevbenchError("Python.h is missing: install the Debian package python3-dev.")
		command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", VERSION]
		(STATE / "logs").mkdir(parents=True, exist_ok=True)
		run("building mysqlclient", command, log=STATE / "logs" / "mysqlclient.log")
	except DevbenchError as error:
		reason = str(error).splitlines()[0]
		say(f"mysqlclient cannot be built, so that the tests take a quarter longer with PyMySQL: {reason}")


if __name__ == "__main__":
	install()
