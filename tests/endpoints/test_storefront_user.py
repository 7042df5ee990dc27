"""The button that makes the shop's user."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.storefront.user import STOREFRONT_USER

CREATE = "medusa_integration.api.create_storefront_user"


@pytest.fixture
def create(call, site):
	assert not frappe.db.exists("User", STOREFRONT_USER)

	def create(who="system manager", **options):
		answer = call(who, CREATE, json=options)
		frappe.db.rollback()
		if frappe.db.exists("User", STOREFRONT_USER) and ("User", STOREFRONT_USER) not in site._made:
			site.added(frappe.get_doc("User", STOREFRONT_USER))
		return answer

	return create


def token(made):
	return {"Authorization": f"token {made['api_key']}:{made['api_secret']}"}


def test_it_signs_the_shop_in(create, call):
	"""A website user with one role, who may call what is the shop's and nothing else."""
	made = create().json()["message"]
	user = frappe.get_doc("User", STOREFRONT_USER)
	assert [row.role for row in user.roles] == ["Medusa Storefront"]
	assert (user.user_type, user.enabled) == ("Website User", 1)
	assert not frappe.db.exists("Email Queue Recipient", {"recipient": STOREFRONT_USER})
	assert call(None, "added_by_us", headers_too=token(made)).status_code == 200
	assert call(None, "of_desk", headers_too=token(made)).status_code == 403


def test_again_changes_nothing_unless_a_new_secret_is_wanted(create, call):
	first = create().json()["message"]
	again = create().json()["message"]
	assert (again["api_key"], again["api_secret"]) == (first["api_key"], None)
	assert call(None, "added_by_us", headers_too=token(first)).status_code == 200
	renewed = create(renew=1).json()["message"]
	assert call(None, "added_by_us", headers_too=token(first)).status_code == 401
	assert call(None, "added_by_us", headers_too=token(renewed)).status_code == 200


def test_renewing_brings_the_user_back_to_what_it_was(create, call):
	"""Somebody has disabled it, or given it more than it needs."""
	create()
	user = frappe.get_doc("User", STOREFRONT_USER)
	user.add_roles("System Manager")
	user.enabled = 0
	user.save()
	frappe.db.commit()
	made = create(renew=1).json()["message"]
	user.reload()
	assert [row.role for row in user.roles] == ["Medusa Storefront"]
	assert call(None, "added_by_us", headers_too=token(made)).status_code == 200
	assert call(None, "of_desk", headers_too=token(made)).status_code == 403


@pytest.mark.parametrize("who", [None, "website user", "manager", "storefront"])
def test_only_system_managers_may(create, refused, who):
	refused(create(who), 403, "Not permitted.")
	assert not frappe.db.exists("User", STOREFRONT_USER)


def test_uninstalling_takes_it_away(create):
	from medusa_integration.storefront.user import delete_storefront_user

	create()
	delete_storefront_user()
	assert not frappe.db.exists("User", STOREFRONT_USER)
	delete_storefront_user()
	frappe.db.rollback()
