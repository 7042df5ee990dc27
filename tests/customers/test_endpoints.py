"""Sign-up and login over HTTP: who may call, what the answers look like, how often, and what never leaves."""

from __future__ import annotations

import frappe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devbench.medusa.simulator import faults
from medusa_integration import api
from medusa_integration.exceptions import ValidationError
from tests.support.visitors import PERSON

NOT_PERMITTED = "Not permitted."
NO_ANSWER = {"Traceback", 'File "', "SELECT ", "INSERT ", "pymysql", "MySQLdb"}


def refused(answer, status, sentence=None):
	assert answer.status_code == status, answer.text
	assert set(answer.json()) == {"exc_type", "_server_messages", "error"}
	assert sentence is None or answer.json()["error"] == sentence
	assert not any(word in answer.text for word in NO_ANSWER)


@pytest.mark.contract(127)
def test_the_whole_way_of_a_guest(over_http, shop):
	"""A code by mail, verified, the sign-up, the login by password and by a new code."""
	address = over_http.address()
	sent = over_http.call("send_otp", email=address, isLogin="no")
	assert sent.json()["message"] == {"message": "OTP sent successfully", "isSuccess": 1}
	code = over_http.code_in_mail(address)
	wrong = over_http.call("verify_otp", email=address, user_otp=f"{(int(code) + 1) % 10**6:06}").json()[
		"message"
	]
	assert wrong == {"otp_name": None, "message": "Invalid OTP or email"}
	verified = over_http.call("verify_otp", email=address, user_otp=code).json()["message"]
	assert verified == {"otp_name": over_http.row(address).name, "message": "OTP verified successfully"}
	answer = over_http.call("sign_up", email=address, otp=code, **PERSON)
	assert answer.status_code == 200, answer.text
	(customer,) = shop.medusa.app.customers
	assert answer.json()["message"]["customer_id"] == customer["id"]
	assert "password" not in answer.text
	if shop.site.is_ours:
		assert [job["data"]["id"] for job in over_http.jobs()] == [customer["id"]]
	assert shop.tasks() == {"Pending": 1}
	refused(over_http.call("sign_up", email=address, otp=code, **PERSON), 400, "Invalid OTP or email")
	refused(over_http.call("login", email=address, password="x"), 401, "Invalid email, password or OTP")
	over_http.call("send_otp", email=address, isLogin=1)
	answer = over_http.call("login", email=address, otp=over_http.code_in_mail(address))
	assert answer.json()["message"]["token"]
	assert shop.log(url=("like", "%/store/login"))[-1].response.count("***") == 1


@pytest.mark.parametrize("endpoint", ["send_otp", "verify_otp", "sign_up", "login"])
def test_writing_needs_a_post(over_http, endpoint):
	import requests

	url = f"{over_http.server}/api/method/medusa_integration.api.{endpoint}"
	refused(requests.get(url, params={"email": "a@example.com"}, timeout=300), 403)


@pytest.mark.parametrize("name", ["get_otp", "insert_lead", "customer_before_insert"])
def test_what_is_no_endpoint(over_http, shop, name):
	answer = over_http.call(name, headers=shop.sign_in("System Manager"), data={"id": "cus_1"})
	assert answer.status_code in (403, 404), answer.text


def test_the_mail_for_a_password_is_for_the_shop_alone(over_http, shop):
	"""It was added by this app, so guests stay out with the switch on, too."""
	shop.set(allow_guest_storefront_calls=1)
	values = {"email": over_http.address(), "token": "abc"}
	for who in (None, "Medusa Manager", "Sales Manager"):
		headers = shop.sign_in(who) if who else None
		refused(over_http.call("send_password_reset_email", headers=headers, **values), 403, NOT_PERMITTED)
	answer = over_http.call("send_password_reset_email", headers=shop.sign_in("Medusa Storefront"), **values)
	assert answer.json()["message"] == {"status": "success", "message": "Email sent"}


def test_a_customer_of_erpnext_is_linked_by_the_shop_alone(over_http, shop):
	"""`erp_customer_id`: from anybody else it is as if it were not there.

	And only where the address is the Customer's: see test_proposals.
	"""
	customer = over_http.site.new("Customer", customer_name=shop.name("Clinic"))
	frappe.db.commit()
	address = over_http.address()
	values = {"email": address, "otp": over_http.code(address), "erp_customer_id": customer.name}
	assert over_http.call("sign_up", **values, **PERSON).status_code == 200
	frappe.db.rollback()
	assert frappe.db.get_value("Customer", customer.name, "medusa_id") is None
	assert shop.medusa.sent("POST", "/store/signup")[-1].body["erp_customer_id"] is None

	address, headers = over_http.address(), shop.sign_in("Medusa Storefront")
	frappe.db.set_value("Customer", customer.name, "email_id", address)
	frappe.db.commit()
	values |= {"email": address, "otp": over_http.code(address)}
	unknown = {**values, "erp_customer_id": "nobody"}
	refused(over_http.call("sign_up", headers=headers, **unknown, **PERSON), 404, "Customer not found.")
	answer = over_http.call("sign_up", headers=headers, **values, **PERSON).json()["message"]
	frappe.db.rollback()
	assert frappe.db.get_value("Customer", customer.name, "medusa_id") == answer["customer_id"]
	assert shop.medusa.sent("POST", "/store/signup")[-1].body["erp_customer_id"] == customer.name


@pytest.mark.parametrize(
	("fault", "status", "sentence"),
	[
		(faults.status(400, body=b'{"type":"x","message":"No more clinics"}'), 400, "No more clinics"),
		(faults.status(500), 502, "Medusa rejected the request."),
		(faults.html(200), 502, "Medusa rejected the request."),
		(faults.status(504), 504, "Gateway Time-out from target server"),
	],
)
def test_what_medusa_says(over_http, shop, fault, status, sentence):
	"""The code can be used again: also after errors that came over HTTP."""
	shop.set(medusa_version=shop.medusa.generation)
	address = over_http.address()
	code = over_http.code(address)
	shop.medusa.fail("POST", "/store/signup", fault)
	refused(over_http.call("sign_up", email=address, otp=code, **PERSON), status, sentence)
	assert shop.tasks() == {}
	assert len(shop.log(status="Failure")) == 1
	assert over_http.call("sign_up", email=address, otp=code, **PERSON).status_code == 200


def test_sending_is_off(over_http, shop):
	shop.set(enable=0)
	answer = over_http.call("sign_up", email=over_http.address(), otp="123456", **PERSON)
	refused(answer, 503, "Medusa integration is disabled.")


@pytest.mark.parametrize(
	"missing", ["email", "first_name", "last_name", "mobile", "otp", "organization_name"]
)
def test_what_a_sign_up_needs(over_http, missing):
	values = {**PERSON, "email": "a@example.com", "otp": "123456", missing: " "}
	refused(over_http.call("sign_up", **values), 400, f"{missing} is required.")


@pytest.mark.parametrize("name", ["first_name", "last_name", "organization_name"])
def test_a_name_that_no_document_can_have(site, name):
	"""Frappe takes no angle brackets in what a Contact or Customer is named after:
	said before Medusa is asked.

	What a guest sends has its brackets written out by Frappe; the shop's server may send them.
	"""
	values = {**PERSON, "email": "a@example.com", "otp": "123456", name: "a < b"}
	with pytest.raises(ValidationError, match=f"{name} must not contain < or >."):
		api.sign_up(**values)


def test_a_wrong_try_over_http_is_counted(over_http):
	"""The answer is an error, and its rollback takes nothing back."""
	address = over_http.address()
	code = over_http.code(address)
	wrong = f"{(int(code) + 1) % 10**6:06}"
	refused(over_http.call("sign_up", email=address, otp=wrong, **PERSON), 400, "Invalid OTP or email")
	refused(over_http.call("login", email=address, otp=wrong), 401, "Invalid email, password or OTP")
	assert over_http.row(address).attempts == 2


# -- how often -----------------------------------------------------------------------------------------------


def test_another_code_has_to_wait(over_http):
	over_http.configure(otp_resend_seconds=300)
	address = over_http.address()
	assert over_http.call("send_otp", email=address, isLogin=False).status_code == 200
	answer = over_http.call("send_otp", email=address, isLogin=False)
	refused(answer, 429, "Please wait before requesting another OTP.")
	answer = over_http.call("send_otp", email=over_http.address("nobody"), isLogin=True)
	assert answer.status_code == 200


def test_mails_an_hour(over_http, shop):
	"""Per address of the caller; and per e-mail address in whatever case, also for the shop's server."""
	over_http.configure(otp_requests_per_hour=2)
	for _time in range(2):
		assert over_http.call("send_otp", email=over_http.address(), isLogin=False).status_code == 200
	refused(over_http.call("send_otp", email=over_http.address(), isLogin=False), 429)
	address, headers = over_http.address(), shop.sign_in("Medusa Storefront")
	for email in (address, address.upper()):
		answer = over_http.call("send_otp", headers=headers, email=email, isLogin=False)
		assert answer.status_code == 200
	refused(over_http.call("send_otp", headers=headers, email=address.title(), isLogin=False), 429)


def test_tries_an_hour(over_http, shop):
	over_http.configure(auth_attempts_per_hour=2)
	address, headers = over_http.address(), shop.sign_in("Medusa Storefront")
	for _time in range(2):
		refused(over_http.call("login", headers=headers, email=address, password="x"), 401)
	sentence = "Too many requests. Please try again later."
	refused(over_http.call("login", headers=headers, email=address.upper(), password="x"), 429, sentence)
	assert len(shop.medusa.sent("POST", "/store/login")) == 2


# -- what never leaves ---------------------------------------------------------------------------------------


def test_an_error_of_ours_tells_neither_code_nor_password(over_http, shop):
	"""The Error Log has the traceback, without what was typed in."""
	frappe.db.set_value("Email Account", "Shop Mails", "email_id", None)
	over_http.site.set_single("Medusa Configuration", email_account=None, url="not an address")
	frappe.db.commit()
	answer = over_http.call("login", email="a@example.com", password="hunter2hunter2")
	assert "hunter2" not in answer.text
	address = over_http.address()
	over_http.site.new("Email OTP", email=address, expiration_time="2000-01-01")
	frappe.db.set_value("Email OTP", {"email": address}, {"otp_hash": "ü", "status": "Pending", "salt": "s"})
	frappe.db.set_value("Email OTP", {"email": address}, "expiration_time", "2999-01-01")
	frappe.db.commit()
	# a hash that is none cannot be compared, which nothing foresees
	answer = over_http.call("sign_up", email=address, otp="918273", **PERSON)
	assert answer.status_code in (500, 503), answer.text
	frappe.db.rollback()
	for error in frappe.get_all("Error Log", {"creation": (">=", over_http.site.started_at)}, pluck="error"):
		assert "918273" not in error and "hunter2" not in error


JUNK = st.one_of(
	st.none(),
	st.booleans(),
	st.integers(),
	st.floats(allow_nan=False, allow_infinity=False),
	st.text(max_size=200),
	st.sampled_from(["%", "' OR 1=1 --", "a@example.com' --", {"$ne": 1}, ["like", "%"], ["!=", ""], {}]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
	endpoint=st.sampled_from(["send_otp", "verify_otp", "sign_up", "login"]),
	values=st.dictionaries(
		st.sampled_from(["email", "isLogin", "user_otp", "otp", "password", "mobile", "first_name"]), JUNK
	),
)
def test_junk_is_refused_in_one_sentence(over_http, endpoint, values):
	"""No e-mail address of these is anybody's, so that nothing can be done with them."""
	answer = over_http.call(endpoint, **values)
	assert answer.status_code in (200, 400, 401), answer.text
	if answer.status_code != 200:
		refused(answer, answer.status_code)
	assert frappe.db.count("Lead", {"creation": (">=", over_http.site.started_at)}) == 0
