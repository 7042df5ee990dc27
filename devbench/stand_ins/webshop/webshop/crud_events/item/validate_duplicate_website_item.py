"""Two Items that both have a Website Item cannot become one."""

import frappe
from frappe import _


def execute(doc, method=None, old_name=None, new_name=None, merge=False):
	"""Refuse such a merge."""
	if merge and frappe.db.count("Website Item", {"item_code": ["in", [old_name, new_name]]}) > 1:
		frappe.throw(_("Delete the Website Item of {0} first").format(old_name), title=_("Cannot Merge"))
