frappe.ui.form.on("Sales Order", {
	refresh(frm) {
		if (frm.doc.medusa_order_id) medusa_integration.show_sync_state(frm);
	},
});
