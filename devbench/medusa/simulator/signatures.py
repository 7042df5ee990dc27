"""The signature that the plugin demands of the routes for ERPNext, checked as the plugin does."""

from __future__ import annotations

import hashlib
import hmac
import re
import time

from devbench.medusa.generations import PluginOptions
from devbench.medusa.simulator.web import Request

SIGNED_PATHS = ("/store/order-update", "/store/quotation-update")
TOLERANCE = 300
LONGEST_HEADER = 1000
PART = re.compile(r"[ \t]*(?P<key>[^=]*)=(?P<value>.*?)[ \t]*", re.DOTALL)
TIME = re.compile(r"[0-9]{1,12}")
DIGEST = re.compile(r"[0-9a-f]{64}")

UNSIGNED = "The request has no signature."
UNREADABLE = "The signature of the request cannot be read."
NOT_JSON = "The signature cannot be checked, because the body of the request is not JSON."
NO_SECRET = "No secret is configured to check the signature of requests."
WRONG = "The signature of the request is wrong."
OLD = "The signature of the request is older than 5 minutes, or the clocks of both servers differ."


def refusal(request: Request, plugin: PluginOptions) -> str | None:
	"""Why the plugin refuses a request to one of its signed routes; None when it accepts it.

	Args:
		request: The request.
		plugin: What the plugin was told.

	Returns:
		One sentence, or None.
	"""
	header = request.headers.get("X-ERPNext-Signature")
	if plugin.allow_unsigned and (header is None or not plugin.secrets):
		return None
	content_type = (request.headers.get("Content-Type") or "").split(";")[0].strip().lower()
	if request.raw and content_type != "application/json":
		return NOT_JSON
	if not plugin.secrets:
		return NO_SECRET
	if header is None:
		return UNSIGNED
	moment, signatures = _parsed(header)
	if not signatures:
		return UNREADABLE
	text = f"{moment}.{request.query}.".encode() + request.raw
	expected = [hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() for secret in plugin.secrets]
	if not set(expected) & set(signatures):
		return WRONG
	return OLD if abs(time.time() - int(moment)) > TOLERANCE else None


def _parsed(header: str) -> tuple[str, list[str]]:
	"""The time and the signatures of a header; no signatures when it is not as it has to be."""
	parts = [PART.fullmatch(part) for part in header.split(",")]
	times = [part["value"] for part in parts if part and part["key"] == "t"]
	signatures = [part["value"] for part in parts if part and part["key"] == "v1"]
	is_valid = all(parts) and len(header) <= LONGEST_HEADER and all(map(DIGEST.fullmatch, signatures))
	if is_valid and len(times) == 1 and TIME.fullmatch(times[0]):
		return times[0], signatures
	return "", []
