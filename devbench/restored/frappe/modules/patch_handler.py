"""`frappe.patches` at its place in Frappe."""

from frappe.patches import *
