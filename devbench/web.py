"""python -m devbench.web SITE SITES_PATH PORT: serve one site over HTTP, here as on a bench."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def main(site: str, sites_path: str, port: str, *, wrap: Callable[[Any], Any] = lambda app: app) -> None:
	"""Serve until the process is stopped.

	Args:
		site: its name.
		sites_path: the folder of the sites.
		port: where to listen.
		wrap: what is put around Frappe's WSGI application.
	"""
	import frappe.app
	from werkzeug.middleware.shared_data import SharedDataMiddleware
	from werkzeug.serving import run_simple

	frappe.app._site, frappe.app._sites_path = site, sites_path
	folders = {"/files": f"{sites_path}/{site}/public/files", "/assets": f"{sites_path}/assets"}
	application = SharedDataMiddleware(wrap(frappe.app.application), folders)
	run_simple("127.0.0.1", int(port), application, threaded=True)


if __name__ == "__main__":
	main(*sys.argv[1:])
