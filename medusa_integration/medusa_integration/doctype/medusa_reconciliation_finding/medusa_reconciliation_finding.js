frappe.ui.form.on("Medusa Reconciliation Finding", {
	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Show in Report"), () =>
			frappe.set_route("query-report", "Medusa Reconciliation", {
				state: frm.doc.state,
				reference_name: frm.doc.reference_name,
			}),
		);
	},
});
