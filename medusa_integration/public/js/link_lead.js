frappe.provide("medusa_integration");

// Ask, and give the customer the lead's account in Medusa; `frm` is the form of one of the two.
medusa_integration.confirm_link = function (frm, customer, lead) {
	const bold = (name) => frappe.utils.escape_html(name).bold();
	frappe.confirm(
		__("Link {0} to the Medusa account of {1}? This cannot be undone here.", [bold(customer), bold(lead)]),
		() => medusa_integration.link_lead(frm, customer, lead),
	);
};

medusa_integration.link_lead = async function (frm, customer, lead) {
	// the server changes what is saved
	if (frm.is_dirty()) await frm.save();
	if (frm.is_dirty()) return;
	try {
		await frappe.call({
			method: "medusa_integration.utils.link_medusa_lead",
			args: { customer, lead },
			freeze: true,
		});
		frappe.show_alert({ message: __("The customer is linked."), indicator: "green" });
	} catch {
		// Frappe has shown why
	}
	await frm.reload_doc();
};
