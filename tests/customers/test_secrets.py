"""No code and no password lies in the clear: in no table, no job, no cache, no log, no file, no answer."""

from __future__ import annotations

import logging
import re

import frappe
import pytest
from frappe.utils.background_jobs import get_queues

from devbench.medusa.simulator import faults
from medusa_integration.api import login, sign_up
from medusa_integration.customers.lead import insert_waiting_leads
from medusa_integration.customers.otp import store as codes
from tests.support.secrets import Places, tables_with
from tests.support.visitors import PERSON


@pytest.fixture
def places(site_under_test):
	return Places(site_under_test.sites_path, site_under_test.logs)


@pytest.fixture
def answers(over_http, monkeypatch):
	"""What all calls over HTTP have answered."""
	texts = []
	call = over_http.call

	def remember(*arguments, **values):
		answer = call(*arguments, **values)
		texts.append(answer.text)
		return answer

	monkeypatch.setattr(over_http, "call", remember)
	return texts


def test_the_search_finds_what_is_there(over_http, places, shop, site_under_test):
	"""Else it would prove nothing: a secret in a table, in a job, in the cache, in a log."""
	secret = f"hunter2-{shop.mark}"
	over_http.site.new("ToDo", description=f'{{"password": "{secret}"}}')
	frappe.db.commit()
	before = places.of(secret)
	assert "tabToDo" in before
	frappe.cache.hset("medusa_test", "a", {"password": secret})
	frappe.enqueue("frappe.ping", queue="long", password=secret)
	log = site_under_test.logs / "of-this-test.log"
	log.parent.mkdir(exist_ok=True)
	log.write_text(f"password={secret}\n")
	try:
		found = places.of("nothing", secret)
	finally:
		frappe.cache.delete_value("medusa_test")
		log.unlink()
		for job in frappe.utils.background_jobs.get_queue("long").get_jobs():
			if secret in str(job.kwargs):
				job.delete()
	more = found - before
	assert "file: of-this-test.log" in more
	for key in ("medusa_test", "rq:job:"):
		assert any(place.startswith("Redis: ") and key in place for place in more), more


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_nowhere(over_http, shop, places, answers):
	"""The way of a visitor, with whatever can go wrong on it:
	while a code is valid it is in its mail alone.
	"""
	address, call = over_http.address(), over_http.call
	typed = [f"hunter{number}-{shop.mark}" for number in range(3)]
	call("send_otp", email=address, isLogin=False)
	code = over_http.code_in_mail(address)
	assert places.of(code) == {"tabEmail Queue"}

	call("verify_otp", email=address, user_otp=code)
	for fault in (faults.status(500), faults.html(200), faults.lost_answer()):
		shop.medusa.fail("POST", "/store/signup", fault)
		assert call("sign_up", email=address, otp=code, **PERSON).status_code == 502
	assert call("sign_up", email=address, otp=code, **PERSON, mobil="x").status_code == 200
	insert_waiting_leads()
	passwords = {request.body["password"] for request in shop.medusa.sent("POST", "/store/signup")}
	assert len(passwords) == 1

	call("send_otp", email=address, isLogin=True)
	second = over_http.code_in_mail(address)
	shop.medusa.fail("POST", "/store/login", faults.status(500))
	assert call("login", email=address, otp=second).status_code == 502
	assert call("login", email=address, otp=second).status_code == 200
	assert call("login", email=address, password=typed[0]).status_code == 401
	shop.medusa.fail("POST", "/store/login", faults.status(500))
	assert call("login", email=address, password=typed[1]).status_code == 502
	over_http.site.set_single("Medusa Configuration", url="not an address")
	shop.set()
	assert call("login", email=address, password=typed[2]).status_code >= 500

	secrets = [code, second, *passwords, *typed]
	assert places.of(*secrets) == set()
	told = "\n".join(answers)
	assert not any(re.search(rf"\b{re.escape(secret)}\b", told) for secret in secrets)


def test_no_code_and_no_password_lies_anywhere(visitors, shop, monkeypatch, caplog):
	"""While a code is valid it is in its mail alone, and gone from there once it is used;
	a password never is.
	"""
	made = []
	monkeypatch.setattr(codes, "code_of", lambda _email, _salt: "918273")
	kept = codes.keep_password
	monkeypatch.setattr(
		codes, "keep_password", lambda row, password: made.append(password) or kept(row, password)
	)
	caplog.set_level(logging.DEBUG)
	address = visitors.address()

	code = visitors.code(address)
	assert code == "918273"
	assert tables_with(code) == {"tabEmail Queue"}
	answer = sign_up(email=address, otp=code, **PERSON)
	frappe.db.commit()
	code = visitors.code(address, login=True)
	session = login(email=address, otp=code)
	frappe.db.commit()

	secrets = ["918273", *made]
	assert len(made) == 1 and shop.medusa.sent("POST", "/store/signup")[0].body["password"] == made[0]
	for secret in secrets:
		assert tables_with(secret) == set()
		assert secret not in caplog.text
		assert secret not in f"{answer} {session}"
		for queue in get_queues():
			assert not any(secret in f"{job.kwargs} {job.description}" for job in queue.get_jobs() if job)
	assert len(shop.log(url=("like", "%/store/signup"))) == 1
	assert shop.log()[-1].voucher_type == "Email OTP"


def test_the_hash_is_worth_nothing_without_the_sites_key(visitors, monkeypatch):
	"""A copy of the table alone does not give the code away by trying all million."""
	address = visitors.address()
	code = visitors.code(address)
	row = visitors.row(address)
	assert codes._hash(address, code, row.salt) == row.otp_hash
	assert codes.code_of(address, row.salt) == code
	monkeypatch.setattr(codes, "get_encryption_key", lambda: "another key")
	assert codes._hash(address, code, row.salt) != row.otp_hash
	others = {codes.code_of(address, f"{row.salt}{number}") for number in range(3)}
	assert len({codes.code_of(address, row.salt), *others} - {code}) >= 3
