"""No code and no password lies in the clear: in no table, no job, no cache, no log, no file, no answer."""

from __future__ import annotations

import re

import pytest

from devbench.medusa.simulator import faults
from medusa_integration.customers.lead import insert_waiting_leads
from tests.support.secrets import Places
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
	import frappe

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
