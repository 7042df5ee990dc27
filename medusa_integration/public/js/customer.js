frappe.ui.form.on("Customer", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.medusa_id || !frm.perm[0]?.write) return;
		if (!frappe.model.can_read("Lead")) return;
		frm.add_custom_button(__("Link Medusa Lead"), () => choose_lead(frm));
		show_proposal(frm);
	},
});

// Which of the shop's registrations this customer may be.
async function show_proposal(frm) {
	const name = frm.doc.name;
	const leads = await frappe.db.get_list("Lead", {
		filters: { custom_proposed_customer: name, medusa_id: ["is", "set"] },
		fields: ["name", "lead_name"],
		limit: 2,
	});
	// the form may show another document by now
	if (frm.doc.name !== name || !leads.length) return;
	frm.medusa_proposed_lead = leads.length === 1 ? leads[0].name : null;
	const person = frappe.utils.escape_html(leads[0].lead_name || leads[0].name);
	frm.set_intro(
		__("{0} has registered in the shop and may be this customer. If so: Link Medusa Lead.", [person]),
		"blue",
	);
}

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
				default: frm.medusa_proposed_lead,
				get_query: () => ({ filters: { medusa_id: ["is", "set"] } }),
			},
		],
		primary_action_label: __("Link"),
		primary_action({ lead }) {
			dialog.hide();
			medusa_integration.confirm_link(frm, frm.doc.name, lead);
		},
	});
	dialog.show();
}
