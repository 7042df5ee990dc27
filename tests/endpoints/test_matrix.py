"""Every endpoint of the app over HTTP, by each kind of caller, with guests kept out and let in."""

from __future__ import annotations

import inspect

import frappe
import pytest

from medusa_integration import api
from medusa_integration.endpoints import Desk, Public, Signed

NOT_PERMITTED = "Not permitted."
CALLERS = (None, "website user", "other desk user", "seller", "manager", "system manager", "storefront")
SHOP = ("system manager", "storefront")
OF_DESK = ("other desk user", "seller", "manager", "system manager")
# these need no parameters and make documents at once: whom they let in is shown where they are tested
NOT_CALLED = ("create_storefront_user", "add_top_selling_items_to_collection")


@pytest.fixture(scope="module")
def endpoints():
	"""By the paths by which they are called."""
	return {f"{api.__name__}.{name}": fn for name, fn in sorted(vars(api).items()) if hasattr(fn, "endpoint")}


def is_admitted(fn, who, user, is_open):
	"""As the documentation words the classes."""
	access = fn.endpoint.access
	if isinstance(access, Public):
		return True
	if isinstance(access, Desk):
		if who not in OF_DESK:
			return False
		if access.roles and set(access.roles).isdisjoint(frappe.get_roles(user)):
			return False
		return not access.doctype or frappe.has_permission(access.doctype, access.permission, user=user)
	return who in SHOP or (who is None and is_open and access.reopens)


def required(fn):
	"""The first parameter that has to be sent."""
	for name, parameter in fn.endpoint.signature.parameters.items():
		if parameter.default is inspect.Parameter.empty:
			return name
	return None


@pytest.mark.contract(158)
@pytest.mark.parametrize("is_open", [0, 1])
def test_whom_each_endpoint_lets_in(call, refused, settings, headers, endpoints, is_open):
	"""The others get 403 and one sentence, whatever they send; who gets in is told what is missing."""
	settings(allow_guest_storefront_calls=is_open, public_rate_limit=100_000, enable=0)
	users = {}
	for who in CALLERS:
		token = headers(who).get("Authorization", "")
		key = token.removeprefix("token ").partition(":")[0]
		users[who] = frappe.db.get_value("User", {"api_key": key}) if key else "Guest"
	seen = {True: 0, False: 0}
	for path, fn in endpoints.items():
		if isinstance(fn.endpoint.access, Signed):
			continue  # below
		for who in CALLERS:
			admitted = is_admitted(fn, who, users[who], is_open)
			if admitted and fn.__name__ in NOT_CALLED:
				continue
			seen[admitted] += 1
			answer = call(who, path)
			where = f"{path} by {who or 'a guest'}: {answer.status_code} {answer.text[:300]}"
			if not admitted:
				assert answer.status_code == 403, where
				refused(answer, 403, NOT_PERMITTED, "PermissionError")
				continue
			name = required(fn)
			if name:
				assert answer.status_code == 400, where
				refused(answer, 400)
				assert "is required" in answer.json()["error"] or "must be" in answer.json()["error"], where
			elif answer.status_code != 200:
				assert answer.status_code in (400, 404, 409, 417, 503), where
				refused(answer, answer.status_code)
			else:
				assert "error" not in answer.json(), where
	assert len(endpoints) > 30 and min(seen.values()) > 50, (len(endpoints), seen)


@pytest.mark.parametrize("who", CALLERS)
def test_who_is_signed_in_has_to_sign_all_the_same(call, refused, settings, endpoints, who):
	"""No role opens what only the plugin may send."""
	settings(public_rate_limit=100_000)
	signed = {path: fn for path, fn in endpoints.items() if isinstance(fn.endpoint.access, Signed)}
	assert list(signed) == ["medusa_integration.api.receive_medusa_event"]
	for path, fn in signed.items():
		refused(call(who, path), 415)
		kind = {"Content-Type": fn.endpoint.access.content_type}
		refused(call(who, path, data=b"{}", headers_too=kind), 401, exc_type="AuthenticationError")
		assert call(who, path, method="GET").status_code == 403
