frappe.ui.form.on("Website Item", {
	refresh(frm) {
		medusa_integration.show_sync_state(frm);
	},
});
