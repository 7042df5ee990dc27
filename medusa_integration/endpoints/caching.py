"""Who may keep an answer: browsers and proxies what is the same for everybody, nobody anything else."""

from __future__ import annotations

import frappe
from werkzeug.wrappers import Request, Response

# key in `frappe.local.flags`: the answer of this request is the same for everybody
SHARED = "medusa_same_for_everybody"
# whoever sends one of these asks for a customer
OF_CUSTOMERS = ("customer_id", "cus_id")
# seconds: how long it is fresh, and how long it may be shown while it is asked for anew
FOR_EVERYBODY = "public, max-age=60, stale-while-revalidate=60"
FOR_NOBODY = "private, no-store"
# what Frappe chooses the language by, what says who calls, and from which other site's page
DEPENDS_ON = ("Accept-Language", "Authorization", "Cookie", "Origin")


def note(*, is_shared: bool) -> None:
	"""Note whether the answer of this request is the same for everybody.

	Args:
		is_shared: the endpoint answers everybody the same, unless the shop's server asks, or for a customer.
	"""
	request = frappe.request
	frappe.local.flags[SHARED] = (
		is_shared
		and request.method == "GET"
		and frappe.session.user == "Guest"
		and "Authorization" not in request.headers
		# a proxy knows an answer by the address: a body would ask for another one
		and not request.get_data()
		and not any(request.args.get(name) for name in OF_CUSTOMERS)
	)
	if frappe.local.flags[SHARED]:
		# Frappe tells the owner of an old cookie, and nobody else is to read it
		frappe.local.response.pop("session_expired", None)


def label(response: Response, request: Request) -> None:
	"""Write into the headers of an answer who may keep it, and answer 304 to whoever has it already."""
	if not (frappe.local.flags.get(SHARED) and response.status_code == 200):
		response.headers["Cache-Control"] = FOR_NOBODY
		return
	response.headers["Cache-Control"] = FOR_EVERYBODY
	response.vary.update(DEPENDS_ON)
	# Frappe 16 replaces it in an answer to another site's page
	if (headers := getattr(frappe.local, "response_headers", None)) is not None:
		headers["Vary"] = response.headers["Vary"]
	# a proxy would hand a guest's cookies to whoever is logged in, and log them out; Frappe 15 adds them last
	if cookies := getattr(frappe.local, "cookie_manager", None):
		cookies.cookies.clear()
		cookies.to_delete.clear()
	response.add_etag()
	response.make_conditional(request)
