"""Who may call what: each class, by each kind of caller, over HTTP."""

from __future__ import annotations

import json

import frappe
import pytest

NOT_PERMITTED = "Not permitted."
EVERYBODY = (None, "website user", "other desk user", "manager", "system manager", "storefront")
SHOP = ("system manager", "storefront")


@pytest.mark.parametrize("who", EVERYBODY)
def test_public(call, who):
	"""Anyone; but only the shop speaks for a customer."""
	answer = call(who, "shop_window", json={"customer_id": "cus_1"})
	assert answer.status_code == 200
	assert answer.json()["message"]["customer_id"] == ("cus_1" if who in SHOP else None)


@pytest.mark.contract(158)
@pytest.mark.parametrize("name", ["documented", "added_by_us"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_storefront(call, refused, who, name):
	"""Ruling A4: guests reach the check, and are refused by it."""
	answer = call(who, name, json={"customer_id": "cus_1"})
	if who in SHOP:
		assert answer.status_code == 200
	else:
		refused(answer, 403, NOT_PERMITTED, "PermissionError")


@pytest.mark.contract(158)
def test_storefront_with_the_switch_on(call, refused, settings):
	"""It lets guests into what the documentation names, and nobody else; off again, it is off at once."""
	settings(allow_guest_storefront_calls=1)
	assert call(None, "documented", json={"customer_id": "cus_1"}).status_code == 200
	refused(call(None, "added_by_us"), 403, NOT_PERMITTED)
	for who in ("website user", "other desk user", "manager"):
		refused(call(who, "documented", json={"customer_id": "cus_1"}), 403, NOT_PERMITTED)
	settings(allow_guest_storefront_calls=0)
	refused(call(None, "documented", json={"customer_id": "cus_1"}), 403, NOT_PERMITTED)


@pytest.mark.parametrize("who", EVERYBODY)
def test_desk(call, refused, who):
	"""Only people of Desk with the permission on the DocType: also not the shop's user."""
	answer = call(who, "of_desk")
	if who in ("manager", "system manager"):
		assert answer.json()["message"] == "answer"
	else:
		refused(answer, 403, NOT_PERMITTED, "PermissionError")


@pytest.mark.parametrize("name", ["shop_window", "documented", "added_by_us", "of_desk"])
def test_a_wrong_token(call, refused, settings, name):
	"""Frappe's own answer, even where guests may call."""
	settings(allow_guest_storefront_calls=1)
	refused(call("wrong token", name), 401, exc_type="AuthenticationError")


def test_access_comes_first(call, refused):
	"""Who may not call learns nothing about parameters or bodies."""
	refused(call(None, "documented", json={}), 403)
	refused(call(None, "documented", json=[1]), 403)
	refused(call("manager", "documented", json={"customer_id": [1]}), 403)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["note", "of_desk"])
def test_writes_are_posts(call, refused, method, name):
	refused(call("system manager", name, method=method, params={"text": "x"}), 403, NOT_PERMITTED)


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("POST", 200), ("PUT", 403), ("DELETE", 403)])
def test_reads_are_gets_and_posts(call, method, status):
	answer = call("storefront", "documented", method=method, params={"customer_id": "cus_1"})
	assert answer.status_code == status


@pytest.mark.parametrize("how", ["cmd", "v1", "v2"])
def test_other_ways_in(call, door, how):
	"""However a function is addressed, the same door is in front of it."""
	import requests

	from tests.support.endpoints import PATH

	if how == "cmd":
		answer = requests.post(
			f"{door}/", data={"cmd": f"{PATH}.documented", "customer_id": "x"}, timeout=300
		)
	else:
		answer = call(None, "documented", api=f"/api/{how}", json={"customer_id": "x"})
	assert answer.status_code == 403
	assert answer.json()["error"] == NOT_PERMITTED
	assert "Traceback" not in answer.text


@pytest.mark.parametrize("who", ["storefront", "system manager"])
def test_a_document_has_no_methods_of_ours(door, headers, who):
	"""What a form's button does is an endpoint; no document has another way in, for nobody."""
	import requests

	for method in ("validate", "on_update"):
		data = {"dt": "Medusa Configuration", "dn": "Medusa Configuration", "method": method}
		url = f"{door}/api/method/run_doc_method"
		assert requests.post(url, data=data, headers=headers(who), timeout=300).status_code == 403


def test_a_button_of_the_settings(call, site):
	site.set_single("Medusa Configuration", url=None)
	frappe.db.commit()
	answer = call("system manager", "medusa_integration.api.test_connection")
	assert answer.json()["message"] == {"ok": False, "message": "Enter the Medusa URL first."}


def test_an_endpoint_that_calls_others(call, refused):
	"""The plain function asks nobody; an endpoint always checks, whoever calls it."""
	answer = call("storefront", "outer", json={"text": "inner"})
	assert answer.json()["message"] == "plain inner", answer.text
	answer = call("storefront", "outer", json={"text": "inner", "through": "endpoint"})
	refused(answer, 403, NOT_PERMITTED, "PermissionError")


@pytest.mark.parametrize("api", ["/api", "/api/v1", "/api/v2"])
def test_success_is_frappes_envelope(call, api):
	body = call("storefront", "documented", api=api, json={"customer_id": " cus_1 "}).json()
	assert body["data" if api == "/api/v2" else "message"] == "cus_1"


def test_without_a_request_there_is_no_door(site):
	"""Console, jobs and document events call the function itself, with the same types."""
	from medusa_integration.exceptions import ValidationError
	from tests.support import endpoints

	frappe.set_user("Guest")
	assert endpoints.documented(" cus_1 ") == "cus_1"
	assert endpoints.of_desk() == "answer"
	with pytest.raises(ValidationError, match=r"^customer_id must be a text value\.$"):
		endpoints.documented(customer_id=["cus_1"])


def test_within_a_request_an_endpoint_always_checks(site):
	"""Whatever code calls it while somebody saves in Desk; a hook that passes a document is no call."""
	from tests.support import endpoints

	frappe.set_user("Guest")
	flags = frappe.local.flags.copy()
	frappe.utils.set_request(method="POST", path="/api/method/frappe.desk.form.save.savedocs")
	try:
		todo = frappe.new_doc("ToDo")
		assert endpoints.with_event(todo, "on_update") is None
		assert todo.description == "on_update by Guest"
		assert endpoints.plain("text") == "plain text"
		for refused in (endpoints.of_desk, lambda: endpoints.with_event(text="text")):
			with pytest.raises(Exception) as raised:
				refused()
			assert str(raised.value) == NOT_PERMITTED
	finally:
		frappe.local.request = None
		frappe.local.flags = flags


# -- limits --------------------------------------------------------------------------------------------------


def test_public_limit(call, refused, settings):
	"""429 after so many a minute, for strangers; the shop calls for all its customers."""
	settings(public_rate_limit=3)
	answers = [call(None, "shop_window") for _ in range(8)]
	# a minute may end in between
	assert [one.status_code for one in answers].count(200) in (3, 4, 5, 6)
	limited = next(one for one in answers if one.status_code != 200)
	refused(limited, 429, "Too many requests. Please try again later.", "RateLimitExceededError")
	assert all(call("storefront", "shop_window").status_code == 200 for _ in range(8))


def test_limit_counts_whatever_the_path(call, settings):
	"""Not by the words of the path, as Frappe's own."""
	settings(public_rate_limit=2)
	answers = [call(None, "shop_window", api=api).status_code for api in ("/api", "/api/v1", "/api/v2") * 3]
	assert 429 in answers[2:]


def test_guests_on_storefront_are_limited(call, settings):
	settings(public_rate_limit=2, allow_guest_storefront_calls=1)
	answers = [call(None, "documented", json={"customer_id": "x"}).status_code for _ in range(6)]
	assert set(answers) == {200, 429}


def test_limits_of_its_own(call, refused):
	"""Two an hour and address; three an hour and email, whoever calls."""
	assert [call(None, "sign_up", json={"email": f"{n}@x.y"}).status_code for n in range(3)] == [
		200,
		200,
		429,
	]
	shop = [call("storefront", "sign_up", json={"email": "a@x.y"}).status_code for _ in range(4)]
	assert shop == [200, 200, 200, 429]
	assert call("storefront", "sign_up", json={"email": "b@x.y"}).status_code == 200


def test_without_redis_each_process_counts(site, redis_stopped):
	"""Neither open nor shut."""
	from medusa_integration.endpoints.limits import spend

	what = frappe.generate_hash(length=8)
	with redis_stopped():
		for _ in range(2):
			spend(what, "1.2.3.4", 2, 86400)
		with pytest.raises(frappe.RateLimitExceededError):
			spend(what, "1.2.3.4", 2, 86400)
		spend(what, "1.2.3.5", 2, 86400)
	spend(what, "1.2.3.4", 2, 86400)


def test_what_frappe_says_of_a_page_is_left_alone(door):
	"""The hooks touch calls of ours only."""
	import requests

	answer = requests.get(f"{door}/api/method/frappe.client.get_list", timeout=300)
	assert answer.status_code == 403
	assert "error" not in json.loads(answer.text)
