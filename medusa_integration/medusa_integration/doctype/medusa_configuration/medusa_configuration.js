const API = "medusa_integration.api";

// what only the server that it was entered for may get
const SECRETS = ["admin_password", "secret_api_key", "shared_secret", "previous_shared_secret"];

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
		frm.add_custom_button(
			__("Export Everything"),
			() => medusa_integration.preview_export(frm),
			__("Catalogue"),
		);
		if (frm.doc.enable && !frm.is_dirty()) {
			frm.add_custom_button(__("Reconcile"), () => reconcile(), __("Catalogue"));
		}
		medusa_integration.listen_to_export(frm);
		frm.add_custom_button(
			__("Create Storefront User"),
			() => medusa_integration.create_storefront_user(),
			__("Set Up"),
		);
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
		medusa_integration.show_server(frm, result);
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
