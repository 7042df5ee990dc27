frappe.listview_settings["Medusa Request Log"] = {
	add_fields: ["status", "status_code"],
	hide_name_column: true,
	// the address of the server is the same in every row, and would leave no room for the rest
	formatters: {
		url: (url) =>
			frappe.utils.escape_html(String(url ?? "").replace(/^https?:\/\/[^/]+(?=\/)/, "")),
	},
	get_indicator: (doc) => [
		__(doc.status),
		doc.status === "Success" ? "green" : "red",
		`status,=,${doc.status}`,
	],
};
