"""A customer of the shop on the whole way: how the shop's server and the people at the desk call the site.

way.shop_calls("create_quotation", customer_id=..., ...)     with the key of the shop's user
way.desk_saves("Quotation", name, items=...)                 as a user with the role Sales User
way.order_in_medusa(order_id)                                what Medusa holds of an order now
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import frappe
import requests

from tests.support.quotes import Quotes
from tests.support.sales import Sales
from tests.support.site_process import SiteProcess
from tests.support.visitors import PERSON, Visitors

if TYPE_CHECKING:
	from frappe.model.document import Document

# what a worker does with one job of the queue, in a process of its own
PERFORM = """
from frappe.utils.background_jobs import get_redis_conn
from rq.job import Job
Job.fetch({id!r}, connection=get_redis_conn()).perform()
"""


class WholeWay:
	"""One customer. Whoever acts does so over HTTP, except for what follows an order within ERPNext."""

	def __init__(
		self,
		visitors: Visitors,
		quotes: Quotes,
		sales: Sales,
		run_on_site: Callable[[str], SiteProcess],
	) -> None:
		self.visitors, self.quotes, self.sales = visitors, quotes, sales
		self.shop, self.medusa = quotes.shop, quotes.medusa
		self._run_on_site = run_on_site

	# -- the shop's server -----------------------------------------------------------------------------------

	def shop_calls(self, endpoint: str, **values: Any) -> Any:
		"""What an endpoint answers to the shop's server, which has its key and no right on any document."""
		answer = self.visitors.call(endpoint, headers=self.shop.sign_in("Medusa Storefront"), **values)
		return _message(answer)

	def perform_job(self, medusa_id: str) -> dict[str, Any]:
		"""Have the job done that the sign-up of this customer has put into the queue `default`;
		its arguments.
		"""
		from frappe.utils.background_jobs import get_queue

		(job,) = [
			job
			for job in get_queue("default").get_jobs()
			if job.kwargs["method"] == "medusa_integration.api.insert_lead"
			and job.kwargs["kwargs"]["data"]["id"] == medusa_id
		]
		process = self._run_on_site(PERFORM.format(id=job.id))
		output = process.communicate(timeout=600)[0]
		assert process.returncode == 0, output
		arguments = job.kwargs["kwargs"]
		job.delete()
		return arguments

	# -- the people at the desk ------------------------------------------------------------------------------

	def item(self, price: float, *, tax: str | None = None) -> Document:
		"""A Website Item of the shop with its standard price, which Medusa has as a product."""
		item = self.shop.item(is_stock_item=0, taxes=[{"item_tax_template": tax}] if tax else [])
		document = self.shop.website_item(item)
		self.quotes.price(item.name, price)
		self.shop.drain()
		return document.reload()

	def desk_saves(self, doctype: str, name: str, change: Callable[[dict[str, Any]], None]) -> None:
		"""A seller opens a document, changes it, and saves it."""
		url = f"{self.visitors.server}/api/resource/{quote(doctype)}/{quote(name, safe='')}"
		headers = self.shop.sign_in("Sales User")
		document = _body(requests.get(url, headers=headers, timeout=300))["data"]
		change(document)
		_body(requests.put(url, json=document, headers=headers, timeout=300))

	def desk_presses(self, button: str, **values: Any) -> Any:
		"""What a button answers to a seller."""
		return _message(self.visitors.call(button, headers=self.shop.sign_in("Sales User"), **values))

	# -- what came of it -------------------------------------------------------------------------------------

	def read(self, doctype: str, name: str) -> Document:
		"""The document as it is now, whoever has committed it."""
		frappe.db.rollback()
		return frappe.get_doc(doctype, name)

	def bodies(self, route: str) -> list[dict[str, Any]]:
		"""What was sent to `/store/<route>-update`, oldest first, by the Medusa Request Log."""
		return [json.loads(row.payload) for row in self.shop.log(url=("like", f"%/store/{route}-update?%"))]

	def signed_in(self, session: dict[str, Any]) -> dict[str, Any]:
		"""Whom Medusa takes the bearer of a login's answer for."""
		headers = {"Authorization": f"Bearer {session.get('token') or session['access_token']}"}
		if self.medusa.publishable_key:
			headers["x-publishable-api-key"] = self.medusa.publishable_key
		answer = requests.get(f"{self.medusa.url}/store/customers/me", headers=headers, timeout=300)
		return _body(answer)["customer"]

	def quotation_in_medusa(self, quotation_id: str) -> dict[str, Any] | None:
		"""Medusa's record of a quotation, after what is due was sent."""
		self.shop.drain()
		return self.medusa.quotation_update(quotation_id)

	def order_in_medusa(self, order_id: str) -> dict[str, Any]:
		"""Medusa's record of an order, after what is due was sent; without the time that its route adds."""
		self.shop.drain()
		told = self.medusa.order_update(order_id)
		return {key: value for key, value in told.items() if key != "updated_at"}


def signs_up(way: WholeWay, address: str) -> Document:
	"""A code by mail, and the account in Medusa; the queue's worker makes the Lead."""
	sent = way.shop_calls("send_otp", email=address, isLogin=False)
	assert sent == {"message": "OTP sent successfully", "isSuccess": 1}
	code = way.visitors.code_in_mail(address)
	verified = way.shop_calls("verify_otp", email=address, user_otp=code)
	assert verified["message"] == "OTP verified successfully"
	medusa_id = way.shop_calls("sign_up", email=address, otp=code, **PERSON)["customer_id"]
	frappe.db.rollback()
	assert not frappe.db.exists("Lead", {"medusa_id": medusa_id})

	data = {**PERSON, "id": medusa_id, "email": address, "t_c_acceptance": 1}
	assert way.perform_job(medusa_id) == {"data": data}
	lead = way.read("Lead", {"medusa_id": medusa_id})
	assert (lead.first_name, lead.last_name, lead.email_id) == ("Shop", "Visitor", address)
	assert (lead.mobile_no, lead.company_name) == (PERSON["mobile"], PERSON["organization_name"])
	assert (lead.status, lead.t_c_acceptance) == ("Lead", 1)
	assert (lead.get("source") or lead.get("utm_source")) == "Alfarsi Website"
	return lead


def logs_in(way: WholeWay, address: str, medusa_id: str) -> None:
	"""With another code: Medusa knows the bearer of its answer, and what was entered at the sign-up."""
	way.shop_calls("send_otp", email=address, isLogin=True)
	session = way.shop_calls("login", email=address, otp=way.visitors.code_in_mail(address))
	assert session["customer_id"] == medusa_id
	customer = way.signed_in(session)
	assert (customer["id"], customer["email"]) == (medusa_id, address)
	assert (customer["first_name"], customer["phone"]) == (PERSON["first_name"], PERSON["mobile"])


def ask(way: WholeWay, party: Document, *lines: Any, **values: Any) -> Document:
	"""The draft that the shop's request has made."""
	request = way.quotes.request(party, *lines, **values)
	answer = way.shop_calls("create_quotation", **request)
	assert way.shop_calls("create_quotation", **request) == answer
	quotation = way.read("Quotation", answer["quotationId"])
	assert (quotation.docstatus, quotation.quotation_to) == (0, party.doctype)
	assert quotation.party_name == party.name
	assert quotation.medusa_quotation_id == request["quotation_id"]
	assert quotation.medusa_draft_order_id == request["draft_order_id"]
	return quotation


def _body(answer: requests.Response) -> dict[str, Any]:
	assert answer.status_code == 200, answer.text
	return answer.json()


def _message(answer: requests.Response) -> Any:
	return _body(answer)["message"]
