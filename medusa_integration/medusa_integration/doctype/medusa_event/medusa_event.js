frappe.ui.form.on("Medusa Event", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.aggregate === "order" && frm.doc.status === "Processed") {
			frm.add_custom_button(__("Open Order"), () =>
				frappe.set_route("Form", "Medusa Order", frm.doc.aggregate_id),
			);
		}
	},
});
