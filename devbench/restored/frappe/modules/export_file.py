"""`frappe.model.export` at its place in Frappe."""

from frappe.model.export import *
