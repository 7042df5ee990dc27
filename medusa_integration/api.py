"""The documented dotted paths, `medusa_integration.api.<name>`. No logic: each is made where it belongs."""

from medusa_integration.catalogue.bulk import (
	export_all_website_item,
	export_items_and_images_custom,
	export_items_batch,
)
from medusa_integration.catalogue.item_group import (
	export_item_group,
	item_group_on_trash,
	item_group_on_update,
)
from medusa_integration.catalogue.stock import update_webitem_stock
from medusa_integration.catalogue.website_item import (
	create_medusa_option,
	create_medusa_variant,
	delete_medusa_item,
	export_website_item,
	update_website_item,
	website_item_validate,
)
from medusa_integration.medusa_integration.doctype.medusa_configuration.medusa_configuration import (
	test_connection,
)
from medusa_integration.medusa_integration.doctype.medusa_sync_task.medusa_sync_task import (
	retry_sync_task,
)
from medusa_integration.sync.desk import sync_health, sync_now

DESK = (
	retry_sync_task,
	sync_health,
	sync_now,
	test_connection,
)

DOCUMENT_EVENTS = (
	delete_medusa_item,
	item_group_on_trash,
	item_group_on_update,
	website_item_validate,
)

SCHEDULER_AND_JOBS = (
	export_items_and_images_custom,
	export_items_batch,
	update_webitem_stock,
)

CONSOLE_AND_OTHER_APPS = (
	create_medusa_option,
	create_medusa_variant,
	export_all_website_item,
	export_item_group,
	export_website_item,
	update_website_item,
)
