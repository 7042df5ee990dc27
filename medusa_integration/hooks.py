"""The hooks of this app: what Frappe calls, and when."""

from medusa_integration.doc_events import doc_events  # noqa: F401

app_name = "medusa_integration"
app_title = "Medusa Integration"
app_publisher = "The medusa_integration developers"
app_description = "Keeps a Medusa storefront in step with ERPNext"
app_email = "medusa_integration@example.com"
app_license = "mit"
required_apps = ["frappe/erpnext", "frappe/webshop"]
export_python_type_annotations = True

before_install = "medusa_integration.setup.install.before_install"
after_install = "medusa_integration.setup.install.after_install"
after_sync = "medusa_integration.setup.install.after_sync"
after_migrate = "medusa_integration.setup.install.after_migrate"
setup_wizard_complete = "medusa_integration.setup.install.setup_wizard_complete"
before_uninstall = "medusa_integration.setup.uninstall.before_uninstall"

before_request = [
	"medusa_integration.endpoints.answers.before_request",
	"medusa_integration.database.before_request",
	"medusa_integration.selling.quotation.print_link.keep_format",
]
before_job = ["medusa_integration.database.before_job"]
after_request = ["medusa_integration.endpoints.answers.after_request"]

doctype_js = {
	"Customer": ["public/js/link_lead.js", "public/js/customer.js"],
	"Item Price": ["public/js/sync_state.js", "public/js/item_price.js"],
	"Item Group": ["public/js/sync_state.js", "public/js/item_group.js"],
	"Lead": ["public/js/link_lead.js", "public/js/lead.js"],
	"Medusa Configuration": [
		"public/js/export_everything.js",
		"public/js/medusa_server.js",
		"public/js/storefront_user.js",
	],
	"Medusa Order": ["public/js/sync_state.js"],
	"Quotation": ["public/js/sync_state.js", "public/js/quotation.js"],
	"Sales Order": ["public/js/sync_state.js", "public/js/sales_order.js"],
	"Website Item": ["public/js/sync_state.js", "public/js/website_item.js"],
}

doctype_list_js = {
	"Email OTP": "public/js/text_of_others.js",
	"Medusa Event": "public/js/text_of_others.js",
	"Medusa Order": "public/js/text_of_others.js",
	"Medusa Order Backfill": "public/js/text_of_others.js",
	"Medusa Product Facet": "public/js/text_of_others.js",
	"Medusa Reconciliation": "public/js/text_of_others.js",
	"Medusa Reconciliation Finding": "public/js/text_of_others.js",
	"Medusa Request Log": "public/js/text_of_others.js",
	"Medusa Sync Task": "public/js/text_of_others.js",
	"Medusa Wishlist": "public/js/text_of_others.js",
	"Opportunity Contact": "public/js/text_of_others.js",
	"Product Suggestions": "public/js/text_of_others.js",
	"Website Coupon Code": "public/js/text_of_others.js",
	"Website Item Review": "public/js/text_of_others.js",
}

override_doctype_dashboards = {
	"Medusa Order": "medusa_integration.selling.order.medusa_state.connections_of_medusa_order",
	"Website Item": "medusa_integration.storefront.connections.of_website_item",
}

# only users who may read Leads see the data of people who sign up
permission_query_conditions = {
	"Medusa Request Log": "medusa_integration.sync.privacy.request_log_conditions",
	"Medusa Sync Task": "medusa_integration.sync.privacy.sync_task_conditions",
}
has_permission = {
	"Medusa Request Log": "medusa_integration.sync.privacy.has_request_log_permission",
	"Medusa Sync Task": "medusa_integration.sync.privacy.has_sync_task_permission",
}

# parents before children: a product waits for its collection, a price for its product
medusa_exporters = [
	"medusa_integration.catalogue.collection.exporter.CollectionExporter",
	"medusa_integration.catalogue.product.exporter.ProductExporter",
	"medusa_integration.catalogue.price.exporter.PriceExporter",
	"medusa_integration.catalogue.stock.exporter.StockExporter",
	"medusa_integration.selling.quotation.exporter.QuotationExporter",
	"medusa_integration.selling.order.exporter.OrderExporter",
	"medusa_integration.selling.order.imports.exporter.OrderImporter",
	"medusa_integration.selling.delivery.exporter.DeliveryExporter",
	"medusa_integration.selling.order.cancellation.CancellationExporter",
]

# what the reconciliation compares with Medusa, see sync/reconcile
medusa_comparers = [
	"medusa_integration.catalogue.reconcile.collection_comparer.CollectionComparer",
	"medusa_integration.catalogue.reconcile.product_comparer.ProductComparer",
	"medusa_integration.catalogue.reconcile.price_comparer.PriceComparer",
	"medusa_integration.catalogue.reconcile.quantity_comparer.QuantityComparer",
]

# lanes whose exporter needs no Medusa, and the job that sends their tasks
medusa_local_lanes = {"lead": "medusa_integration.customers.lead.insert_waiting_leads"}

scheduler_events = {
	"all": [
		"medusa_integration.sync.worker.run",
		"medusa_integration.customers.lead.insert_waiting_leads",
		"medusa_integration.selling.order.backfill.run.go_on",
	],
	"cron": {
		"*/5 * * * *": ["medusa_integration.sync.inbox.polling.poll_orders"],
		"* * * * *": [
			"medusa_integration.api.send_quotation_emails",
			"medusa_integration.api.expire_otps",
		],
		"0 1 * * *": [
			"medusa_integration.api.fetch_clearance_items",
			"medusa_integration.api.add_top_selling_items_to_collection",
			"medusa_integration.api.export_items_and_images_custom",
			"medusa_integration.api.sync_missing_prices_to_medusa",
		],
		"30 2 * * *": ["medusa_integration.sync.reconcile.reconciliation.nightly"],
		# after ERPNext's own daily jobs, which set invoices to overdue in the first hour of the day
		"0 3 * * *": ["medusa_integration.selling.order.nightly.record_missed_orders"],
		"30 3 * * *": ["medusa_integration.sync.inbox.polling.compare_orders"],
	},
	"daily_long": ["medusa_integration.api.update_webitem_stock"],
}

default_log_clearing_doctypes = {
	"Medusa Event": 30,
	"Medusa Reconciliation": 30,
	"Medusa Reconciliation Finding": 30,
	"Medusa Request Log": 30,
	"Medusa Sync Task": 30,
}

ignore_links_on_delete = [
	"Medusa Order",
	"Medusa Order Backfill",
	"Medusa Product Facet",
	"Medusa Reconciliation Finding",
	"Medusa Request Log",
	"Medusa Sync Task",
	# they go with it
	"Medusa Wishlist",
	"Website Item Review",
	# the shop skips a row whose document was deleted
	"Best Deals",
	"Expiring Items Table",
	"Homepage Banner",
	"Homepage Item",
	"Homepage Order",
	"Item and Brand Entry",
	"Product Collection Item",
	"Product details banner",
	"Youtube Videos",
]

# personal data outside User and Contact; bodies of requests and free texts may have it anywhere in them
user_data_fields = [
	{"doctype": "Email OTP", "filter_by": "email", "redact_fields": ["email"]},
	{
		"doctype": "Opportunity Contact",
		"filter_by": "email",
		"redact_fields": ["first_name", "email", "mobile_no", "city"],
	},
	{"doctype": "Product Suggestions", "strict": True},
	{"doctype": "Website Item Review", "strict": True},
	{"doctype": "Medusa Request Log", "strict": True},
	{"doctype": "Medusa Sync Task", "strict": True},
]
