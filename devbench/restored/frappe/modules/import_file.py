"""`frappe.model.import_doc` at its place in Frappe."""

from frappe.model.import_doc import *
