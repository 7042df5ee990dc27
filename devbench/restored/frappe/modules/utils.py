"""`frappe.model.module_utils` at its place in Frappe."""

from frappe.model.module_utils import *
