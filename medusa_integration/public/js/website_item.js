frappe.ui.form.on("Website Item", {
	setup(frm) {
		frm.set_query("custom_parent_website_item", () => ({
			filters: { has_variants: 1, name: ["!=", frm.doc.name] },
		}));
	},
	refresh(frm) {
		medusa_integration.show_sync_state(frm);
	},
});
