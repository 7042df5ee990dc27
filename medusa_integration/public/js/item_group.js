frappe.ui.form.on("Item Group", {
	refresh(frm) {
		medusa_integration.show_sync_state(frm);
	},
});
