frappe.provide("medusa_integration");

medusa_integration.create_storefront_user = async function (renew = 0) {
	const { message: made } = await frappe.call({
		method: "medusa_integration.api.create_storefront_user",
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
		() => medusa_integration.create_storefront_user(1),
	);
};

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
