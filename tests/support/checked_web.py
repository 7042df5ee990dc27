"""The site's server of the tests: an answer of the app that docs/openapi.json does not allow is a 599.

So each test that calls an endpoint over HTTP is one of the file, too. `python -m tests.support.checked_web
SITE SITES_PATH PORT` serves as `devbench.web` does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from devbench import web

try:
	from tests.support import openapi
except ModuleNotFoundError:  # a real bench without the packages of the tests
	openapi = None  # type: ignore[assignment]

# what a site under maintenance answers, whatever was called
MAINTENANCE = 503


def checked(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
	"""Put the check around a WSGI application."""

	def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
		if not openapi or not openapi.operation(environ["PATH_INFO"], environ["REQUEST_METHOD"]):
			return application(environ, start_response)
		made = Response.from_app(application, environ, buffered=True)
		asked = Request(environ)
		fault = openapi.fault(asked.path, asked.method, made.status_code, made.get_data())
		if fault and made.status_code != MAINTENANCE:
			made = Response(f"docs/openapi.json does not allow this answer: {fault}", status=599)
		return made(environ, start_response)

	return answer


if __name__ == "__main__":
	web.main(*sys.argv[1:], wrap=checked)
