const COLORS = {
	Queued: "blue",
	Running: "purple",
	Completed: "green",
	Failed: "red",
	Interrupted: "orange",
};

// Frappe shows the title of a row as text, and any other column as HTML
const in_row = (text, df) =>
	frappe.get_meta("Medusa Reconciliation").title_field === df.fieldname
		? text
		: frappe.utils.escape_html(text);

frappe.listview_settings["Medusa Reconciliation"] = {
	add_fields: ["status"],
	hide_name_column: true,
	// Frappe shows a title as it is in the database, microseconds and all
	formatters: {
		started_at: (_at, df, doc) =>
			in_row(doc.started_at ? frappe.datetime.str_to_user(doc.started_at) : String(doc.name), df),
	},
	get_indicator: (doc) => [__(doc.status), COLORS[doc.status], `status,=,${doc.status}`],
};
