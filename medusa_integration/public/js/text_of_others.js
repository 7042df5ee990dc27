// Frappe 15 puts long texts and names into forms and reports as HTML. What Medusa or a visitor wrote stands in
// the app's own records as it came, so it is escaped here; twice is not too often, as "&" stays what it is.
(() => {
	const DOCTYPES = [
		"Email OTP",
		"Medusa Event",
		"Medusa Order",
		"Medusa Order Backfill",
		"Medusa Product Facet",
		"Medusa Reconciliation",
		"Medusa Reconciliation Finding",
		"Medusa Request Log",
		"Medusa Sync Task",
		"Medusa Wishlist",
		"Opportunity Contact",
		"Product Suggestions",
		"Website Coupon Code",
		"Website Item Review",
	];
	const TEXTS = ["Data", "Small Text", "Text", "Long Text", "Link", "Dynamic Link"];
	const ENTITIES = { "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
	const escaped = (value) =>
		typeof value === "string" ? value.replace(/[<>"']/g, (letter) => ENTITIES[letter]) : value;

	const formatter = (value, df, ...rest) => {
		const is_link = ["Link", "Dynamic Link"].includes(df.fieldtype);
		// a name that would be markup is no document's: it is shown without a link
		if (is_link && escaped(value) === value) return frappe.form.formatters.Link(value, df, ...rest);
		// without its parent: the formatter of Data would ask this one again
		const bare = { fieldtype: df.fieldtype, options: df.options };
		const kind = is_link || df.fieldtype === "Data" ? "Data" : "Text";
		return frappe.form.formatters[kind](escaped(value), is_link ? null : bare);
	};

	for (const doctype of DOCTYPES) {
		for (const df of frappe.meta.docfield_list[doctype] || []) {
			if (TEXTS.includes(df.fieldtype)) df.formatter = formatter;
		}
	}
})();
