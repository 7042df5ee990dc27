"""Test helpers that apps import from here."""

from __future__ import annotations

from contextlib import contextmanager

import frappe
from frappe.tests.compat import FrappeTestCase


@contextmanager
def change_settings(doctype, settings_dict=None, /, commit=False, **settings):
	"""Inside, the Single has these values; afterwards those that it had before."""
	settings = {**(settings_dict or {}), **settings}
	before = {field: frappe.db.get_single_value(doctype, field) for field in settings}
	try:
		_save_single(doctype, settings, commit)
		yield
	finally:
		_save_single(doctype, before, commit)


def _save_single(doctype, values, commit):
	document = frappe.get_doc(doctype)
	document.flags.ignore_mandatory = True
	document.update(values)
	document.save(ignore_permissions=True)
	if commit:
		frappe.db.commit()


__all__ = ["FrappeTestCase", "change_settings"]
