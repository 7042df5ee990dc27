// Frappe runs a report's script globally: what is not meant for others stays in here
(() => {
	const API = "medusa_integration.api";
	const MANAGERS = ["Medusa Manager", "System Manager"];
	// the server takes this many at once
	const MOST_AT_ONCE = 200;

	const ACTIONS = {
		queue: { label: () => __("Queue") },
		adopt: {
			label: () => __("Adopt"),
			question: (count) =>
				count === 1
					? __("Connect this product in Medusa to the Website Item? Its content is overwritten.")
					: __("Connect {0} products in Medusa to the Website Items? Their content is overwritten.", [count]),
		},
		delete: {
			label: () => __("Delete in Medusa"),
			roles: ["System Manager"],
			question: (count) =>
				count === 1
					? __("Delete this in Medusa? This cannot be undone.")
					: __("Delete {0} of these in Medusa? This cannot be undone.", [count]),
		},
		ignore: { label: () => __("Ignore") },
		reopen: { label: () => __("Stop Ignoring") },
	};

	frappe.query_reports["Medusa Reconciliation"] = {
		filters: [
			{
				fieldname: "state",
				label: __("State"),
				fieldtype: "Select",
				options: ["", "Open", "Queued", "Adopted", "Ignored", "Deleted", "Gone"],
				default: "Open",
			},
			{
				fieldname: "kind",
				label: __("Kind"),
				fieldtype: "Select",
				options: ["", "Missing", "Drifted", "Orphaned", "Duplicated", "Adoptable"],
			},
			{
				fieldname: "subject",
				label: __("Subject"),
				fieldtype: "Select",
				options: ["", "Product", "Variant", "Collection", "Price", "Quantity"],
			},
			{ fieldname: "reference_name", label: __("Document"), fieldtype: "Data" },
		],

		get_datatable_options: (options) => ({ ...options, checkboxColumn: true }),

		formatter(value, row, column, data, format) {
			// what stands in Medusa was written by whoever wrote it
			const foreign = ["title", "words", "held_up", "medusa_id"];
			if (data?.kind === "Orphaned") foreign.push("reference_name");
			if (foreign.includes(column.fieldname)) {
				return frappe.utils.escape_html(String(value ?? "")).replaceAll("\n", "; ");
			}
			if (column.fieldname !== "actions") return format(value, row, column, data);
			return (value || "")
				.split(",")
				.filter(Boolean)
				.map(
					(action) =>
						`<button class="btn btn-xs btn-default" data-reconcile="${action}"
							data-name="${frappe.utils.escape_html(data.name)}">${ACTIONS[action].label()}</button>`,
				)
				.join(" ");
		},

		onload(report) {
			if (frappe.user.has_role(MANAGERS)) {
				report.page.add_inner_button(__("Reconcile Now"), () => reconcile());
			}
			for (const [action, { roles }] of Object.entries(ACTIONS)) {
				if (!frappe.user.has_role(roles || MANAGERS)) continue;
				report.page.add_inner_button(
					ACTIONS[action].label(),
					() => act_on_checked(report, action),
					__("Selected"),
				);
			}
			// the table is drawn anew with each refresh, its wrapper stays
			report.$report.off("click.medusa").on("click.medusa", "[data-reconcile]", (event) => {
				const { reconcile: action, name } = event.currentTarget.dataset;
				act(report, action, [name]);
			});
		},
	};

	async function reconcile() {
		await frappe.xcall(`${API}.start_reconciliation`);
		frappe.show_alert({
			message: __("The comparison is running. Refresh this report when it has finished."),
			indicator: "blue",
		});
	}

	function act_on_checked(report, action) {
		const checked = report.datatable ? report.get_checked_items() : [];
		// only those for which it is offered
		const names = checked.filter((row) => row?.actions?.split(",").includes(action)).map((row) => row.name);
		if (!names.length) {
			frappe.show_alert({ message: __("Select rows that support this action."), indicator: "orange" });
			return;
		}
		act(report, action, names);
	}

	function act(report, action, names) {
		const question = ACTIONS[action].question;
		const go = () => call(report, action, names);
		if (question) frappe.confirm(question(names.length), go);
		else go();
	}

	async function call(report, action, names) {
		let done = 0;
		const refused = [];
		try {
			for (let start = 0; start < names.length; start += MOST_AT_ONCE) {
				const some = names.slice(start, start + MOST_AT_ONCE);
				const answer = await frappe.xcall(`${API}.${action}_findings`, { names: some });
				done += answer.done;
				refused.push(...(answer.refused || []));
			}
		} catch {
			// Frappe has shown why
		}
		if (done) frappe.show_alert({ message: __("{0} done.", [done]), indicator: "green" });
		if (refused.length) {
			frappe.msgprint({
				title: __("Not Changed"),
				indicator: "orange",
				message: refused.map(frappe.utils.escape_html).join("<br>"),
			});
		}
		report.refresh();
	}
})();
