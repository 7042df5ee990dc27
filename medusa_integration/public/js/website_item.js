frappe.ui.form.on("Website Item", {});
