"""The hooks of this app: what Frappe calls, and when."""

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
	"Quotation": ["public/js/sync_state.js", "public/js/quotation.js"],
	"Sales Order": ["public/js/sync_state.js", "public/js/sales_order.js"],
	"Website Item": ["public/js/sync_state.js", "public/js/website_item.js"],
}

doctype_list_js = {
	"Email OTP": "public/js/text_of_others.js",
	"Medusa Reconciliation": "public/js/text_of_others.js",
	"Medusa Reconciliation Finding": "public/js/text_of_others.js",
	"Medusa Request Log": "public/js/text_of_others.js",
	"Medusa Sync Task": "public/js/text_of_others.js",
	"Medusa Wishlist": "public/js/text_of_others.js",
	"Opportunity Contact": "public/js/text_of_others.js",
	"Product Suggestions": "public/js/text_of_others.js",
	"Website Item Review": "public/js/text_of_others.js",
}

override_doctype_dashboards = {
	"Website Item": "medusa_integration.storefront.connections.of_website_item",
}

doc_events = {
	# what the shop shows of these is cached
	(
		"Brand",
		"Expiring Items",
		"File",
		"Homepage Landing",
		"Item",
		"Item Group",
		"Item Price",
		"Medusa Configuration",
		"Price List",
		"Product Collection",
		"Website Item",
		"Website Slideshow",
	): {
		"on_update": "medusa_integration.shared_cache.forget",
		"on_trash": "medusa_integration.shared_cache.forget",
		"after_rename": "medusa_integration.shared_cache.forget",
	},
	"Website Item": {
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.catalogue.product.parent_item.check_parent",
		],
		"validate": "medusa_integration.api.website_item_validate",
		"on_update": "medusa_integration.storefront.facet_index.on_update",
		"on_trash": [
			"medusa_integration.api.delete_medusa_item",
			"medusa_integration.storefront.facet_index.on_trash",
		],
		"after_delete": "medusa_integration.storefront.departures.website_item_deleted",
		"before_rename": [
			"medusa_integration.catalogue.product.events.before_rename",
			"medusa_integration.storefront.departures.website_item_before_rename",
			"medusa_integration.storefront.facet_index.before_rename",
		],
		"after_rename": [
			"medusa_integration.catalogue.product.events.after_rename",
			"medusa_integration.storefront.departures.website_item_after_rename",
		],
	},
	"Item Website Specification": {
		"on_update": "medusa_integration.storefront.facet_index.row_changed",
		"after_delete": "medusa_integration.storefront.facet_index.row_changed",
	},
	"Item Group": {
		"before_validate": "medusa_integration.protection.protect_ids",
		"after_insert": "medusa_integration.catalogue.collection.events.after_insert",
		"on_update": "medusa_integration.api.item_group_on_update",
		"on_trash": "medusa_integration.api.item_group_on_trash",
		"before_rename": "medusa_integration.catalogue.collection.events.before_rename",
		"after_rename": "medusa_integration.catalogue.collection.events.after_rename",
	},
	"Item Price": {
		"before_validate": "medusa_integration.protection.protect_ids",
		"validate": "medusa_integration.api.create_medusa_price_list",
		"on_trash": "medusa_integration.catalogue.price.events.on_trash",
		"before_rename": "medusa_integration.catalogue.price.events.before_rename",
		"after_rename": "medusa_integration.catalogue.price.events.after_rename",
	},
	"Price List": {
		"on_update": "medusa_integration.catalogue.price.events.price_list_changed",
		"after_rename": "medusa_integration.catalogue.price.events.price_list_renamed",
	},
	"Item": {
		"on_update": "medusa_integration.catalogue.product.related_documents.item_changed",
		"on_trash": "medusa_integration.catalogue.product.related_documents.item_deleted",
		"after_rename": [
			"medusa_integration.catalogue.product.related_documents.item_renamed",
			"medusa_integration.catalogue.stock.events.item_merged",
		],
	},
	"Brand": {
		"after_rename": "medusa_integration.catalogue.product.related_documents.brand_renamed",
	},
	"File": {
		"after_insert": "medusa_integration.catalogue.product.related_documents.file_changed",
		"on_update": "medusa_integration.catalogue.product.related_documents.file_changed",
		"on_trash": "medusa_integration.catalogue.product.related_documents.file_changed",
	},
	"Website Slideshow": {
		"on_update": "medusa_integration.catalogue.product.related_documents.slideshow_changed",
	},
	"Stock Ledger Entry": {
		"on_submit": "medusa_integration.api.refresh_stock_on_movement",
		"on_cancel": "medusa_integration.api.refresh_stock_on_movement",
	},
	"Bin": {
		"on_change": "medusa_integration.catalogue.stock.events.bin_changed",
	},
	"Batch": {
		"on_update": "medusa_integration.catalogue.stock.events.batch_changed",
	},
	"Repost Item Valuation": {
		"on_change": "medusa_integration.catalogue.stock.events.ledger_reposted",
	},
	"Warehouse": {
		"on_update": "medusa_integration.catalogue.stock.events.warehouse_moved",
	},
	"Product Bundle": {
		"on_update": "medusa_integration.catalogue.stock.events.bundle_changed",
		"on_trash": "medusa_integration.catalogue.stock.events.bundle_changed",
	},
	"Customer": {
		"before_insert": "medusa_integration.api.customer_before_insert",
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.customers.customer.lead_before_validate",
		],
		"on_change": "medusa_integration.selling.waiting.open_waiting_orders",
		"on_trash": "medusa_integration.customers.lead.on_trash",
		"after_delete": "medusa_integration.storefront.departures.customer_deleted",
	},
	"Lead": {
		"before_validate": "medusa_integration.protection.protect_ids",
		"on_change": "medusa_integration.selling.waiting.open_waiting_orders",
		"on_trash": "medusa_integration.customers.lead.on_trash",
		"after_delete": "medusa_integration.storefront.departures.customer_deleted",
		"after_rename": "medusa_integration.customers.lead.after_rename",
	},
	"Address": {
		"on_update": "medusa_integration.selling.quotation.events.address_changed",
	},
	"Quotation": {
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.selling.rates.skip_validation",
			"medusa_integration.selling.quotation.events.permit_lead_details",
		],
		"before_insert": "medusa_integration.selling.quotation.events.before_insert",
		"validate": [
			"medusa_integration.selling.quotation.reviews.begin_anew",
			"medusa_integration.selling.quotation.terms.require_amounts_that_fit",
		],
		"on_update": "medusa_integration.api.export_quotation_on_update",
		"on_update_after_submit": "medusa_integration.api.export_quotation_on_update",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": "medusa_integration.protection.protect_ids",
	},
	"Sales Order": {
		"before_insert": "medusa_integration.api.validate_medusa_order_id",
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.selling.rates.skip_validation",
		],
		"on_update": "medusa_integration.api.export_sales_order_on_update",
		"on_submit": "medusa_integration.api.export_sales_order_on_update",
		"on_update_after_submit": "medusa_integration.api.export_sales_order_on_update",
		"on_cancel": "medusa_integration.api.export_sales_order_on_update",
		"on_change": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.catalogue.stock.events.reservation_changed",
		],
		"after_delete": "medusa_integration.selling.order.events.after_delete",
		"before_update_after_submit": "medusa_integration.protection.protect_ids",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": "medusa_integration.protection.protect_ids",
	},
	"Sales Order Item": {
		"on_trash": "medusa_integration.catalogue.stock.events.order_row_removed",
	},
	"Sales Invoice": {
		"before_insert": "medusa_integration.api.set_ecommerce_details_from_sales_order",
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.selling.rates.skip_validation",
		],
		"on_submit": "medusa_integration.api.export_sales_invoice_on_update",
		"on_update_after_submit": "medusa_integration.api.export_sales_invoice_on_update",
		"on_cancel": "medusa_integration.api.export_sales_invoice_on_update",
		"on_change": "medusa_integration.api.export_sales_invoice_on_update",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": "medusa_integration.protection.protect_ids",
	},
	"Delivery Note": {
		"before_insert": "medusa_integration.api.set_ecommerce_details_from_sales_order",
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.selling.rates.skip_validation",
		],
		"on_submit": "medusa_integration.api.export_delivery_note_on_update",
		"on_cancel": "medusa_integration.api.export_delivery_note_on_update",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": "medusa_integration.protection.protect_ids",
	},
	"Payment Entry": {
		"on_submit": "medusa_integration.api.handle_payment_entry",
		"on_cancel": "medusa_integration.api.handle_payment_entry",
	},
	"Journal Entry": {
		"on_submit": "medusa_integration.api.handle_journal_entry",
		"on_cancel": "medusa_integration.api.handle_journal_entry",
	},
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
	],
	"cron": {
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
	},
	"daily_long": ["medusa_integration.api.update_webitem_stock"],
}

default_log_clearing_doctypes = {
	"Medusa Reconciliation": 30,
	"Medusa Reconciliation Finding": 30,
	"Medusa Request Log": 30,
	"Medusa Sync Task": 30,
}

ignore_links_on_delete = [
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
