const API = "medusa_integration.api";
const COLORS = {
	Pending: "blue",
	"In Progress": "purple",
	Waiting: "yellow",
	Synced: "green",
	Retrying: "orange",
	Failed: "red",
	"Not Wanted": "darkgrey",
	Ignored: "gray",
};

// Frappe shows the title of a row as text, and any other column as HTML
const in_row = (text, df) =>
	frappe.get_meta("Medusa Sync Task").title_field === df.fieldname ? text : frappe.utils.escape_html(text);

const add_action = (list, label, method, done) =>
	list.page.add_actions_menu_item(label, () => act_on_checked(list, method, done), false);

async function act_on_checked(list, method, done) {
	const checked = list.get_checked_items();
	// a worker has these, and one of them would make the server refuse all
	const busy = checked.filter((task) => task.status === "In Progress").length;
	const names = checked.filter((task) => task.status !== "In Progress").map((task) => task.name);
	try {
		if (names.length) {
			await frappe.xcall(`${API}.${method}_sync_tasks`, { names });
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

// an error begins with what the other columns say already, and a row has room for its end
function reason_of(task) {
	const text = task.last_error || "";
	const at = text.indexOf(String(task.reference_name));
	const colon = at < 0 ? -1 : text.indexOf(": ", at + String(task.reference_name).length);
	return colon < 0 ? text : text.slice(colon + 2);
}

frappe.listview_settings["Medusa Sync Task"] = {
	add_fields: ["status", "reference_doctype", "reference_name", "lane", "last_error"],
	// up to 1366 pixels Frappe shows one column beside the document and its status: this one
	formatters: {
		// a name may be Medusa's id of a customer
		reference_name: (name, df, doc) => in_row(`${__(doc.reference_doctype)} ${name ?? ""}`, df),
		last_error: (_text, df, doc) =>
			`<span class="medusa-reason ellipsis" title="${frappe.utils.escape_html(doc.last_error || "")}">
				${frappe.utils.escape_html(reason_of(doc))}
			</span>`,
	},
	refresh(list) {
		// it gets as much room as the document; of a bare number jQuery would make pixels
		const cells = list.$result.find(".medusa-reason, .list-row-head [data-sort-by='last_error']");
		cells.closest(".list-row-col").css("flex", "2 1 0%");
	},
	hide_name_column: true,
	get_indicator: (doc) => [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`],
	onload(list) {
		if (!frappe.user.has_role(["Medusa Manager", "System Manager"])) return;
		add_action(list, __("Retry"), "retry", __("The tasks are sent again."));
		add_action(list, __("Ignore"), "ignore", __("The tasks are ignored."));
	},
};
