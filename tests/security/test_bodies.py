"""How much is read of a request on the app's paths, and what is said of a body that is none."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import psutil
import pytest

LIMIT = 256 * 1024
PATHS = (
	"/api/method/medusa_integration.api.send_otp",
	"/api/v1/method/medusa_integration.api.send_otp",
	"/api/v2/method/medusa_integration.api.send_otp",
	"/api/method/medusa_integration.api.create_quotation",
	"/api/resource/Medusa%20Configuration/Medusa%20Configuration",
	"/api/resource/Medusa Sync Task",
)


def send(base, path, body, *, chunked=False, kind="application/json", method="POST"):
	at = urlsplit(base)
	connection = http.client.HTTPConnection(at.hostname, at.port, timeout=300)
	path = path.replace(" ", "%20")
	if chunked:
		parts = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
		connection.request(method, path, iter(parts), {"Content-Type": kind}, encode_chunked=True)
	else:
		connection.request(method, path, body, {"Content-Type": kind})
	answer = connection.getresponse()
	return answer.status, answer.read().decode()


def of_size(size):
	around = b'{"email": "a@example.com", "x": ""}'
	return around[:-2] + b"y" * (size - len(around)) + around[-2:]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("chunked", [False, True])
def test_more_than_256_kb_is_a_413(http_server, path, chunked):
	status, text = send(http_server, path, of_size(LIMIT + 1), chunked=chunked)
	assert status == 413, text
	assert json.loads(text)["error"] == "Request body is too large: 256 KB at most."


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("chunked", [False, True])
def test_as_a_form_too(http_server, kind, chunked):
	body = b"email=" + b"y" * LIMIT
	assert send(http_server, PATHS[0], body, kind=kind, chunked=chunked)[0] == 413
	path = "/api/method/login"
	assert send(http_server, path, b"cmd=medusa_integration.api.send_otp&" + body, kind=kind)[0] in (
		413,
		401,
		417,
	)


def test_256_kb_are_read(http_server):
	status, text = send(http_server, PATHS[0], of_size(LIMIT))
	assert status != 413, text


def test_24_mb_of_markup_are_refused_at_once(http_server, site_under_test):
	"""Frappe cleans the HTML of whatever a guest sends, which took a worker half a minute."""
	body = json.dumps({"email": "<p>x</p>" * (24 * 1024 * 1024 // 8)}).encode()
	server = psutil.Process(site_under_test.server.pid)
	before = sum(server.cpu_times()[:2])
	assert send(http_server, PATHS[0], body)[0] == 413
	# of the processor: a busy machine takes longer
	assert sum(server.cpu_times()[:2]) - before < 10


@pytest.mark.parametrize(
	"body",
	[
		b"[" * 100_000,
		b'{"email":' * 50_000 + b"1" + b"}" * 50_000,
		b"[" * 1_500 + b"]" * 1_500,
		b'{"email": 1' + b"0" * 10_000 + b"}",
		b'{"email": ',
		b"[1]",
		b'"text"',
		b"null",
		b"\xff\xfe{}",
	],
	ids=["lists", "objects", "closed", "number", "cut off", "list", "text", "null", "no utf-8"],
)
def test_what_is_no_object_is_a_400(http_server, body):
	status, text = send(http_server, PATHS[0], body)
	assert status == 400, (status, text[:300])
	assert "Traceback" not in text
