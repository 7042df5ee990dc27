"""The document events of this app: which functions Frappe calls when a document changes (see hooks.py)."""

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
	("Item Price", "Website Item"): {
		# also what is written to the database without a save
		"on_change": "medusa_integration.shared_cache.forget",
	},
	"Website Item": {
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.catalogue.product.parent_item.check_parent",
		],
		"validate": "medusa_integration.api.website_item_validate",
		"on_update": "medusa_integration.storefront.facet_index.on_update",
		"on_trash": "medusa_integration.api.delete_medusa_item",
		"after_delete": [
			"medusa_integration.storefront.departures.website_item_deleted",
			"medusa_integration.storefront.facet_index.after_delete",
		],
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
			"medusa_integration.selling.order.customer.keep_customer",
			"medusa_integration.selling.rates.skip_validation",
		],
		"on_update": "medusa_integration.api.export_sales_order_on_update",
		"on_submit": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.selling.order.events.follow_imported_order",
		],
		"on_update_after_submit": "medusa_integration.api.export_sales_order_on_update",
		"on_cancel": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.selling.order.events.cancel_imported_order",
		],
		"on_discard": "medusa_integration.selling.order.events.cancel_imported_order",
		"on_change": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.catalogue.stock.events.reservation_changed",
		],
		"after_delete": "medusa_integration.selling.order.events.after_delete",
		"onload": "medusa_integration.selling.order.medusa_state.show_in_sales_order",
		"before_update_after_submit": "medusa_integration.protection.protect_ids",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.selling.order.customer.keep_customer",
		],
	},
	"Medusa Order": {
		"onload": "medusa_integration.selling.order.medusa_state.show_in_medusa_order",
	},
	"Sales Order Item": {
		# where a row is written without its order
		"before_validate": "medusa_integration.protection.protect_ids",
		"before_update_after_submit": "medusa_integration.protection.protect_ids",
		"before_cancel": "medusa_integration.protection.protect_ids",
		"on_trash": "medusa_integration.catalogue.stock.events.order_row_removed",
	},
	"Sales Invoice": {
		"before_insert": "medusa_integration.api.set_ecommerce_details_from_sales_order",
		"before_validate": [
			"medusa_integration.protection.protect_ids",
			"medusa_integration.selling.order.events.take_over_added_orders",
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
			"medusa_integration.selling.order.events.take_over_added_orders",
			"medusa_integration.selling.rates.skip_validation",
		],
		"on_submit": [
			"medusa_integration.api.export_delivery_note_on_update",
			"medusa_integration.selling.delivery.events.on_submit",
		],
		"on_update_after_submit": "medusa_integration.selling.delivery.events.on_update_after_submit",
		"on_cancel": [
			"medusa_integration.api.export_delivery_note_on_update",
			"medusa_integration.selling.delivery.events.on_cancel",
		],
		"after_delete": "medusa_integration.selling.delivery.events.after_delete",
		"before_update_after_submit": "medusa_integration.protection.protect_ids",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": "medusa_integration.protection.protect_ids",
	},
	"Payment Entry": {
		"before_validate": "medusa_integration.protection.protect_ids",
		# Frappe stores values that are sent with a cancellation
		"before_cancel": "medusa_integration.protection.protect_ids",
		"on_submit": "medusa_integration.api.handle_payment_entry",
		"on_cancel": "medusa_integration.api.handle_payment_entry",
	},
	"Journal Entry": {
		"on_submit": "medusa_integration.api.handle_journal_entry",
		"on_cancel": "medusa_integration.api.handle_journal_entry",
	},
}
