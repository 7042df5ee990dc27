"""Where Frappe keeps what the wheel has moved to `frappe.model` and `frappe.patches`."""

from frappe import get_module_path, scrub
from frappe.model.module_utils import export_doc, get_doctype_module, load_doctype_module, reload_doc

__all__ = [
	"export_doc",
	"get_doctype_module",
	"get_module_path",
	"load_doctype_module",
	"reload_doc",
	"scrub",
]
