"""The Medusa server of this site: its settings, its token, and whether requests may be sent now."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import frappe
from frappe import _
from frappe.utils import cint, now_datetime
from frappe.utils.password import (
	get_decrypted_password,
	remove_encrypted_password,
	set_encrypted_password,
)

from medusa_integration.exceptions import NotConnected
from medusa_integration.medusa.auth import expires_at
from medusa_integration.medusa.values import Generation
from medusa_integration.mirror import Mirror, connect
from medusa_integration.mirror.values import Extras, Server, Target
from medusa_integration.settings import SETTINGS, get_settings, secret, shared_secrets
from medusa_integration.sync.request_log import RequestLog

T = TypeVar("T")
GENERATIONS: dict[str, Generation] = {"v1": "v1", "v2": "v2"}
EXTRAS: dict[str, Extras] = {"Properties": "properties", "Metadata": "metadata"}


def may_send() -> bool:
	"""Return whether sending is on and not paused. One statement."""
	return not hindrance()


def require_sending() -> None:
	"""Raise NotConnected when nothing may be sent. One statement."""
	if reason := hindrance():
		frappe.throw(reason, exc=NotConnected)


def hindrance() -> str | None:
	"""Return why nothing may be sent, None when it may be. One statement.

	It reads the stored values, not cached ones, so that a worker that runs for a long time sees changes.
	"""
	fields = ["enable", "url", "paused", "pause_reason"]
	# nosemgrep: frappe-single-value-type-safety -- get_single_value takes a statement for each field
	settings = frappe.db.get_value(SETTINGS, None, fields, as_dict=True)
	if not cint(settings.enable) or not settings.url:
		return _("Medusa integration is disabled.")
	return (
		_("Sending to Medusa is paused: {0}").format(settings.pause_reason) if cint(settings.paused) else None
	)


def known_generation() -> Generation | None:
	"""Return the generation of Medusa that was chosen or detected; None before that."""
	settings = get_settings()
	return GENERATIONS.get(settings.medusa_version) or settings.learned_version or None


def known_location() -> str | None:
	"""Return Medusa's id of the stock location of the quantities (v2), None before they were sent."""
	settings = get_settings()
	return settings.stock_location or settings.get("learned_location") or None


def learn_location(location_id: str) -> bool:
	"""Store the stock location that quantities are kept at; return whether it was another one before.

	No statement if it was known.
	"""
	if location_id == known_location():
		return False
	frappe.db.set_single_value(SETTINGS, "learned_location", location_id, update_modified=False)
	return True


def open_medusa(log: RequestLog) -> Mirror:
	"""Return a client for the configured server; what it detects about the server is stored in the settings.

	Args:
		log: receives each exchange.

	Raises:
		MedusaError: the server cannot be reached, is not Medusa, or rejects the credentials.
	"""
	settings = get_settings()
	return connect(_connection(settings), tokens=SiteTokens(), on_exchange=log.add, on_learned=_remember)


def _connection(settings: frappe._dict) -> Target:
	return Target(
		url=settings.url,
		email=settings.admin_email,
		password=secret("admin_password"),
		secret_key=secret("secret_api_key"),
		publishable_key=settings.publishable_api_key or None,
		shared_secret=next(shared_secrets(), None),
		generation=known_generation(),
		extras=EXTRAS.get(settings.product_extras) or settings.learned_extras or None,
		timeout=settings.request_timeout or 30,
		sales_channel=settings.sales_channel or None,
		stock_location=settings.stock_location or None,
		amount_multiplier=cint(settings.amount_multiplier) or None,
	)


def _remember(what: str, value: str) -> None:
	field = {"generation": "learned_version", "extras": "learned_extras"}[what]
	frappe.db.set_single_value(SETTINGS, field, value, update_modified=False)
	# nosemgrep: frappe-manual-commit -- other workers that store it must not wait while Medusa is called
	frappe.db.commit()


def describe_server() -> Server:
	"""Detect version and properties of the configured server, with a new sign-in.

	This also works while nothing may be sent.

	Raises:
		MedusaError: with a message for the user of the form.
	"""
	forget_what_was_learned()
	return call(lambda medusa: medusa.describe())


def call(operation: Callable[[Mirror], T]) -> T:
	"""Call an operation with a client for a user of the settings, even while nothing may be sent.

	Args:
		operation: called with the client.

	Returns:
		The result of the operation.

	Raises:
		MedusaError: with a message for the user.
	"""
	log = RequestLog()
	log.voucher = (SETTINGS, SETTINGS, None)
	try:
		with open_medusa(log) as medusa:
			return operation(medusa)
	finally:
		log.write_after()


def forget_what_was_learned() -> None:
	"""Delete the token and what was detected; the next connection signs in and detects it again."""
	remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
	empty = {"learned_version": None, "learned_extras": None, "token_expires_at": None}
	frappe.db.set_single_value(SETTINGS, empty, update_modified=False)


def pause(reason: str) -> None:
	"""Stop sending until a user resumes it; changes are still recorded, and no task loses an attempt."""
	values = {"paused": 1, "pause_reason": reason, "paused_at": now_datetime()}
	frappe.db.set_single_value(SETTINGS, values, update_modified=False)
	frappe.log_error("Medusa: sending is paused", reason)


def resume() -> None:
	"""Allow sending again, with a new sign-in; the next worker sends what is due."""
	# a token has the roles that its user had when it was created
	remove_encrypted_password(SETTINGS, SETTINGS, "access_token")
	values = {"paused": 0, "pause_reason": None, "paused_at": None}
	frappe.db.set_single_value(SETTINGS, values, update_modified=False)


class SiteTokens:
	"""The bearer token of this site, encrypted in the settings and shared by all workers.

	Two workers whose token was rejected may both sign in. A new token does not make others invalid, so this
	is better than a lock during a request.
	"""

	def read(self) -> str | None:
		"""Return the stored token, None without one."""
		return get_decrypted_password(SETTINGS, SETTINGS, "access_token", raise_exception=False)

	def renew(self, stale: str | None, sign_in: Callable[[], str]) -> str:
		"""Return a new token and store it for all workers.

		Args:
			stale: the token that Medusa has rejected, None without one.
			sign_in: returns a new token; not called if another worker has stored one in the meantime.
		"""
		token = self.read()
		if not token or token == stale:
			token = sign_in()
			set_encrypted_password(SETTINGS, SETTINGS, token, "access_token")
			end = expires_at(token)
			at = now_datetime() + timedelta(seconds=end - time.time()) if end else None
			frappe.db.set_single_value(SETTINGS, "token_expires_at", at, update_modified=False)
			# nosemgrep: frappe-manual-commit -- other workers need it now
			frappe.db.commit()
		return token
