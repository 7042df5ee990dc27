frappe.ui.form.on("Medusa Order", {
	refresh(frm) {
		frm.disable_save();
		const page = frm.doc.__onload?.medusa_page;
		if (page) {
			frm.add_custom_button(__("Open in Medusa"), () => window.open(page, "_blank", "noopener"));
		}
		medusa_integration.show_sync_state(frm);
	},
});
