"""Schemas of all installed apps."""

from __future__ import annotations

import frappe
from frappe.model.sync import sync_for
from frappe.patches import _patch_mode


def sync_all(force=0, reset_permissions=False):
	"""Bring the DocTypes and standard records of every installed app into the database."""
	_patch_mode(True)
	for app in frappe.get_installed_apps(_ensure_on_bench=True):
		sync_for(app, force, reset_permissions=reset_permissions)
	_patch_mode(False)
	frappe.clear_cache()
