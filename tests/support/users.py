"""Users with roles and a token for the site's REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from collections.abc import Sequence

	from tests.support.documents import TestSite


def token_of(site: TestSite, who: str, roles: Sequence[str] = ()) -> dict[str, str]:
	"""Return the headers of a new user; committed.

	The rows are inserted without the events of User, which make a Contact and settings of notifications, and
	take longer than most tests.

	Args:
		site: where the user is deleted from afterwards.
		who: what the user is called.
		roles: of the user.
	"""
	import frappe
	from frappe.utils.password import set_encrypted_password

	key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
	name = f"{frappe.scrub(who).replace('_', '-').replace(chr(39), '')}-{key}@example.com"
	has_desk = bool(roles) and frappe.db.exists("Role", {"name": ("in", roles), "desk_access": 1})
	user = frappe.get_doc(
		{
			**{"doctype": "User", "name": name, "email": name, "first_name": who, "full_name": who},
			**{"enabled": 1, "user_type": "System User" if has_desk else "Website User", "api_key": key},
		}
	)
	user.db_insert()
	for role in roles:
		row = {"parent": name, "parenttype": "User", "parentfield": "roles", "role": role}
		frappe.get_doc({"doctype": "Has Role", **row}).db_insert()
	set_encrypted_password("User", name, secret, "api_secret")
	frappe.db.commit()
	site.added(user)
	return {"Authorization": f"token {key}:{secret}"}
