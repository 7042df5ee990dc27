frappe.ui.form.on("Medusa Reconciliation", {
	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Show Findings"), () =>
			frappe.set_route("query-report", "Medusa Reconciliation"),
		);
	},
});
