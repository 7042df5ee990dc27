frappe.provide("medusa_integration");

// What Medusa has heard of the document of this form, and the buttons to see to it.
medusa_integration.show_sync_state = async function (frm) {
	if (frm.is_new()) return;
	const group = __("Medusa");
	if (frm.perm[0]?.write) {
		frm.add_custom_button(__("Sync Now"), () => medusa_integration.sync_now(frm), group);
	}
	if (!frappe.model.can_read("Medusa Sync Task")) return;

	const name = frm.doc.name;
	const turn = (frm.medusa_turn = (frm.medusa_turn || 0) + 1);
	const filters = { reference_doctype: frm.doctype, reference_name: name };
	if (frm.doctype === "Sales Order" && frm.doc.medusa_order_number) {
		// the task that has imported it imports payments, deliveries and returns, too
		filters.reference_doctype = ["in", [frm.doctype, "Medusa Order"]];
		filters.reference_name = ["in", [name, frm.doc.medusa_order_id]];
	}
	const tasks = await frappe.db.get_list("Medusa Sync Task", {
		filters,
		fields: ["name", "lane", "status"],
		order_by: "lane",
	});
	// the form may show another document by now, or have been refreshed again and show it twice
	if (frm.doc.name !== name || frm.medusa_turn !== turn) return;
	// the dashboard of some forms is on their last tab, where nobody looks
	const is_on_a_tab = frm.meta.fields.some((df) => df.fieldtype === "Tab Break" && df.show_dashboard);
	// Frappe clears them before a refresh, and a second one may have begun since
	const page = $(frm.wrapper);
	page.find(".medusa-state").closest(".form-message, .indicator-column").remove();
	for (const task of tasks) {
		const { text, color } = medusa_integration.describe_task(task, frm.doctype);
		const marked = `<span class="medusa-state">${text}</span>`;
		if (is_on_a_tab) frm.set_intro(marked, color);
		else frm.dashboard.add_indicator(marked, color);
	}
	if (tasks.length) {
		frm.add_custom_button(
			__("Open Medusa Task"),
			() =>
				tasks.length === 1
					? frappe.set_route("Form", "Medusa Sync Task", tasks[0].name)
					: frappe.set_route("List", "Medusa Sync Task", {
							reference_doctype: filters.reference_doctype,
							reference_name: filters.reference_name,
						}),
			group,
		);
	}
};

medusa_integration.describe_task = function (task, doctype) {
	const states = {
		Pending: [__("Medusa: pending"), "blue"],
		"In Progress": [__("Medusa: sending"), "purple"],
		Waiting: [__("Medusa: waiting for another document"), "yellow"],
		Synced: [__("Medusa: up to date"), "green"],
		Retrying: [__("Medusa: retrying"), "orange"],
		Failed: [__("Medusa: failed"), "red"],
		"Not Wanted": [__("Medusa: not wanted"), "darkgrey"],
		Ignored: [__("Medusa: ignored"), "gray"],
	};
	const [text, color] = states[task.status];
	const main = ["product", "collection", "price", "order", "quotation", "order_import"];
	const is_main = main.includes(task.lane) && !(doctype === "Sales Order" && task.lane === "order_import");
	return { text: is_main ? text : `${text} (${__(task.lane)})`, color };
};

medusa_integration.sync_now = async function (frm) {
	// what is sent is what is saved
	if (frm.is_dirty()) await frm.save();
	// it was refused, and the person has been told why
	if (frm.is_dirty()) return;
	try {
		const { message: task } = await frappe.call({
			method: "medusa_integration.api.sync_now",
			args: { doctype: frm.doctype, name: frm.doc.name },
			freeze: true,
			freeze_message: __("Sending to Medusa..."),
		});
		const { text, color } = medusa_integration.describe_task({
			status: task.status,
			lane: "product",
		});
		frappe.show_alert({ message: text, indicator: color });
	} catch {
		// Frappe has shown why; the form shows what has become of the task
	}
	await frm.reload_doc();
};
