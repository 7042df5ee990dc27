frappe.ui.form.on("Lead", {
	refresh(frm) {
		const customer = frm.doc.custom_proposed_customer;
		if (frm.is_new() || !frm.doc.medusa_id || !customer) return;
		if (!frappe.model.can_write("Customer")) return;
		frm.set_intro(
			__("This person has registered in the shop and may be the customer {0}.", [
				frappe.utils.escape_html(customer),
			]),
			"blue",
		);
		frm.add_custom_button(__("Link to Proposed Customer"), () =>
			medusa_integration.confirm_link(frm, customer, frm.doc.name),
		);
	},
});
