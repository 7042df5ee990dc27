"""`frappe.model.import_doc` at its place in Frappe."""

from frappe.model.import_doc import (
	calculate_hash,
	get_file_path,
	import_doc,
	import_file,
	import_file_by_path,
	import_files,
	read_doc_from_file,
)

__all__ = [
	"calculate_hash",
	"get_file_path",
	"import_doc",
	"import_file",
	"import_file_by_path",
	"import_files",
	"read_doc_from_file",
]
