"""The documented dotted paths, `medusa_integration.api.<name>`. No logic: each is made where it belongs."""

# called by document events
from medusa_integration.catalogue.item_group import item_group_on_trash, item_group_on_update
from medusa_integration.catalogue.website_item import delete_medusa_item, website_item_validate

# called by the scheduler and its jobs
from medusa_integration.catalogue.bulk import export_items_and_images_custom, export_items_batch
from medusa_integration.catalogue.stock import update_webitem_stock

# called from the console, and by other apps
from medusa_integration.catalogue.bulk import export_all_website_item
from medusa_integration.catalogue.item_group import export_item_group
from medusa_integration.catalogue.website_item import (
	create_medusa_option,
	create_medusa_variant,
	export_website_item,
	update_website_item,
)

__all__ = [
	"create_medusa_option",
	"create_medusa_variant",
	"delete_medusa_item",
	"export_all_website_item",
	"export_item_group",
	"export_items_and_images_custom",
	"export_items_batch",
	"export_website_item",
	"item_group_on_trash",
	"item_group_on_update",
	"update_webitem_stock",
	"update_website_item",
	"website_item_validate",
]
