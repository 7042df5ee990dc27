"""Patches of all installed apps."""

from __future__ import annotations

import frappe
from frappe.patches import PatchType, get_patches_from_app


def get_all_patches(patch_type=None):
	"""The patches of one kind, or of both, app by app."""
	if patch_type and not isinstance(patch_type, PatchType):
		frappe.throw(f"There is no kind of patch {patch_type}")
	apps = frappe.get_installed_apps(_ensure_on_bench=True)
	return [patch for app in apps for patch in get_patches_from_app(app, patch_type=patch_type)]
