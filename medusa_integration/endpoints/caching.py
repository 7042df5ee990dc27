"""Headers about caching: browsers and proxies may store what is the same for everybody, and nothing else."""

from __future__ import annotations

import frappe
from werkzeug.wrappers import Request, Response

# key in `frappe.local.flags`: the answer of this request is the same for everybody
SHARED = "medusa_same_for_everybody"
# parameters that name a customer
OF_CUSTOMERS = ("customer_id", "cus_id")
# seconds: how long it is fresh, and how long it may be shown while it is requested again
FOR_EVERYBODY = "public, max-age=60, stale-while-revalidate=60"
FOR_NOBODY = "private, no-store"
# what Frappe derives the language, the caller, and the permission for pages of other sites from
DEPENDS_ON = ("Accept-Language", "Authorization", "Cookie", "Origin")


def note(*, is_shared: bool) -> None:
	"""Note whether the answer of this request is the same for everybody.

	Args:
		is_shared: the endpoint returns the same to everybody, except to the shop's server and for a customer.
	"""
	request = frappe.request
	frappe.local.flags[SHARED] = (
		is_shared
		and request.method == "GET"
		and frappe.session.user == "Guest"
		and "Authorization" not in request.headers
		# a proxy finds a response by its address, which does not include a body
		and not request.get_data()
		and not any(request.args.get(name) for name in OF_CUSTOMERS)
	)
	if frappe.local.flags[SHARED]:
		# Frappe adds this for the owner of an expired session, and others must not get it
		frappe.local.response.pop("session_expired", None)


def label(response: Response, request: Request) -> None:
	"""Set the headers about caching, and make a response 304 if the caller already has it."""
	if not (frappe.local.flags.get(SHARED) and response.status_code == 200):
		response.headers["Cache-Control"] = FOR_NOBODY
		return
	response.headers["Cache-Control"] = FOR_EVERYBODY
	response.vary.update(DEPENDS_ON)
	# Frappe 16 replaces it in a response to a page of another site
	if (headers := getattr(frappe.local, "response_headers", None)) is not None:
		headers["Vary"] = response.headers["Vary"]
	# a proxy would send a guest's cookies to others, and so log them out; Frappe 15 adds them last
	if cookies := getattr(frappe.local, "cookie_manager", None):
		cookies.cookies.clear()
		cookies.to_delete.clear()
	response.add_etag()
	response.make_conditional(request)
