"""The app's own exceptions, with the status that each has over HTTP.

For the rest the app raises Frappe's: `frappe.PermissionError` (403), `frappe.DoesNotExistError` (404),
`frappe.DuplicateEntryError` (409), `frappe.RateLimitExceededError` (429). What ERPNext refuses stays as
ERPNext raised it (417). What a caller is told of all these is decided in `endpoints/answers.py`.
"""

from __future__ import annotations

import frappe


class ValidationError(frappe.ValidationError):
	"""What was sent is not what the endpoint takes; the message says what to send instead."""

	http_status_code = 400


class NothingToSync(ValidationError):
	"""Documents of that DocType never go to Medusa."""


class TaskInProgressError(frappe.ValidationError):
	"""A worker is sending this task just now."""

	http_status_code = 409


class SyncFailed(frappe.ValidationError):
	"""A document did not arrive in Medusa; the message is its task's."""


class StockNotUpdated(frappe.ValidationError):
	"""Some chunks of Website Items could not be updated; the Error Log has their tracebacks."""


class NotConnected(frappe.ValidationError):
	"""Nothing may be sent at the moment; the message says why."""

	http_status_code = 503


class MedusaRejected(frappe.ValidationError):
	"""Medusa did not do what it was asked for. The message goes to the caller:
	never Medusa's whole answer.
	"""

	http_status_code = 502


class MedusaTimedOut(frappe.ValidationError):
	"""Medusa did not answer in time, so it may have done what it was asked for or not."""

	http_status_code = 504
