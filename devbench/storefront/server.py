"""The shop's server: serves the page, knows who is signed in, and calls the site with the token.

The browser says neither who the customer is nor what the token is: a cookie stands for the session, and the
session has the customer's id in Medusa.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import requests
from typing_extensions import Self
from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from devbench.serving import start_serving, stop_serving

PAGE = Path(__file__).parent / "page"
COOKIE = "shop_session"
TIMEOUT = 300
# what everybody may ask for
OF_EVERYBODY = frozenset(
	{
		"fetch_relevant_collection_products",
		"fetch_relevant_items",
		"get_all_brands",
		"get_best_deals",
		"get_clearance_items",
		"get_homepage_banners",
		"get_homepage_menu_section",
		"get_homepage_order_list",
		"get_homepage_top_section",
		"get_menu",
		"get_new_arrivals",
		"get_product_details_banner",
		"get_recommended_items",
		"get_testimonials",
		"get_top_sellers",
		"get_trending_items",
		"get_website_image",
		"get_website_items",
		"get_website_variants",
		"get_yt_videos_list",
	}
)
# what somebody does who is signed in
OF_CUSTOMERS = frozenset({"add_review_to_website_item", "handle_wishlist"})
# name of the parameter for the customer, where it is another one
CUSTOMER = {"fetch_relevant_items": "cus_id", "fetch_relevant_collection_products": "cus_id"}
POLICY = "default-src 'self'; img-src 'self' http: https:; frame-ancestors 'none'"


class Quiet(WSGIRequestHandler):
	"""Does not tell of each request."""

	def log_request(self, *_arguments: object) -> None:
		"""Say nothing."""


class Storefront:
	"""A running shop at `url`.

	Args:
		site: base URL of the site.
		token: `<API key>:<API secret>` of the storefront user.
	"""

	def __init__(self, site: str, token: str) -> None:
		self._site, self._token = site, token
		self._http = requests.Session()
		self._links: dict[str, str] = {}
		self._sessions: dict[str, str] = {}
		pages = SharedDataMiddleware(self._answer, {"/": str(PAGE)}, cache=False)
		self._server = make_server("127.0.0.1", 0, pages, threaded=True, request_handler=Quiet)
		self.url = f"http://127.0.0.1:{self._server.server_port}"

	def start(self) -> Self:
		"""Serve in a thread that ends with the process."""
		start_serving(self._server)
		return self

	def stop(self) -> None:
		"""Stop serving."""
		stop_serving(self._server)

	def __enter__(self) -> Self:
		return self.start()

	def __exit__(self, *_exception: object) -> None:
		self.stop()

	def sign_in_link(self, customer_id: str, page: str = "") -> str:
		"""Return an address that signs a browser in, once, as this customer.

		Args:
			customer_id: Medusa's id, as the login has returned it.
			page: what to open then, such as `#/wishlist`.
		"""
		key = secrets.token_urlsafe(24)
		self._links[key] = customer_id
		return f"{self.url}/sign-in?key={key}{page}"

	@Request.application
	def _answer(self, request: Request) -> Response:
		try:
			if request.path == "/":
				return self._page()
			if request.path == "/sign-in":
				return self._sign_in(request)
			if request.path == "/me":
				return _json({"signed_in": self._customer(request) is not None})
			if request.path.startswith("/api/") and request.method == "POST":
				return self._ask(request, request.path.removeprefix("/api/"))
			raise NotFound
		except HTTPException as error:
			return error.get_response(request.environ)  # type: ignore[return-value]

	def _page(self) -> Response:
		answer = Response((PAGE / "index.html").read_text(), mimetype="text/html")
		answer.headers["Content-Security-Policy"] = POLICY
		return answer

	def _sign_in(self, request: Request) -> Response:
		customer = self._links.pop(request.args.get("key", ""), None)
		if not customer:
			raise Forbidden("This link has been used.")
		session = secrets.token_urlsafe(24)
		self._sessions[session] = customer
		answer = redirect("/")
		answer.set_cookie(COOKIE, session, httponly=True, samesite="Strict")
		return answer

	def _customer(self, request: Request) -> str | None:
		return self._sessions.get(request.cookies.get(COOKIE, ""))

	def _ask(self, request: Request, name: str) -> Response:
		"""Ask the site, for the customer of the session whatever the browser says."""
		customer = self._customer(request)
		if name not in OF_EVERYBODY | OF_CUSTOMERS:
			raise NotFound
		if name in OF_CUSTOMERS and not customer:
			raise Forbidden("Sign in first.")
		sent: Any = request.get_json(silent=True)
		values = {key: value for key, value in (sent or {}).items() if key not in ("customer_id", "cus_id")}
		if customer:
			values[CUSTOMER.get(name, "customer_id")] = customer
		answer = self._http.post(
			f"{self._site}/api/method/medusa_integration.api.{name}",
			json=values,
			headers={
				"Authorization": f"token {self._token}",
				# so that the site counts the visitor's calls, not the shop's
				"X-Forwarded-For": request.remote_addr or "",
			},
			timeout=TIMEOUT,
		)
		said = answer.json()
		body = {"message": said.get("message")} if answer.ok else {"error": said.get("error")}
		return _json(body, answer.status_code)


def _json(body: dict[str, Any], status: int = 200) -> Response:
	return Response(json.dumps(body), status=status, mimetype="application/json")
