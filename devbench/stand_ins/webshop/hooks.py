app_name = "webshop"
app_title = "Webshop"
app_publisher = "devbench"
app_description = "Stands in for webshop"
app_email = "devbench@example.com"
app_license = "MIT"

required_apps = ["erpnext"]
after_install = "webshop.setup.install.after_install"

website_generators = ["Website Item", "Item Group"]

override_doctype_class = {
	"Item Group": "webshop.webshop.doctype.override_doctype.item_group.WebshopItemGroup",
}

doc_events = {
	"Item": {
		"on_update": "webshop.webshop.crud_events.item.update_website_item.execute",
		"before_rename": "webshop.webshop.crud_events.item.validate_duplicate_website_item.execute",
	},
}
