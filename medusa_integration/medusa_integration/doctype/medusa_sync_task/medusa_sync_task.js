const API = "medusa_integration.api";

frappe.ui.form.on("Medusa Sync Task", {
	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Open Document"), () =>
			frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name),
		);
		if (!frappe.user.has_role(["Medusa Manager", "System Manager"])) return;
		if (["Failed", "Retrying", "Waiting", "Not Wanted", "Ignored"].includes(frm.doc.status)) {
			frm
				.add_custom_button(__("Retry"), () => act(frm, "retry", __("The task is sent again.")))
				.addClass("btn-primary");
		}
		if (["Failed", "Retrying", "Waiting", "Pending", "Not Wanted"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Ignore"), () =>
				frappe.confirm(__("Ignore this task until the document changes again?"), () =>
					act(frm, "ignore", __("The task is ignored.")),
				),
			);
		}
	},
});

async function act(frm, method, message) {
	try {
		await frappe.xcall(`${API}.${method}_sync_tasks`, { names: [frm.doc.name] });
		frappe.show_alert({ message, indicator: "green" });
	} catch {
		// Frappe has shown why
	}
	await frm.reload_doc();
}
