"""`frappe.patches` at its place in Frappe."""

from frappe.patches import (
	PatchError,
	PatchType,
	execute_patch,
	executed,
	get_all_patches,
	get_patches_from_app,
	run_all,
	run_single,
	update_patch_log,
)

__all__ = [
	"PatchError",
	"PatchType",
	"execute_patch",
	"executed",
	"get_all_patches",
	"get_patches_from_app",
	"run_all",
	"run_single",
	"update_patch_log",
]
