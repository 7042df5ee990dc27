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
	list.page.add_actions_menu_item(label, () => act_on_checked(list, method, done), false);

async function act_on_checked(list, method, done) {
	const checked = list.get_checked_items();
	// a worker has these, and one of them would make the server refuse all
	const busy = checked.filter((task) => task.status === "In Progress").length;
	const names = checked.filter((task) => task.status !== "In Progress").map((task) => task.name);
	try {
		if (names.length) {
			await frappe.xcall(`${TASKS}.${method}`, { names });
			frappe.show_alert({ message: done, indicator: "green" });
		}
		if (busy) {
			frappe.show_alert({
				message: __("Tasks in progress are left as they are."),
				indicator: "orange",
			});
		}
		list.clear_checked_items();
	} catch {
		// Frappe has shown why
	}
	list.refresh();
}

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
