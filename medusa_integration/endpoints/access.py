"""The classes of callers. Each is checked before anything else of a call is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from medusa_integration.settings import SETTINGS

STOREFRONT_ROLE = "Medusa Storefront"
ROLES_OF_THE_SHOP = {STOREFRONT_ROLE, "System Manager"}
# who may press the buttons of documents that nobody may write
MANAGERS = ("Medusa Manager", "System Manager")


def is_shop() -> bool:
	"""Return whether the caller is the shop's server: role Medusa Storefront or System Manager.

	Administrator is, too. A public endpoint asks it before it heeds a `customer_id`, or tells more than a
	shop window shows.
	"""
	return not ROLES_OF_THE_SHOP.isdisjoint(frappe.get_roles())


@dataclass(frozen=True)
class Public:
	"""Anyone. Tells only what a shop window shows."""

	name: ClassVar[str] = "Public"
	allow_guest: ClassVar[bool] = True

	def check(self) -> None:
		"""Let everybody pass."""


@dataclass(frozen=True)
class Storefront:
	"""The shop's server, with the token of a user who has the role Medusa Storefront.

	Attributes:
		reopens: Guests pass too while *Allow Guest Storefront Calls* is on. Only for what the documentation
			of the shop names, never for what this app has added.
	"""

	reopens: bool = False
	name: ClassVar[str] = "Storefront"
	# the documented decorator; `check` is what keeps guests out
	allow_guest: ClassVar[bool] = True

	def check(self) -> None:
		"""Raise `frappe.PermissionError` for everybody else."""
		if not (is_shop() or (self.reopens and frappe.session.user == "Guest" and _guests_may_call())):
			raise frappe.PermissionError


@dataclass(frozen=True)
class Desk:
	"""Users of Desk who have this permission on the DocType, and one of the roles if any are named.

	Without a DocType the method has to check the permission on the document that the call names. Roles are
	for what is pressed on documents that the app alone writes: there is no permission to write them.
	"""

	doctype: str | None = None
	permission: str = "read"
	roles: tuple[str, ...] = ()
	name: ClassVar[str] = "Desk"
	allow_guest: ClassVar[bool] = False

	def check(self) -> None:
		"""Raise `frappe.PermissionError` for guests, website users, and users without the permission."""
		# the session of a token does not say what kind of user it is
		if frappe.db.get_value("User", frappe.session.user, "user_type", cache=True) != "System User":
			raise frappe.PermissionError
		if self.doctype and not frappe.has_permission(self.doctype, self.permission):
			raise frappe.PermissionError
		if self.roles and set(self.roles).isdisjoint(frappe.get_roles()):
			raise frappe.PermissionError


def permitted(doctype: str, name: str, permission: str = "write") -> Document:
	"""Load the document that a call of Desk names.

	Args:
		doctype: Its DocType.
		name: Its name.
		permission: What the caller needs.

	Returns:
		The document.

	Raises:
		frappe.PermissionError: Before anything is said about whether there is such a document.
		frappe.DoesNotExistError: There is none.
	"""
	if not frappe.has_permission(doctype, permission):
		raise frappe.PermissionError
	document = frappe.get_doc(doctype, name)
	document.check_permission(permission)
	return document


def _guests_may_call() -> bool:
	# not from a cache: whoever switches it off wants it off now
	return bool(cint(frappe.db.get_single_value(SETTINGS, "allow_guest_storefront_calls", cache=False)))
