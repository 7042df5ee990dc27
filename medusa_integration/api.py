"""The documented dotted paths, `medusa_integration.api.<name>`. No logic: each is made where it belongs."""

from medusa_integration.catalogue.bulk_export import (
	clear_all_item_group_id,
	clear_all_website_item_id,
	export_all_item_groups,
	export_all_website_item,
	export_items_and_images,
	export_items_and_images_custom,
	export_items_batch,
	update_all_website_item,
)
from medusa_integration.catalogue.collection.events import (
	export_item_group,
	item_group_on_trash,
	item_group_on_update,
)
from medusa_integration.catalogue.collection.routes import update_all_item_groups
from medusa_integration.catalogue.price.events import (
	clear_all_item_price_id,
	create_medusa_price_list,
	export_all_medusa_price_list,
)
from medusa_integration.catalogue.price.nightly import sync_missing_prices_to_medusa
from medusa_integration.catalogue.product.events import (
	create_medusa_option,
	create_medusa_variant,
	delete_medusa_item,
	export_website_item,
	update_website_item,
	website_item_validate,
)
from medusa_integration.catalogue.stock.daily import update_webitem_stock
from medusa_integration.catalogue.stock.events import refresh_stock_on_movement
from medusa_integration.customers.address import update_address
from medusa_integration.customers.customer import customer_before_insert, fetch_all_customers
from medusa_integration.customers.lead import insert_lead
from medusa_integration.customers.linking import link_medusa_lead
from medusa_integration.customers.otp.expiry import expire_otps
from medusa_integration.customers.otp.verification import get_otp, send_otp, verify_otp
from medusa_integration.customers.sign_up import login, send_password_reset_email, sign_up
from medusa_integration.medusa_integration.doctype.medusa_configuration.medusa_configuration import (
	test_connection,
)
from medusa_integration.medusa_integration.doctype.medusa_sync_task.medusa_sync_task import retry_sync_task
from medusa_integration.selling.mail_queue import send_quotation_emails
from medusa_integration.selling.order.events import (
	export_delivery_note_on_update,
	export_sales_invoice_on_update,
	export_sales_order_on_update,
	handle_journal_entry,
	handle_payment_entry,
	set_ecommerce_details_from_sales_order,
	validate_medusa_order_id,
)
from medusa_integration.selling.order.send_now import export_sales_order
from medusa_integration.selling.quotation.create import create_quotation
from medusa_integration.selling.quotation.decide import update_quotation
from medusa_integration.selling.quotation.events import (
	export_quotation,
	export_quotation_on_update,
	send_quotation_for_review,
)
from medusa_integration.selling.quotation.partial import update_quotation_new
from medusa_integration.selling.quotation.print_link import fetch_quotation_pdf_url
from medusa_integration.selling.rate_answers import fetch_standard_price, get_medusa_prices
from medusa_integration.storefront.clearance import fetch_clearance_items
from medusa_integration.storefront.top_sellers import (
	add_top_selling_items_to_collection,
	get_top_selling_items,
)
from medusa_integration.sync.desk import sync_health, sync_now

PUBLIC = (
	login,
	send_otp,
	sign_up,
	verify_otp,
)

STOREFRONT = (
	create_quotation,
	export_sales_order,
	fetch_all_customers,
	fetch_quotation_pdf_url,
	get_medusa_prices,
	send_password_reset_email,
	sync_missing_prices_to_medusa,
	update_address,
	update_quotation,
	update_quotation_new,
)

DESK = (
	add_top_selling_items_to_collection,
	fetch_standard_price,
	link_medusa_lead,
	retry_sync_task,
	send_quotation_for_review,
	sync_health,
	sync_now,
	test_connection,
	update_all_item_groups,
)

DOCUMENT_EVENTS = (
	create_medusa_price_list,
	customer_before_insert,
	delete_medusa_item,
	export_delivery_note_on_update,
	export_quotation_on_update,
	export_sales_invoice_on_update,
	export_sales_order_on_update,
	handle_journal_entry,
	handle_payment_entry,
	item_group_on_trash,
	item_group_on_update,
	refresh_stock_on_movement,
	set_ecommerce_details_from_sales_order,
	validate_medusa_order_id,
	website_item_validate,
)

SCHEDULER_AND_JOBS = (
	add_top_selling_items_to_collection,
	expire_otps,
	export_items_and_images_custom,
	export_items_batch,
	fetch_clearance_items,
	insert_lead,
	send_quotation_emails,
	sync_missing_prices_to_medusa,
	update_webitem_stock,
)

CONSOLE_AND_OTHER_APPS = (
	clear_all_item_group_id,
	clear_all_item_price_id,
	clear_all_website_item_id,
	create_medusa_option,
	create_medusa_variant,
	export_all_item_groups,
	export_all_medusa_price_list,
	export_all_website_item,
	export_item_group,
	export_items_and_images,
	export_quotation,
	export_website_item,
	get_otp,
	get_top_selling_items,
	update_all_website_item,
	update_website_item,
)
