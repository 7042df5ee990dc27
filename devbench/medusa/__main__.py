"""python -m devbench.medusa v2 [--stock]: start one Medusa, say how to reach it, and wait for Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys

from devbench.medusa.servers import MedusaServer
from devbench.processes import DevbenchError, say, stopping_on_signals


def main() -> None:
	parser = argparse.ArgumentParser(prog="python -m devbench.medusa", description=__doc__.partition(": ")[2])
	parser.add_argument("generation", choices=["v1", "v2"])
	parser.add_argument("--stock", action="store_true", help="without the plugin")
	options = parser.parse_args()
	with stopping_on_signals(), MedusaServer(options.generation, extended=not options.stock) as server:
		print(f"url              {server.url}")
		print(f"email            {server.email}")
		print(f"password         {server.password}")
		if server.extended:
			print(f"shared secret    {server.plugin.secrets[0]}")
		if server.generation == "v2":
			print(f"secret key       {server.secret_key}")
			print(f"publishable key  {server.publishable_key}")
		sys.stdout.flush()
		say("Ctrl-C stops it")
		signal.pause()


if __name__ == "__main__":
	try:
		main()
	except DevbenchError as error:
		raise SystemExit(str(error)) from error
	except KeyboardInterrupt:
		say("stopped")
