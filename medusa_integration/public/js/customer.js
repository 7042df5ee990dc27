frappe.ui.form.on("Customer", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.medusa_id || !frm.perm[0]?.write) return;
		if (!frappe.model.can_read("Lead")) return;
		frm.add_custom_button(__("Link Medusa Lead"), () => choose_lead(frm));
	},
});

// Which of the shop's registrations this customer is.
function choose_lead(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Link Medusa Lead"),
		fields: [
			{
				fieldname: "lead",
				fieldtype: "Link",
				options: "Lead",
				label: __("Lead"),
				reqd: 1,
				get_query: () => ({ filters: { medusa_id: ["is", "set"] } }),
			},
		],
		primary_action_label: __("Link"),
		primary_action({ lead }) {
			dialog.hide();
			frappe.confirm(
				__("Link {0} to the Medusa account of {1}? This cannot be taken back here.", [
					frappe.utils.escape_html(frm.doc.name).bold(),
					frappe.utils.escape_html(lead).bold(),
				]),
				() => link_lead(frm, lead)
			);
		},
	});
	dialog.show();
}

async function link_lead(frm, lead) {
	// the server changes what is saved
	if (frm.is_dirty()) await frm.save();
	if (frm.is_dirty()) return;
	try {
		await frappe.call({
			method: "medusa_integration.utils.link_medusa_lead",
			args: { customer: frm.doc.name, lead },
			freeze: true,
		});
		frappe.show_alert({ message: __("The customer is linked."), indicator: "green" });
	} catch {
		// Frappe has shown why
	}
	await frm.reload_doc();
}
