const TASKS = "medusa_integration.medusa_integration.doctype.medusa_sync_task.medusa_sync_task";
const COLORS = {
	Pending: "blue",
	"In Progress": "purple",
	Waiting: "yellow",
	Synced: "green",
	Retrying: "orange",
	Failed: "red",
	Ignored: "gray",
};

const add_action = (list, label, method, done) =>
	list.page.add_actions_menu_item(
		label,
		async () => {
			const names = list.get_checked_items(true);
			if (!names.length) return;
			await frappe.xcall(`${TASKS}.${method}`, { names });
			list.clear_checked_items();
			list.refresh();
			frappe.show_alert({ message: done, indicator: "green" });
		},
		false
	);

frappe.listview_settings["Medusa Sync Task"] = {
	add_fields: ["status", "reference_doctype", "lane"],
	hide_name_column: true,
	get_indicator: (doc) => [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`],
	onload(list) {
		if (!frappe.model.can_write("Medusa Sync Task")) return;
		add_action(list, __("Retry"), "retry", __("The tasks are sent again."));
		add_action(list, __("Ignore"), "ignore", __("The tasks are ignored."));
	},
};
