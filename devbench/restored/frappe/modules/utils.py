"""`frappe.model.module_utils` at its place in Frappe."""

from frappe.model.module_utils import (
	export_customizations,
	export_doc,
	export_module_json,
	get_doc_module,
	get_doc_path,
	get_doctype_app_map,
	get_doctype_module,
	get_module_app,
	get_module_name,
	load_doctype_module,
	reload_doc,
	scrub,
	scrub_dt_dn,
	sync_customizations,
	sync_customizations_for_doctype,
)

__all__ = [
	"export_customizations",
	"export_doc",
	"export_module_json",
	"get_doc_module",
	"get_doc_path",
	"get_doctype_app_map",
	"get_doctype_module",
	"get_module_app",
	"get_module_name",
	"load_doctype_module",
	"reload_doc",
	"scrub",
	"scrub_dt_dn",
	"sync_customizations",
	"sync_customizations_for_doctype",
]
