"""The classes of callers (endpoints 0.1). Each is checked before anything else of a call is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import frappe
from frappe.utils import cint

from medusa_integration.settings import SETTINGS

STOREFRONT_ROLE = "Medusa Storefront"
ROLES_OF_THE_SHOP = {STOREFRONT_ROLE, "System Manager"}


def is_shop() -> bool:
	"""Whether the caller is the shop's server: role Medusa Storefront or System Manager, or Administrator.

	A public endpoint asks it before it heeds a `customer_id`, or tells more than a shop window shows.
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

	`reopens`: guests pass too while *Allow Guest Storefront Calls* is on. Only for what the documentation
	of the shop names (marks S and M), never for what this app has added (X).
	"""

	reopens: bool = False
	name: ClassVar[str] = "Storefront"
	# the documented decorator; `check` is what keeps guests out (ruling A4)
	allow_guest: ClassVar[bool] = True

	def check(self) -> None:
		"""Raise `frappe.PermissionError` for everybody else."""
		if not (is_shop() or (self.reopens and frappe.session.user == "Guest" and _guests_may_call())):
			raise frappe.PermissionError


@dataclass(frozen=True)
class Desk:
	"""Logged-in users of Desk who have this permission on the DocType.

	Without a DocType the method has to check the permission on the document that the call names.
	"""

	doctype: str | None = None
	permission: str = "read"
	name: ClassVar[str] = "Desk"
	allow_guest: ClassVar[bool] = False

	def check(self) -> None:
		"""Raise `frappe.PermissionError` for guests, website users, and users without the permission."""
		# the session of a token does not say what kind of user it is
		if frappe.db.get_value("User", frappe.session.user, "user_type", cache=True) != "System User":
			raise frappe.PermissionError
		if self.doctype and not frappe.has_permission(self.doctype, self.permission):
			raise frappe.PermissionError


def _guests_may_call() -> bool:
	# not from a cache: whoever switches it off wants it off now
	return bool(cint(frappe.db.get_single_value(SETTINGS, "allow_guest_storefront_calls", cache=False)))
