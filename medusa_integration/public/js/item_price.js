frappe.ui.form.on("Item Price", {
	refresh(frm) {
		medusa_integration.show_sync_state(frm);
	},
});
