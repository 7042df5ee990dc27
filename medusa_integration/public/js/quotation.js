frappe.ui.form.on("Quotation", {
	refresh(frm) {
		if (!frm.doc.from_ecommerce || frm.is_new()) return;
		medusa_integration.show_sync_state(frm);
		// an active Workflow has buttons of its own
		if (frm.doc.docstatus || !frm.perm[0]?.write || frappe.workflow.get_state_fieldname(frm.doctype)) return;
		frm.add_custom_button(__("Send for Review"), () => send_for_review(frm), __("Medusa"));
	},
});

async function send_for_review(frm) {
	if (frm.is_dirty()) await frm.save();
	// it was refused, and the person has been told why
	if (frm.is_dirty()) return;
	await frappe.call({
		method: "medusa_integration.api.send_quotation_for_review",
		args: { quotation: frm.doc.name },
		freeze: true,
	});
	frappe.show_alert({ message: __("The customer can now approve or reject it."), indicator: "green" });
	await frm.reload_doc();
}
