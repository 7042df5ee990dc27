const COLORS = {
	Queued: "blue",
	Running: "purple",
	Completed: "green",
	Stopped: "gray",
	Interrupted: "orange",
	Failed: "red",
};

frappe.listview_settings["Medusa Order Backfill"] = {
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`],
	onload(listview) {
		if (!frappe.user.has_role(["Medusa Manager", "System Manager"])) return;
		listview.page.add_inner_button(__("Import Past Orders"), () => choose_time());
	},
};

function choose_time() {
	const dialog = new frappe.ui.Dialog({
		title: __("Import Past Orders"),
		fields: [
			{ fieldname: "from_date", fieldtype: "Date", label: __("From Date"), reqd: 1 },
			{ fieldname: "to_date", fieldtype: "Date", label: __("To Date"), reqd: 1, default: "Today" },
			{
				fieldname: "history_before",
				fieldtype: "Date",
				label: __("History Before"),
				description: __(
					"Sales Orders of orders that were placed before this day are closed. They reserve no stock, and payments, deliveries and returns are not imported.",
				),
			},
			{
				fieldname: "dry_run",
				fieldtype: "Check",
				label: __("Dry Run"),
				default: 1,
				description: __("Only look at the orders, and import nothing."),
			},
		],
		primary_action_label: __("Start"),
		async primary_action({ from_date, to_date, history_before, dry_run }) {
			const { message } = await frappe.call({
				method: "medusa_integration.api.start_backfill",
				args: { from_date, to_date, dry_run: dry_run ? 1 : 0, ...(history_before ? { history_before } : {}) },
				freeze: true,
			});
			dialog.hide();
			frappe.set_route("Form", "Medusa Order Backfill", message.run);
		},
	});
	dialog.show();
}
