const CALLS = "medusa_integration.api";
const ACTIVE = ["Queued", "Running", "Interrupted"];

frappe.ui.form.on("Medusa Order Backfill", {
	refresh(frm) {
		frm.disable_save();
		const { dry_run, status, name } = frm.doc;
		if (!dry_run) {
			frm.add_custom_button(__("Show Orders"), () =>
				frappe.set_route("List", "Medusa Order", { backfill: name }),
			);
		}
		if (!frappe.user.has_role(["Medusa Manager", "System Manager"])) return;
		if (ACTIVE.includes(status)) {
			frm.add_custom_button(__("Stop"), () => act(frm, "stop_backfill")).addClass("btn-danger");
		} else if (dry_run && status === "Completed") {
			frm.add_custom_button(__("Import These Orders"), () => import_these(frm)).addClass("btn-primary");
		} else if (!dry_run && ["Stopped", "Failed"].includes(status)) {
			frm.add_custom_button(__("Resume"), () => act(frm, "resume_backfill")).addClass("btn-primary");
		}
	},
});

async function act(frm, method) {
	await frappe.call({ method: `${CALLS}.${method}`, args: { run: frm.doc.name }, freeze: true });
	await frm.reload_doc();
}

function import_these(frm) {
	const { from_date, to_date, history_before } = frm.doc;
	const days = [from_date, to_date].map((day) => frappe.datetime.str_to_user(day));
	const question = __("Import the orders that were placed from {0} to {1}?", days);
	frappe.confirm(question, async () => {
		const { message } = await frappe.call({
			method: `${CALLS}.start_backfill`,
			args: { from_date, to_date, dry_run: 0, ...(history_before ? { history_before } : {}) },
			freeze: true,
		});
		frappe.set_route("Form", "Medusa Order Backfill", message.run);
	});
}
