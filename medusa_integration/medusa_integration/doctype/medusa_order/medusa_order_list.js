// Frappe shows the title of a row as text, and any other column as HTML; 16 takes a bare "7" for a selector
const in_row = (text, df) =>
	frappe.get_meta("Medusa Order").title_field === df.fieldname
		? text
		: `<span class="ellipsis">${frappe.utils.escape_html(String(text ?? ""))}</span>`;

frappe.listview_settings["Medusa Order"] = {
	formatters: { display_id: in_row, order_status: in_row },
	onload(listview) {
		// Frappe offers no range for a date and time
		listview.page.add_field({
			fieldname: "placed_at",
			fieldtype: "DateRange",
			label: __("Placed At"),
			condition: "Between",
			// 16 takes no condition without it
			match_type: "Between",
			change: () => listview.refresh(),
		});
	},
};
