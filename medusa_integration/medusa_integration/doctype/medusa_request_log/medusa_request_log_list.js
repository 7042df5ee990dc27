// Frappe shows the title of a row as text, and any other column as HTML
const in_row = (text, df) =>
	frappe.get_meta("Medusa Request Log").title_field === df.fieldname ? text : frappe.utils.escape_html(text);

frappe.listview_settings["Medusa Request Log"] = {
	add_fields: ["status", "status_code"],
	hide_name_column: true,
	// the address of the server is the same in every row, and would leave no room for the rest
	formatters: {
		url: (url, df) => in_row(String(url ?? "").replace(/^https?:\/\/[^/]+(?=\/)/, ""), df),
	},
	get_indicator: (doc) => [
		__(doc.status),
		doc.status === "Success" ? "green" : "red",
		`status,=,${doc.status}`,
	],
};
