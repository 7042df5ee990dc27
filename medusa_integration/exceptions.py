"""The app's own exceptions, each with its HTTP status.

Apart from these, the app raises Frappe's: `frappe.PermissionError` (403), `frappe.DoesNotExistError` (404),
`frappe.DuplicateEntryError` (409) and `frappe.RateLimitExceededError` (429). What ERPNext raises is not
changed (417). `endpoints/answers.py` decides what a caller reads about each of them.
"""

from __future__ import annotations

import frappe


class ValidationError(frappe.ValidationError):
	"""The parameters of a request are not valid; the message says what the endpoint accepts."""

	http_status_code = 400


class BodyTooLarge(frappe.ValidationError):
	"""A request has a larger body than its endpoint reads."""

	http_status_code = 413


class UnsupportedType(frappe.ValidationError):
	"""A request has a body of another type than its endpoint reads."""

	http_status_code = 415


class NothingToSync(ValidationError):
	"""Documents of this DocType are never sent to Medusa."""


class TaskInProgressError(frappe.ValidationError):
	"""A worker is sending this task at the moment."""

	http_status_code = 409


class SyncFailed(frappe.ValidationError):
	"""A document could not be sent to Medusa; the message is that of its task."""


class StockNotUpdated(frappe.ValidationError):
	"""The stock of some Website Items could not be updated; the Error Log has the tracebacks."""


class NotConnected(frappe.ValidationError):
	"""Nothing may be sent to Medusa at the moment; the message says why."""

	http_status_code = 503


class MedusaRejected(frappe.ValidationError):
	"""Medusa refused a request.

	The message is shown to the caller: it never contains Medusa's whole response.
	"""

	http_status_code = 502


class MailNotSent(MedusaRejected):
	"""This site has no outgoing email account."""


class MedusaTimedOut(frappe.ValidationError):
	"""Medusa did not respond in time, so the outcome of the request is unknown."""

	http_status_code = 504
