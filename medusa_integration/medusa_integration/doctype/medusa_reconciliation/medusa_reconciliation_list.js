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
	get_indicator: (doc) => [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`],
};
