frappe.provide("medusa_integration");

medusa_integration.show_server = function (frm, server) {
	// v1 takes neither from us: it chooses by itself
	const on_v2 = server.generation === "v2";
	const channels = on_v2 ? server.sales_channels || [] : [];
	const locations = on_v2 ? server.stock_locations || [] : [];
	const extended = server.extras === "properties";
	const rows = [
		[__("Generation"), server.generation],
		[__("Version"), server.version || __("The server does not report them.")],
		[
			__("Additional product values"),
			extended
				? __("The product is extended: they are stored in its properties.")
				: __("The product is not extended: they are stored in its metadata."),
		],
		[__("Currencies"), server.currencies.join(", ") || __("None yet. Add one in Medusa.")],
		[__("Sales channels"), names(server.sales_channels)],
		[__("Stock locations"), names(server.stock_locations)],
	].map(([label, value]) => `<tr><td>${label}</td><td>${frappe.utils.escape_html(String(value))}</td></tr>`);

	const fields = [
		{
			fieldtype: "HTML",
			options: `<p>${frappe.utils.escape_html(server.message)}</p>
				<table class="table table-bordered">${rows.join("")}</table>`,
		},
	];
	if (channels.length) {
		fields.push(
			choice_field(
				"sales_channel",
				__("Sales channel that products are added to"),
				__("Default of the server"),
				channels,
				frm.doc.sales_channel,
			),
		);
	}
	if (locations.length) {
		const is_clear = locations.length === 1 || locations.some((location) => location.is_default);
		fields.push(
			choice_field(
				"stock_location",
				__("Stock location that stores the quantities"),
				is_clear ? __("Default of the server, or its only location") : __("Choose one"),
				locations,
				frm.doc.stock_location,
			),
		);
	}

	const to_choose = fields.filter((field) => field.fieldtype === "Select").map((field) => field.fieldname);
	const dialog = new frappe.ui.Dialog({ title: __("Connected"), indicator: "green", fields });
	dialog.set_primary_action(to_choose.length ? __("Save") : __("Close"), async (values) => {
		dialog.hide();
		const changed = to_choose.filter((name) => (values?.[name] || "") !== (frm.doc[name] || ""));
		for (const name of changed) await frm.set_value(name, values[name] || "");
		if (changed.length) await frm.save();
	});
	dialog.show();
};

// a choice among what the server has, with the server's own as the one that needs no choosing
function choice_field(fieldname, label, empty, choices, chosen) {
	return {
		fieldname,
		fieldtype: "Select",
		label,
		options: [
			{ value: "", label: empty },
			...choices.map((choice) => ({
				value: choice.id,
				label: choice.is_default
					? __("{0} (default)", [frappe.utils.escape_html(choice.name)])
					: frappe.utils.escape_html(choice.name),
			})),
		],
		default: chosen || "",
	};
}

function names(choices) {
	return (choices || []).map((choice) => choice.name).join(", ") || __("None.");
}
