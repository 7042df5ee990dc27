"""`frappe.model.export` at its place in Frappe."""

from frappe.model.export import export_doc, export_to_files, write_document_file

__all__ = ["export_doc", "export_to_files", "write_document_file"]
