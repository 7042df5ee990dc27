"""Calling Medusa for the account of a customer, and telling the caller what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration.exceptions import MedusaRejected, MedusaTimedOut, NotConnected
from medusa_integration.medusa.errors import (
	Duplicate,
	MedusaError,
	RateLimited,
	SignInIncomplete,
	TimedOut,
	Unauthorized,
	shortened,
)
from medusa_integration.mirror import Mirror
from medusa_integration.mirror.accounts import Account, Registration
from medusa_integration.settings import get_settings
from medusa_integration.sync.connection import open_medusa
from medusa_integration.sync.request_log import RequestLog

A = TypeVar("A", bound=Account | None)


class MedusaRefused(frappe.ValidationError):
	"""Medusa refuses what the caller has sent, with a sentence of its own for the caller."""

	def __init__(self, error: MedusaError) -> None:
		super().__init__(shortened(error.message))
		self.http_status_code = error.status


def require_enabled() -> None:
	"""Raise NotConnected (503) when the integration is off.

	A pause does not count: it is about the administrator's account, which is not used here.
	"""
	settings = get_settings()
	if not cint(settings.enable) or not settings.url:
		raise NotConnected(_("Medusa integration is disabled."))


def sign_up(person: Registration, voucher: str) -> Account | None:
	"""Create the account in Medusa.

	One that is there already is ours if the password opens it: nobody else knows that, and the answer to an
	earlier try may have been lost.

	Args:
		person: Who registers.
		voucher: Name of the Email OTP, for the request log.

	Returns:
		The account; None when somebody else has one with this e-mail address.

	Raises:
		MedusaRefused: Medusa's own 4xx, with its sentence.
		MedusaRejected: Any other refusal (502).
		MedusaTimedOut: No answer in time (504).
	"""
	settings = get_settings()

	def call(medusa: Mirror) -> Account | None:
		options = {"origin": settings.frontend_url or None}
		try:
			return medusa.accounts.sign_up(person, route=settings.sign_up_route or None, **options)
		except Duplicate:
			pass
		try:
			route = settings.login_route or None
			return medusa.accounts.log_in(person.email, person.password, route=route, **options)
		except Unauthorized:
			return None

	try:
		return _with_medusa(call, voucher)
	except MedusaError as error:
		_tell(error)


def log_in(email: str, password: str, voucher: str | None = None) -> Account:
	"""Sign the customer in to Medusa.

	Args:
		email: The address.
		password: Of the account.
		voucher: Name of the Email OTP, for the request log.

	Returns:
		The account.

	Raises:
		Unauthorized: Medusa does not accept the password.
		MedusaRejected: It refuses for another reason (502); and what else `sign_up` raises.
	"""
	settings = get_settings()
	route, origin = settings.login_route or None, settings.frontend_url or None
	try:
		return _with_medusa(
			lambda medusa: medusa.accounts.log_in(email, password, route=route, origin=origin), voucher
		)
	except Unauthorized:
		raise
	except MedusaError as error:
		_tell(error)


def _with_medusa(call: Callable[[Mirror], A], voucher: str | None) -> A:
	log = RequestLog(personal=True)
	log.voucher = ("Email OTP", voucher, None) if voucher else (None, None, None)
	try:
		with open_medusa(log) as medusa:
			# it may have written down what it found out about the server: no row stays locked meanwhile
			# nosemgrep: frappe-manual-commit -- no lock of what open_medusa has stored stays during the call
			frappe.db.commit()
			return call(medusa)
	finally:
		log.write_after()


def _tell(error: MedusaError) -> NoReturn:
	"""Raise what the caller is told of the error: never more of the answer than Medusa's own sentence."""
	if isinstance(error, TimedOut) or error.status == 504:
		raise MedusaTimedOut(_("Gateway Time-out from target server")) from error
	if isinstance(error, RateLimited):
		raise frappe.RateLimitExceededError from error
	if isinstance(error, SignInIncomplete):
		raise MedusaRefused(error) from error
	is_about_the_data = 400 <= error.status < 500 and error.status not in (401, 403, 404, 407)
	if is_about_the_data and error.message:
		raise MedusaRefused(error) from error
	raise MedusaRejected(_("Medusa rejected the request.")) from error
