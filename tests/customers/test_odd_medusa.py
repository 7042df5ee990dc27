"""Signing up and in where Medusa's answer is none, or wants something more: a clean status, one sentence."""

from __future__ import annotations

import frappe
import pytest

from devbench.medusa.simulator import faults
from medusa_integration.api import login, sign_up
from medusa_integration.customers.otp import store as codes
from medusa_integration.customers.shop_accounts import MedusaRefused
from medusa_integration.exceptions import MedusaRejected
from tests.support.visitors import PERSON

ODD = {
	"too deep": faults.deep(),
	"an id of 141 letters": faults.answer(b'{"customer": {"id": "' + b"x" * 141 + b'"}, "token": "t"}'),
	"an id with markup": faults.answer(b'{"customer_id": "<img src=x onerror=alert(1)>", "token": "t"}'),
	"10 MB": faults.answer(b'{"customer_id": "cus_1", "message": "' + b"password " * 1_100_000 + b'"}'),
	"a list": faults.answer(b'[{"customer_id": "cus_1"}]'),
	"a firewall": faults.firewall(),
	"an error of 50,000 letters": faults.answer(
		b'{"type": "invalid_data", "message": "' + b"x" * 50_000 + b'"}', 403
	),
}
odd = pytest.mark.parametrize("fault", ODD.values(), ids=ODD)


@odd
def test_an_odd_answer_to_a_login(visitors, shop, fault):
	"""502 and one sentence; nothing of Medusa's answer."""
	visitors.configure(sign_up_route="/store/signup", login_route="/store/login")
	address = visitors.address()
	visitors.register(address)
	password = codes.stored_password(visitors.row(address))
	shop.medusa.fail("POST", "/store/login", fault, times=None)
	with pytest.raises(MedusaRejected, match=r"^Medusa rejected the request\.$"):
		login(email=address, password=password)
	shop.medusa.clear_faults()
	assert login(email=address, password=password)["customer_id"]


@odd
def test_an_odd_answer_to_a_sign_up(visitors, shop, fault):
	"""The same; the account that was made all the same is found by the next try."""
	visitors.configure(sign_up_route="/store/signup", login_route="/store/login")
	address = visitors.address()
	code = visitors.code(address)
	plan = shop.medusa.fail("POST", "/store/signup", fault, times=None)
	with pytest.raises(MedusaRejected, match=r"^Medusa rejected the request\.$"):
		sign_up(email=address, otp=code, **PERSON)
	frappe.db.rollback()
	plan.cancel()
	assert visitors.register(address)["customer_id"]


def test_a_refusal_of_50_000_letters_is_cut(visitors, shop):
	"""The caller gets 500 of them."""
	visitors.configure(login_route="/store/login")
	body = b'{"type": "invalid_data", "message": "' + b"x" * 50_000 + b'"}'
	shop.medusa.fail("POST", "/store/login", faults.answer(body, 400))
	with pytest.raises(MedusaRefused) as caught:
		login(email=visitors.address(), password="hunter2")
	assert str(caught.value) == "x" * 499 + "…" and caught.value.http_status_code == 400


@pytest.mark.parametrize(
	("body", "words"),
	[
		(b'{"verification_required": true, "token": "t"}', "the e-mail address to be verified first"),
		(b'{"mfa_required": true, "mfa_challenge": {"id": "c"}, "token": "t"}', "a second factor as well"),
	],
)
def test_a_login_that_wants_more_is_no_wrong_password(visitors, shop, body, words):
	"""Medusa v2 answers 200 with a token that stands for nobody."""
	visitors.configure(sign_up_route=None, login_route=None)
	shop.medusa.fail("POST", "/auth/customer/emailpass", faults.answer(body))
	with pytest.raises(MedusaRefused, match=f"^Medusa accepts the password, but wants {words}.$"):
		login(email=visitors.address(), password="hunter2")
