// Frappe shows the title of a row as text, and any other column as HTML; 16 takes a bare "7" for a selector
const in_row = (text, df) =>
	frappe.get_meta("Medusa Event").title_field === df.fieldname
		? text
		: `<span class="ellipsis">${frappe.utils.escape_html(String(text ?? ""))}</span>`;

frappe.listview_settings["Medusa Event"] = {
	add_fields: ["status"],
	hide_name_column: true,
	formatters: { aggregate_id: in_row, event_type: in_row },
	get_indicator: (doc) => [
		__(doc.status),
		doc.status === "Processed" ? "green" : "blue",
		`status,=,${doc.status}`,
	],
};
