// Frappe runs a report's script globally: what is not meant for others stays in here
(() => {
	const today = frappe.datetime.get_today();
	// which list a number leads to
	const LISTS = { orders: "Medusa Order", not_imported: "Medusa Order", sales_orders: "Sales Order" };

	frappe.query_reports["Medusa Order Totals"] = {
		filters: [
			{
				fieldname: "from_date",
				label: __("From Date"),
				fieldtype: "Date",
				default: frappe.datetime.add_days(today, -29),
				reqd: 1,
			},
			{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: today, reqd: 1 },
			{ fieldname: "currency", label: __("Currency"), fieldtype: "Link", options: "Currency" },
			{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		],

		formatter(value, row, column, data, format) {
			const shown = format(value, row, column, data);
			const { fieldname } = column;
			if (fieldname === "difference" && data?.difference) {
				return `<span class="text-danger">${shown}</span>`;
			}
			if (!LISTS[fieldname] || !data?.[fieldname] || !frappe.model.can_read(LISTS[fieldname])) return shown;
			const values = { show: fieldname, day: data.day, currency: data.currency };
			const attributes = Object.entries(values).map(
				([name, text]) => `data-${name}="${frappe.utils.escape_html(String(text ?? ""))}"`,
			);
			return `<a ${attributes.join(" ")}>${shown}</a>`;
		},

		onload(report) {
			// the table is drawn anew with each refresh, its wrapper stays
			report.$report.off("click.medusa").on("click.medusa", "[data-show]", (event) => {
				const { show, day, currency } = event.currentTarget.dataset;
				const filters = { currency };
				if (show === "sales_orders") {
					Object.assign(filters, { transaction_date: day, medusa_order_id: ["is", "set"] });
					const company = report.get_filter_value("company");
					if (company) filters.company = company;
				} else {
					Object.assign(filters, { placed_at: ["between", [day, day]], order_status: ["!=", "canceled"] });
					if (show === "not_imported") filters.sales_order = ["is", "not set"];
				}
				frappe.set_route("List", LISTS[show], "List", filters);
			});
		},
	};
})();
