frappe.listview_settings["Medusa Request Log"] = {
	add_fields: ["status", "status_code"],
	hide_name_column: true,
	get_indicator: (doc) => [
		__(doc.status),
		doc.status === "Success" ? "green" : "red",
		`status,=,${doc.status}`,
	],
};
