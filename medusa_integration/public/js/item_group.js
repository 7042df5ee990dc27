frappe.ui.form.on("Item Group", {});
