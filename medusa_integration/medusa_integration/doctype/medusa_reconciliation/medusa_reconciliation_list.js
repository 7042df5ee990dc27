const COLORS = {
	Queued: "blue",
	Running: "purple",
	Completed: "green",
	Failed: "red",
	Interrupted: "orange",
};

frappe.listview_settings["Medusa Reconciliation"] = {
	add_fields: ["status"],
	hide_name_column: true,
	// Frappe shows a title as it is in the database, microseconds and all
	formatters: {
		started_at: (_at, df, doc) =>
			frappe.utils.escape_html(
				doc.started_at ? frappe.datetime.str_to_user(doc.started_at) : String(doc.name)
			),
	},
	get_indicator: (doc) => [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`],
};
