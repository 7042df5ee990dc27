frappe.ui.form.on("Medusa Order", {
	refresh(frm) {
		frm.disable_save();
		medusa_integration.show_sync_state(frm);
	},
});
