frappe.ui.form.on("Medusa Request Log", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.voucher_type && frm.doc.voucher_name) {
			frm.add_custom_button(__("Open Document"), () =>
				frappe.set_route("Form", frm.doc.voucher_type, frm.doc.voucher_name),
			);
		}
	},
});
