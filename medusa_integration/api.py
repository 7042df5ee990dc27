"""The documented dotted paths, `medusa_integration.api.<name>`, and who may call what over HTTP.

The functions are plain, and made where they belong. Of those that can be called over HTTP endpoints are made
here: each line says by whom, by which methods, how often. Nothing else checks that, and nothing else of the
app is whitelisted. The others are for document events, jobs, the console and other apps.
"""

from medusa_integration.catalogue import export_everything as export_button
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
from medusa_integration.catalogue.collection import routes
from medusa_integration.catalogue.collection.events import (
	export_item_group,
	item_group_on_trash,
	item_group_on_update,
)
from medusa_integration.catalogue.price import nightly as missing_prices
from medusa_integration.catalogue.price.events import (
	clear_all_item_price_id,
	create_medusa_price_list,
	export_all_medusa_price_list,
)
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
from medusa_integration.customers import address, customer, linking
from medusa_integration.customers import sign_up as accounts
from medusa_integration.customers.customer import customer_before_insert
from medusa_integration.customers.kinds import MAILS
from medusa_integration.customers.lead import insert_lead
from medusa_integration.customers.otp import verification as otp
from medusa_integration.customers.otp.expiry import expire_otps
from medusa_integration.customers.otp.verification import get_otp
from medusa_integration.endpoints import MANAGERS, READ, WRITE, Desk, Public, Signed, Storefront, endpoint
from medusa_integration.medusa_integration.doctype.medusa_configuration import buttons as settings
from medusa_integration.medusa_integration.doctype.medusa_sync_task import medusa_sync_task as tasks
from medusa_integration.selling import rate_answers
from medusa_integration.selling.mail_queue import send_quotation_emails
from medusa_integration.selling.order import send_now as order
from medusa_integration.selling.order.backfill import desk as backfill
from medusa_integration.selling.order.events import (
	export_delivery_note_on_update,
	export_sales_invoice_on_update,
	export_sales_order_on_update,
	handle_journal_entry,
	handle_payment_entry,
	set_ecommerce_details_from_sales_order,
	validate_medusa_order_id,
)
from medusa_integration.selling.quotation import create, decide, partial, print_link
from medusa_integration.selling.quotation import events as quotation
from medusa_integration.selling.quotation.events import export_quotation, export_quotation_on_update
from medusa_integration.settings import SETTINGS
from medusa_integration.storefront import (
	banners,
	brands,
	coupons,
	facets,
	homepage,
	homepage_products,
	listing,
	menu,
	orders,
	payment,
	product,
	recommendations,
	returns,
	reviews,
	top_sellers,
	user,
	visitor_requests,
	wishlist,
)
from medusa_integration.storefront.clearance import fetch_clearance_items
from medusa_integration.storefront.homepage_products import fetch_items_from_homepage
from medusa_integration.storefront.item_groups import get_full_route, slugify
from medusa_integration.storefront.specifications import clean_entries, get_item_specifications
from medusa_integration.storefront.top_sellers import get_top_selling_items
from medusa_integration.sync import desk_api
from medusa_integration.sync.inbox import receive as inbox
from medusa_integration.sync.reconcile import desk as reconciliation

# -- anyone ------------------------------------------------------------------------------------------------
sign_up = endpoint(Public())(accounts.sign_up)
login = endpoint(Public(), xss_safe=True)(accounts.login)
send_otp = endpoint(Public(), limits=MAILS)(otp.send_otp)
verify_otp = endpoint(Public())(otp.verify_otp)

# pages of products, the menu, recommendations; names are only compared, and those of a guest too as they are
SHOWN = endpoint(Public(), methods=READ, xss_safe=True, shared=True)
fetch_relevant_collection_products = SHOWN(recommendations.fetch_relevant_collection_products)
fetch_relevant_items = SHOWN(recommendations.fetch_relevant_items)
get_all_brands = SHOWN(brands.get_all_brands)
get_menu = SHOWN(menu.get_menu)
get_product_details_banner = SHOWN(banners.get_product_details_banner)
get_product_details_banner_item_group = SHOWN(banners.get_product_details_banner_item_group)
get_product_has_variants = SHOWN(product.get_product_has_variants)
get_website_image = SHOWN(product.get_website_image)
get_website_variants = SHOWN(product.get_website_variants)

# what visitors leave
FIVE_AN_HOUR = endpoint(Public(), methods=WRITE, limits=visitor_requests.FIVE_AN_HOUR)
create_opportunity_contact = FIVE_AN_HOUR(visitor_requests.create_opportunity_contact)
create_product_suggestion = FIVE_AN_HOUR(visitor_requests.create_product_suggestion)

# what the shop's homepage shows
OF_HOMEPAGE = endpoint(Public(), methods=READ, shared=True)
get_best_deals = OF_HOMEPAGE(homepage.get_best_deals)
get_dental_items = OF_HOMEPAGE(homepage_products.get_dental_items)
get_homepage_banners = OF_HOMEPAGE(homepage.get_homepage_banners)
get_homepage_menu_section = OF_HOMEPAGE(homepage.get_homepage_menu_section)
get_homepage_order_list = OF_HOMEPAGE(homepage.get_homepage_order_list)
get_homepage_top_section = OF_HOMEPAGE(homepage.get_homepage_top_section)
get_infection_control_items = OF_HOMEPAGE(homepage_products.get_infection_control_items)
get_medical_items = OF_HOMEPAGE(homepage_products.get_medical_items)
get_medical_laboratory_items = OF_HOMEPAGE(homepage_products.get_medical_laboratory_items)
get_new_arrivals = OF_HOMEPAGE(homepage_products.get_new_arrivals)
get_recommended_items = OF_HOMEPAGE(homepage_products.get_recommended_items)
get_testimonials = OF_HOMEPAGE(homepage.get_testimonials)
get_top_sellers = OF_HOMEPAGE(homepage_products.get_top_sellers)
get_trending_items = OF_HOMEPAGE(homepage_products.get_trending_items)
get_yt_videos_list = OF_HOMEPAGE(homepage.get_yt_videos_list)

# lists of products
get_clearance_items = SHOWN(listing.get_clearance_items)
get_distinct_specs = SHOWN(facets.get_distinct_specs)
get_website_items = SHOWN(listing.get_website_items)

# -- the shop's server ---------------------------------------------------------------------------------------
send_password_reset_email = endpoint(Storefront(), limits=MAILS)(accounts.send_password_reset_email)

# guests too, while Allow Guest Storefront Calls is on: what the documentation of the shop names
DOCUMENTED = Storefront(reopens=True)
fetch_all_customers = endpoint(DOCUMENTED, methods=READ)(customer.fetch_all_customers)
update_address = endpoint(DOCUMENTED, methods=WRITE, repeats=True)(address.update_address)
create_quotation = endpoint(DOCUMENTED, methods=WRITE, repeats=True)(create.create_quotation)
update_quotation = endpoint(DOCUMENTED, methods=WRITE, repeats=True)(decide.update_quotation)
update_quotation_new = endpoint(DOCUMENTED, methods=WRITE, repeats=True)(partial.update_quotation_new)
fetch_quotation_pdf_url = endpoint(DOCUMENTED, methods=READ)(print_link.fetch_quotation_pdf_url)
get_medusa_prices = endpoint(DOCUMENTED, methods=READ)(rate_answers.get_medusa_prices)
export_sales_order = endpoint(DOCUMENTED, methods=WRITE, event=export_sales_order_on_update)(
	order.export_sales_order
)
add_review_to_website_item = endpoint(DOCUMENTED, methods=WRITE, repeats=True)(
	reviews.add_review_to_website_item
)
handle_wishlist = endpoint(DOCUMENTED, methods=WRITE, repeats=True)(wishlist.handle_wishlist)
sync_missing_prices_to_medusa = endpoint(DOCUMENTED)(missing_prices.sync_missing_prices_to_medusa)

# orders: coupons, payment, returns; never guests
get_returnable_items = endpoint(Storefront(), methods=READ)(returns.get_returnable_items)
get_sales_order_name = endpoint(Storefront(), methods=READ)(orders.get_sales_order_name)
pay_now = endpoint(Storefront(), methods=WRITE, repeats=True)(payment.pay_now)
update_returned_items = endpoint(Storefront(), methods=WRITE, repeats=True)(returns.update_returned_items)
verify_coupon = endpoint(Storefront(), methods=READ)(coupons.verify_coupon)

# -- the plugin in Medusa ------------------------------------------------------------------------------------
receive_medusa_event = endpoint(Signed(inbox.CONTENT_TYPE))(inbox.receive_medusa_event)

# -- users of Desk -------------------------------------------------------------------------------------------
link_medusa_lead = endpoint(Desk("Customer", "write"))(linking.link_medusa_lead)
fetch_standard_price = endpoint(Desk("Quotation", "read"), methods=READ)(rate_answers.fetch_standard_price)
# write on the document that the call names
send_quotation_for_review = endpoint(Desk())(quotation.send_quotation_for_review)
sync_now = endpoint(Desk())(desk_api.sync_now)

update_all_item_groups = endpoint(Desk("Item Group", "write"))(routes.update_all_item_groups)
add_top_selling_items_to_collection = endpoint(Desk("Product Collection", "write"))(
	top_sellers.add_top_selling_items_to_collection
)

SETTINGS_READ = endpoint(Desk(SETTINGS, "read"), methods=READ)
SETTINGS_WRITE = endpoint(Desk(SETTINGS, "write"))
get_status = SETTINGS_READ(settings.get_status)
test_connection = SETTINGS_WRITE(settings.test_connection)
create_stock_location = SETTINGS_WRITE(settings.create_stock_location)
resume = SETTINGS_WRITE(settings.resume)
export_everything = SETTINGS_WRITE(export_button.export_everything)
create_storefront_user = endpoint(Desk(SETTINGS, "write", roles=("System Manager",)))(
	user.create_storefront_user
)

TASK = "Medusa Sync Task"
OF_TASKS = endpoint(Desk(TASK, "read", roles=MANAGERS))
sync_health = endpoint(Desk(TASK, "read"))(desk_api.sync_health)
get_stuck_jobs = endpoint(Desk(TASK, "read"), methods=READ)(settings.get_stuck_jobs)
retry_sync_task = OF_TASKS(tasks.retry_sync_task)
retry_sync_tasks = OF_TASKS(tasks.retry)
ignore_sync_tasks = OF_TASKS(tasks.ignore)

FINDING = "Medusa Reconciliation Finding"
OF_FINDINGS = endpoint(Desk(FINDING, "read", roles=MANAGERS))
start_reconciliation = OF_FINDINGS(reconciliation.start)
queue_findings = OF_FINDINGS(reconciliation.queue)
adopt_findings = OF_FINDINGS(reconciliation.adopt)
ignore_findings = OF_FINDINGS(reconciliation.ignore)
reopen_findings = OF_FINDINGS(reconciliation.reopen)
delete_findings = endpoint(Desk(FINDING, "read", roles=("System Manager",)))(reconciliation.delete)

BACKFILL = endpoint(Desk("Medusa Order Backfill", "read", roles=MANAGERS))
start_backfill = BACKFILL(backfill.start)
resume_backfill = BACKFILL(backfill.resume)
stop_backfill = BACKFILL(backfill.stop)

# -- nobody over HTTP ----------------------------------------------------------------------------------------
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

# two endpoints besides: sync_missing_prices_to_medusa, add_top_selling_items_to_collection
SCHEDULER_AND_JOBS = (
	expire_otps,
	export_items_and_images_custom,
	export_items_batch,
	fetch_clearance_items,
	insert_lead,
	send_quotation_emails,
	update_webitem_stock,
)

CONSOLE_AND_OTHER_APPS = (
	clean_entries,
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
	fetch_items_from_homepage,
	get_full_route,
	get_item_specifications,
	get_otp,
	get_top_selling_items,
	slugify,
	update_all_website_item,
	update_website_item,
)
