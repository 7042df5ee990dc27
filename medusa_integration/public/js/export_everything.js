frappe.provide("medusa_integration");

medusa_integration.preview_export = async function (frm) {
	const { message: plan } = await frappe.call({
		method: "medusa_integration.api.export_everything",
		args: { dry_run: 1 },
		freeze: true,
		freeze_message: __("Checking the catalogue..."),
	});
	const rows = [
		[__("Collections to create"), plan.collections],
		[__("Products to create"), plan.products],
		[__("Products to update"), plan.updates],
		[__("Products without a change"), plan.unchanged],
		[__("Waiting for an Item Group that failed"), plan.waiting],
		[__("Failed before, or cannot be sent"), plan.failing],
		[__("Ignored"), plan.ignored],
	].map(([label, count]) => `<tr><td>${label}</td><td class="text-right">${count}</td></tr>`);
	const reasons = plan.reasons.map(
		({ name, reason }) =>
			`<li><b>${frappe.utils.escape_html(name)}</b>: ${frappe.utils.escape_html(reason)}</li>`,
	);
	const warnings = plan.warnings.map(
		(text) => `<p class="text-warning">${frappe.utils.escape_html(text)}</p>`,
	);
	const dialog = new frappe.ui.Dialog({
		title: __("Export Everything"),
		fields: [
			{
				fieldtype: "HTML",
				options: `${warnings.join("")}
					<table class="table table-bordered">${rows.join("")}</table>
					${reasons.length ? `<p>${__("The first of those that would fail:")}</p>` : ""}
					<ul>${reasons.join("")}</ul>`,
			},
		],
		primary_action_label: __("Export"),
		primary_action: () => {
			dialog.hide();
			start_export(frm);
		},
	});
	dialog.show();
};

async function start_export(frm) {
	const { message: started } = await frappe.call({
		method: "medusa_integration.api.export_everything",
		freeze: true,
	});
	if (started.warning) {
		frappe.msgprint({
			title: __("Export to Medusa"),
			indicator: "orange",
			message: frappe.utils.escape_html(started.warning),
		});
	} else {
		frappe.show_alert({
			message: __("{0} products are exported, {1} are checked for changes.", [
				started.to_export,
				started.to_check,
			]),
			indicator: "green",
		});
	}
	frm.reload_doc();
}

medusa_integration.listen_to_export = function (frm) {
	const event = "medusa_export_progress";
	frappe.realtime.off(event);
	frappe.realtime.on(event, ({ percent, done, total }) => {
		const title = __("Export to Medusa");
		frm.dashboard.show_progress(title, percent, __("{0} of {1}", [done, total]));
		if (percent >= 100) frm.reload_doc();
	});
};
