"""Who may see and do what with the DocTypes of this app (data model 1, 4)."""

from __future__ import annotations

import frappe
import pytest
import requests

SETTINGS = "Medusa Configuration"
SINGLES = (SETTINGS, "Expiring Items", "Homepage Landing", "Product Collection")
OURS = (
	*SINGLES,
	"Medusa Sync Task",
	"Medusa Event",
	"Medusa Order",
	"Medusa Order Backfill",
	"Medusa Request Log",
	"Email OTP",
	"Medusa Reconciliation",
	"Medusa Reconciliation Finding",
	"Medusa Product Facet",
	"Medusa Wishlist",
	"Website Item Review",
	"Opportunity Contact",
	"Product Suggestions",
	"Website Coupon Code",
)
RIGHTS = ("read", "write", "create", "delete", "export")
API = "medusa_integration.api"


@pytest.fixture
def user(site):
	def make(*roles):
		user = site.new("User", email="somebody@example.com", first_name="Somebody", send_welcome_email=0)
		if roles:
			user.add_roles(*roles)
		return user

	return make


def rights(doctype):
	return {right for right in RIGHTS if frappe.has_permission(doctype, right)}


@pytest.mark.parametrize("doctype", OURS)
@pytest.mark.parametrize("roles", [None, (), ("Medusa Storefront",), ("Stock Manager",)])
def test_everybody_else_has_no_right(user, doctype, roles):
	"""None is Guest, () a user without roles."""
	frappe.set_user("Guest" if roles is None else user(*roles).name)
	assert rights(doctype) == set()
	if doctype not in SINGLES:
		with pytest.raises(frappe.PermissionError):
			frappe.get_list(doctype)


@pytest.mark.parametrize(
	("role", "doctype", "expected"),
	[
		("Medusa Manager", "Medusa Configuration", set()),
		("Medusa Manager", "Medusa Sync Task", {"read", "export"}),
		("Medusa Manager", "Medusa Request Log", {"read", "export"}),
		("Medusa Manager", "Medusa Event", {"read", "export"}),
		("Medusa Manager", "Medusa Order", {"read", "export"}),
		("Medusa Manager", "Medusa Order Backfill", {"read", "export"}),
		("Medusa Manager", "Medusa Reconciliation", {"read", "export"}),
		("Medusa Manager", "Medusa Reconciliation Finding", {"read", "export"}),
		("System Manager", "Medusa Configuration", {"read", "write"}),
		("System Manager", "Medusa Sync Task", {"read", "export"}),
		("System Manager", "Medusa Request Log", {"read", "delete", "export"}),
		("System Manager", "Medusa Event", {"read", "export"}),
		("System Manager", "Medusa Order", {"read", "export"}),
		("System Manager", "Medusa Order Backfill", {"read", "delete", "export"}),
		("Sales User", "Medusa Order Backfill", set()),
		("Item Manager", "Medusa Event", set()),
		("Sales User", "Medusa Order", set()),
		("System Manager", "Email OTP", {"read"}),
		("Medusa Manager", "Email OTP", set()),
		("System Manager", "Homepage Landing", {"read", "write"}),
		("Medusa Manager", "Homepage Landing", {"read", "write"}),
		("Item Manager", "Homepage Landing", set()),
		("Medusa Manager", "Product Collection", {"read", "write"}),
		("Item Manager", "Product Collection", {"read"}),
		("Medusa Manager", "Expiring Items", {"read", "write"}),
		("Item Manager", "Expiring Items", {"read", "write"}),
		("Medusa Manager", "Medusa Product Facet", {"read", "export"}),
		("Medusa Manager", "Medusa Wishlist", {"read", "delete", "export"}),
		("Item Manager", "Medusa Wishlist", set()),
		("Medusa Manager", "Website Item Review", {"read", "write", "delete", "export"}),
		("Item Manager", "Website Item Review", set()),
		("System Manager", "Medusa Reconciliation", {"read", "delete", "export"}),
		("System Manager", "Medusa Reconciliation Finding", {"read", "export"}),
		("System Manager", "Opportunity Contact", set(RIGHTS)),
		("Medusa Manager", "Opportunity Contact", set()),
		("Sales Manager", "Opportunity Contact", {"read", "write", "create"}),
		("Sales User", "Opportunity Contact", {"read", "write", "create"}),
		("System Manager", "Product Suggestions", set(RIGHTS)),
		("Medusa Manager", "Product Suggestions", set()),
		("Item Manager", "Product Suggestions", {"read", "write"}),
		("Sales Manager", "Product Suggestions", {"read", "write"}),
		("Sales User", "Product Suggestions", set()),
		("System Manager", "Website Coupon Code", {"read", "write", "create", "delete", "export"}),
		("Sales Manager", "Website Coupon Code", {"read", "write", "create", "export"}),
		("Sales User", "Website Coupon Code", set()),
		("Medusa Manager", "Website Coupon Code", set()),
	],
)
def test_rights_of_a_role(user, role, doctype, expected):
	frappe.set_user(user(role).name)
	assert rights(doctype) == expected


def test_no_standard_doctype_is_widened(site):
	for role in ("Medusa Manager", "Medusa Storefront"):
		for table in ("DocPerm", "Custom DocPerm"):
			granted = set(frappe.get_all(table, {"role": role}, pluck="parent"))
			assert granted <= set(OURS), f"not in OURS of {__name__}: {granted - set(OURS)}"


@pytest.fixture
def call(http_server, user):
	"""Call the server with the token of a user who has these roles."""

	def make(*roles):
		someone, secret = user(*roles), frappe.generate_hash(length=15)
		someone.reload()
		someone.update({"api_key": frappe.generate_hash(length=15), "api_secret": secret}).save()
		frappe.db.commit()
		session = requests.Session()
		session.headers["Authorization"] = f"token {someone.api_key}:{secret}"

		def send(method, path, /, **values):
			return session.request(method, f"{http_server}/api/{path}", json=values, timeout=300)

		return send

	return make


@pytest.mark.parametrize("doctype", OURS)
@pytest.mark.parametrize("roles", [(), ("Medusa Storefront",)])
def test_rest_tells_them_nothing(call, doctype, roles):
	send = call(*roles)
	if doctype not in SINGLES:  # a Single has no list
		assert send("GET", f"resource/{doctype}").status_code == 403
	assert send("GET", f"resource/{doctype}/{doctype}").status_code in (403, 404)
	assert send("POST", f"resource/{doctype}", status="Pending").status_code == 403


def test_rest_of_a_manager(call):
	send = call("Medusa Manager")
	assert send("GET", "resource/Medusa Sync Task").status_code == 200
	assert send("GET", "resource/Medusa Request Log").status_code == 200
	assert send("GET", "resource/Medusa Configuration/Medusa Configuration").status_code == 403
	assert send("POST", "resource/Medusa Sync Task", lane="product").status_code == 403


def test_rest_of_the_buttons(call, site):
	send = call("Medusa Manager")
	answer = send("POST", f"method/{API}.retry_sync_tasks", names="no such task")
	assert answer.status_code == 404
	assert "Task not found." in answer.text
	assert send("GET", f"method/{API}.retry_sync_tasks?names=x").status_code == 403
	values = {
		"reference_doctype": "Item Group",
		"reference_name": "x",
		"lane": "order",
		"status": "In Progress",
	}
	task = frappe.get_doc({"doctype": "Medusa Sync Task", "name": "x", **values})
	task.db_insert()
	site.added(task)
	frappe.db.commit()
	answer = send("POST", f"method/{API}.ignore_sync_tasks", names=["x"])
	assert answer.status_code == 409
	assert "Task is in progress." in answer.text


@pytest.mark.parametrize("method", ["test_connection", "create_stock_location", "resume"])
def test_rest_of_the_settings_buttons(call, method):
	send = call("Medusa Manager")
	values = {"dt": SETTINGS, "dn": SETTINGS, "method": method}
	assert send("POST", "method/run_doc_method", **values).status_code == 403
	path = f"method/{API}.{method}"
	assert send("POST", path).status_code in (403, 404)


@pytest.mark.parametrize(
	("path", "role", "status"),
	[
		(f"{API}.get_status", "System Manager", 200),
		(f"{API}.get_status", "Medusa Manager", 403),
		(f"{API}.get_stuck_jobs", "Medusa Manager", 200),
		(f"{API}.get_stuck_jobs", "Stock Manager", 403),
		("medusa_integration.api.test_connection", "System Manager", 200),
		("medusa_integration.api.test_connection", "Medusa Manager", 403),
	],
)
def test_rest_of_what_desk_asks_for(call, site, path, role, status):
	site.set_single("Medusa Configuration", url=None)
	assert call(role)("POST", f"method/{path}").status_code == status


def test_rest_shows_no_secret(call, site):
	"""Not even to a System Manager."""
	from frappe.utils.password import set_encrypted_password

	site.set_single("Medusa Configuration", url="https://medusa.example.com")
	for field in (
		"access_token",
		"admin_password",
		"secret_api_key",
		"shared_secret",
		"previous_shared_secret",
	):
		set_encrypted_password("Medusa Configuration", "Medusa Configuration", f"open {field}", field)
	frappe.db.commit()
	try:
		answer = call("System Manager")("GET", "resource/Medusa Configuration/Medusa Configuration")
		assert answer.status_code == 200
		assert "open " not in answer.text
	finally:
		frappe.db.delete("__Auth", {"doctype": "Medusa Configuration"})
		frappe.db.commit()
