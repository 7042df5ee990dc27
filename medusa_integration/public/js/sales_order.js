frappe.ui.form.on("Sales Order", {
	refresh(frm) {
		show_medusa_order(frm);
		if (frm.doc.medusa_order_id) medusa_integration.show_sync_state(frm);
	},
});

// The order in Medusa as it was last stored here; Medusa itself is not asked.
function show_medusa_order(frm) {
	$(frm.wrapper).find(".medusa-order").closest(".form-message").remove();
	const order = frm.doc.__onload?.medusa_order;
	if (!order || !frm.doc.medusa_order_number) return;
	const escape = frappe.utils.escape_html;
	// as Medusa's admin shows them: "not_fulfilled" is "not fulfilled"
	const shown = (state) => escape(String(state).replaceAll("_", " "));
	const parts = [`<b>${__("Medusa order {0}", [escape(`#${frm.doc.medusa_order_number}`)])}</b>`];
	if (order.order_status) parts.push(__("Order: {0}", [shown(order.order_status)]));
	if (order.payment_status) parts.push(__("Payment: {0}", [shown(order.payment_status)]));
	if (order.fulfillment_status) parts.push(__("Fulfillment: {0}", [shown(order.fulfillment_status)]));
	if (frm.doc.medusa_short_of_stock) parts.push(`<b>${__("Short of stock when imported")}</b>`);
	if (order.page) {
		const link = `href="${escape(order.page)}" target="_blank" rel="noopener noreferrer"`;
		parts.push(`<a class="medusa-page" ${link}>${__("Open in Medusa")}</a>`);
	}
	frm.set_intro(
		`<span class="medusa-order">${parts.join(" &middot; ")}</span>`,
		frm.doc.medusa_short_of_stock ? "orange" : "blue",
	);
}
