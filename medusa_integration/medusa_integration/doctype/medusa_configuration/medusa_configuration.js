const API = "medusa_integration.api";

// what only the server that it was entered for may get
const SECRETS = ["admin_password", "secret_api_key"];

frappe.ui.form.on("Medusa Configuration", {
	setup(frm) {
		// as ERPNext offers accounts in a tax row
		frm.set_query("delivery_charges_account", () => ({
			filters: {
				company: frm.doc.company || frappe.defaults.get_default("company"),
				is_group: 0,
				disabled: 0,
				account_type: ["in", ["Tax", "Chargeable", "Income Account"]],
			},
		}));
	},
	url(frm) {
		if (!frm.saved_url || origin_of(frm.doc.url) === origin_of(frm.saved_url)) return;
		// stars stand for what is stored; what was just typed stays
		const old = SECRETS.filter((field) => /^\*+$/.test(frm.doc[field] || ""));
		if (!old.length) return;
		old.forEach((field) => frm.set_value(field, ""));
		frappe.show_alert({
			message: __("The server has changed: enter its password or key again."),
			indicator: "orange",
		});
	},
	refresh(frm) {
		if (!frm.is_dirty()) frm.saved_url = frm.doc.url;
		frm.add_custom_button(__("Test Connection"), () => test_connection(frm));
		// in groups: more than three side by side do not fit next to the title
		frm.add_custom_button(__("Export Everything"), () => preview_export(frm), __("Catalogue"));
		if (frm.doc.enable && !frm.is_dirty()) {
			frm.add_custom_button(__("Reconcile"), () => reconcile(), __("Catalogue"));
		}
		listen_to_export(frm);
		frm.add_custom_button(__("Create Storefront User"), () => create_storefront_user(), __("Set Up"));
		if (
			frm.doc.push_stock_quantities &&
			frm.doc.medusa_version !== "v1" &&
			frm.doc.learned_version !== "v1"
		) {
			frm.add_custom_button(__("Create Stock Location"), () => create_stock_location(frm), __("Set Up"));
		}
		offer_workflow(frm);
		if (frm.doc.paused) {
			frm.add_custom_button(__("Resume"), () => resume(frm)).addClass("btn-danger");
		}
		show_status(frm);
	},
});

function origin_of(url) {
	try {
		return new URL(url).origin;
	} catch {
		return "";
	}
}

async function test_connection(frm) {
	// the server tests what is saved
	if (frm.is_dirty()) await frm.save();
	// it was refused, and the person has been told why
	if (frm.is_dirty()) return;
	const { message: result } = await frappe.call({
		method: `${API}.test_connection`,
		freeze: true,
		freeze_message: __("Contacting Medusa..."),
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

function create_stock_location(frm) {
	const question = __(
		"Create a stock location in Medusa, connect it to the sales channel, and store all quantities there from now on?",
	);
	frappe.confirm(question, async () => {
		if (frm.is_dirty()) await frm.save();
		if (frm.is_dirty()) return;
		const { message: result } = await frappe.call({
			method: `${API}.create_stock_location`,
			freeze: true,
			freeze_message: __("Contacting Medusa..."),
		});
		await frm.reload_doc();
		frappe.msgprint({
			title: result.ok ? __("Stock Location") : __("No Stock Location"),
			indicator: result.ok ? "green" : "red",
			message: frappe.utils.escape_html(result.message),
		});
	});
}

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

function show_server(frm, server) {
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
}

async function create_storefront_user(renew = 0) {
	const { message: made } = await frappe.call({
		method: `${API}.create_storefront_user`,
		args: { renew },
		freeze: true,
	});
	if (made.api_secret) {
		show_key(made);
		return;
	}
	frappe.confirm(
		__(
			"The storefront user {0} exists. Generate a new secret? The shop cannot call this site until it uses the new secret.",
			[frappe.utils.escape_html(made.user).bold()],
		),
		() => create_storefront_user(1),
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
		title: __("Key of the Storefront User"),
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
				`Authorization: token ${made.api_key}:${made.api_secret}`,
			),
		],
	});
	dialog.set_primary_action(__("Close"), () => dialog.hide());
	dialog.show();
}

async function reconcile() {
	await frappe.xcall(`${API}.start_reconciliation`);
	const link = `<a href="/app/query-report/Medusa Reconciliation">${__("Medusa Reconciliation")}</a>`;
	frappe.show_alert({
		message: __("The comparison is running. {0} shows the differences.", [link]),
		indicator: "blue",
	});
}

async function resume(frm) {
	await frappe.call({ method: `${API}.resume`, freeze: true });
	await frm.reload_doc();
	frappe.show_alert({ message: __("Changes are sent again."), indicator: "green" });
}

async function show_status(frm) {
	const status = await frappe.xcall(`${API}.get_status`);
	// only now: a form that is refreshed twice at once would say all twice
	frm.dashboard.clear_headline();
	// sentences of the app, with HTML of its own
	const lines = status.warnings.map((warning) => ({ text: warning, color: "orange" }));
	if (status.failed) {
		const text =
			status.failed === 1
				? __("1 change could not be sent to Medusa.")
				: __("{0} changes could not be sent to Medusa.", [status.failed]);
		const link = `<a class="show-failed-tasks" style="text-decoration: underline">${__(
			"Show the failed tasks",
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

async function preview_export(frm) {
	const { message: plan } = await frappe.call({
		method: `${API}.export_everything`,
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
}

async function start_export(frm) {
	const { message: started } = await frappe.call({ method: `${API}.export_everything`, freeze: true });
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

function listen_to_export(frm) {
	const event = "medusa_export_progress";
	frappe.realtime.off(event);
	frappe.realtime.on(event, ({ percent, done, total }) => {
		const title = __("Export to Medusa");
		frm.dashboard.show_progress(title, percent, __("{0} of {1}", [done, total]));
		if (percent >= 100) frm.reload_doc();
	});
}

async function offer_workflow(frm) {
	const workflow = "Medusa Quotation";
	const { message } = await frappe.db.get_value("Workflow", workflow, "is_active");
	// there is none before ERPNext's setup, and nothing to offer once it is active
	if (!message || message.is_active === undefined || cint(message.is_active)) return;
	const activate = async () => {
		await frappe.db.set_value("Workflow", workflow, "is_active", 1);
		frappe.show_alert({ message: __("The Workflow is active."), indicator: "green" });
		await frm.reload_doc();
	};
	const question = __(
		"All quotations of this site will use the Workflow {0} instead of any other. Activate it?",
		[workflow],
	);
	frm.add_custom_button(
		__("Activate Quotation Workflow"),
		() => frappe.confirm(question, activate),
		__("Set Up"),
	);
}
