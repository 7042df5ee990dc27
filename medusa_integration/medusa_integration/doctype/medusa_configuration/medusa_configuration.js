const CONFIGURATION =
	"medusa_integration.medusa_integration.doctype.medusa_configuration.medusa_configuration";

frappe.ui.form.on("Medusa Configuration", {
	refresh(frm) {
		frm.add_custom_button(__("Test Connection"), () => test_connection(frm));
		frm.add_custom_button(__("Create Storefront User"), () => create_storefront_user());
		offer_workflow(frm);
		if (frm.doc.paused) {
			frm.add_custom_button(__("Resume"), () => resume(frm)).addClass("btn-danger");
		}
		show_status(frm);
	},
});

async function test_connection(frm) {
	// the server tests what is saved
	if (frm.is_dirty()) await frm.save();
	// it was refused, and the person has been told why
	if (frm.is_dirty()) return;
	const { message: result } = await frm.call({
		method: "test_connection",
		doc: frm.doc,
		freeze: true,
		freeze_message: __("Asking Medusa..."),
	});
	await frm.reload_doc();
	if (result.ok) {
		show_server(frm, result);
	} else {
		frappe.msgprint({
			title: __("No Connection"),
			indicator: "red",
			message: frappe.utils.escape_html(result.message),
		});
	}
}

function show_server(frm, server) {
	const channels = server.sales_channels || [];
	const extended = server.extras === "properties";
	const rows = [
		[__("Generation"), server.generation],
		[__("Version"), server.version || __("The server does not tell.")],
		[
			__("Additional product values"),
			extended
				? __("The product is extended: they go into properties of their own.")
				: __("The product is not extended: they go into its metadata."),
		],
		[__("Currencies"), server.currencies.join(", ") || __("None yet. Add one in Medusa.")],
		[
			__("Stock locations"),
			(server.stock_locations || []).map((location) => location.name).join(", ") || __("None."),
		],
	].map(
		([label, value]) =>
			`<tr><td>${label}</td><td>${frappe.utils.escape_html(String(value))}</td></tr>`
	);

	const fields = [
		{
			fieldtype: "HTML",
			options: `<p>${frappe.utils.escape_html(server.message)}</p>
				<table class="table table-bordered">${rows.join("")}</table>`,
		},
	];
	if (channels.length) {
		fields.push({
			fieldname: "sales_channel",
			fieldtype: "Select",
			label: __("Sales channel that products are added to"),
			options: [
				{ value: "", label: __("The default one of the server") },
				...channels.map((channel) => ({
					value: channel.id,
					label: channel.is_default
						? __("{0} (default)", [frappe.utils.escape_html(channel.name)])
						: frappe.utils.escape_html(channel.name),
				})),
			],
			default: frm.doc.sales_channel || "",
		});
	}

	const dialog = new frappe.ui.Dialog({ title: __("Connected"), indicator: "green", fields });
	dialog.set_primary_action(channels.length ? __("Save") : __("Close"), async (values) => {
		dialog.hide();
		const chosen = values?.sales_channel || "";
		if (channels.length && chosen !== (frm.doc.sales_channel || "")) {
			await frm.set_value("sales_channel", chosen);
			await frm.save();
		}
	});
	dialog.show();
}

async function create_storefront_user(renew = 0) {
	const { message: made } = await frappe.call({
		method: "medusa_integration.setup.storefront_user.create_storefront_user",
		args: { renew },
		freeze: true,
	});
	if (made.api_secret) {
		show_key(made);
		return;
	}
	frappe.confirm(
		__(
			"The shop's user {0} exists. Give it a new secret? The shop can't call any more until it has that.",
			[made.user.bold()]
		),
		() => create_storefront_user(1)
	);
}

function show_key(made) {
	const read_only = (fieldname, label, value) => ({
		fieldname,
		label,
		fieldtype: "Data",
		read_only: 1,
		default: value,
	});
	const dialog = new frappe.ui.Dialog({
		title: __("The Shop's Key"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p>${__("Copy this now: the secret is not shown again.")}</p>`,
			},
			read_only("user", __("User"), made.user),
			read_only("api_key", __("API Key"), made.api_key),
			read_only("api_secret", __("API Secret"), made.api_secret),
			read_only(
				"header",
				__("Header for each call"),
				`Authorization: token ${made.api_key}:${made.api_secret}`
			),
		],
	});
	dialog.set_primary_action(__("Close"), () => dialog.hide());
	dialog.show();
}

async function resume(frm) {
	await frm.call({ method: "resume", doc: frm.doc, freeze: true });
	await frm.reload_doc();
	frappe.show_alert({ message: __("Changes are sent again."), indicator: "green" });
}

async function show_status(frm) {
	frm.dashboard.clear_headline();
	const status = await frappe.xcall(`${CONFIGURATION}.get_status`);
	const lines = status.warnings.map((warning) => ({ text: warning, color: "orange" }));
	if (status.failed) {
		const text =
			status.failed === 1
				? __("1 change could not be sent to Medusa.")
				: __("{0} changes could not be sent to Medusa.", [status.failed]);
		const link = `<a class="show-failed-tasks" style="text-decoration: underline">${__(
			"Show the failed tasks"
		)}</a>`;
		lines.unshift({ text: `${text} ${link}`, color: "red" });
	}
	if (frm.doc.paused) {
		const reason = frappe.utils.escape_html(frm.doc.pause_reason || "");
		const text = __("Sending to Medusa is paused. Correct the cause, then press Resume.");
		lines.unshift({ text: `<b>${text}</b> ${reason}`, color: "red" });
	}
	if (!lines.length) return;
	frm.dashboard.set_headline_alert(lines.map((line) => line.text).join("<br>"), lines[0].color);
	$(frm.wrapper)
		.find(".show-failed-tasks")
		.on("click", () => frappe.set_route("List", "Medusa Sync Task", { status: "Failed" }));
}

async function offer_workflow(frm) {
	const workflow = "Medusa Quotation";
	const { message } = await frappe.db.get_value("Workflow", workflow, "is_active");
	// there is none before ERPNext's setup, and nothing to offer once it is active
	if (!message || message.is_active === undefined || cint(message.is_active)) return;
	frm.add_custom_button(__("Activate Quotation Workflow"), () =>
		frappe.confirm(
			__(
				"All quotations of this site will go by the Workflow {0}, in the place of any other. Activate it?",
				[workflow]
			),
			async () => {
				await frappe.db.set_value("Workflow", workflow, "is_active", 1);
				frappe.show_alert({ message: __("The Workflow is active."), indicator: "green" });
				await frm.reload_doc();
			}
		)
	);
}
