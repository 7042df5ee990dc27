"""devbench's site behaves as a site of a bench does."""

from __future__ import annotations

import frappe
import pytest
import requests


def test_apps_are_installed(site):
	# which webshop brings along on a real bench
	apps = [app for app in frappe.get_installed_apps() if app != "payments"]
	assert apps[:3] == ["frappe", "erpnext", "webshop"]


def test_documents_are_gone_after_a_rollback(site):
	site.new("Brand", brand="Rolled Back")
	frappe.db.rollback()
	assert not frappe.db.exists("Brand", "Rolled Back")


@pytest.mark.parametrize("round", [1, 2])
def test_committed_documents_are_gone_in_the_next_test(site, round):
	assert not frappe.db.exists("Brand", "Committed")
	site.new("Brand", brand="Committed")
	frappe.db.commit()


def test_system_settings_are_read_anew_after_a_test(site):
	"""Frappe keeps them as long as a site is connected."""
	before = frappe.get_system_settings("float_precision")
	assert str(before) != "7"
	site.set_single("System Settings", float_precision="7")
	frappe.db.commit()
	frappe.clear_cache()
	assert str(frappe.get_system_settings("float_precision")) == "7"
	site.clean_up()
	assert frappe.get_system_settings("float_precision") == before


@pytest.mark.parametrize("round", [1, 2])
def test_singles_are_put_back_after_the_test(site, round):
	settings = frappe.get_doc("Website Settings")
	assert settings.app_name != "Changed"
	assert "Changed" not in [row.label for row in settings.top_bar_items]
	site.keep_single("Website Settings")
	settings.app_name = "Changed"
	settings.append("top_bar_items", {"label": "Changed", "url": "/changed"})
	settings.save()
	frappe.db.commit()


@pytest.mark.parametrize("round", [1, 2])
def test_every_table_is_put_back_after_the_test(site, run_on_site, round):
	"""What is written without documents, what is changed and deleted, whichever process does it."""
	if not site.is_ours:
		pytest.skip("on a real bench, what a test has made is deleted")
	assert not frappe.db.exists("Brand", "Beside")
	assert frappe.db.get_value("Item Group", "Products", "is_group") == 1
	assert frappe.db.exists("UOM", "Nos")
	frappe.db.set_value("Item Group", "Products", "is_group", 0)
	frappe.db.delete("UOM", "Nos")
	frappe.db.commit()
	beside = run_on_site(
		"frappe.get_doc({'doctype': 'Brand', 'brand': 'Beside'}).db_insert(); frappe.db.commit()"
	)
	assert beside.wait(300) == 0
	frappe.db.rollback()
	assert frappe.db.exists("Brand", "Beside")


@pytest.mark.parametrize("round", [1, 2])
def test_jobs_do_not_wait_into_the_next_test(site, round):
	if not site.is_ours:
		pytest.skip("queues of a real bench are not emptied")
	from frappe.utils.background_jobs import is_job_enqueued

	assert not is_job_enqueued("devbench-test")
	frappe.enqueue("frappe.handler.ping", job_id="devbench-test")
	assert is_job_enqueued("devbench-test")


def test_server_answers(http_server):
	assert requests.get(f"{http_server}/api/method/ping", timeout=300).json() == {"message": "pong"}


def test_login_and_rest(site, site_under_test, http_server):
	if not site_under_test.bench:
		pytest.skip("the Administrator's password is not known on a real bench")
	client = requests.Session()
	answer = client.post(
		f"{http_server}/api/method/login", json={"usr": "Administrator", "pwd": "admin"}, timeout=300
	)
	assert answer.status_code == 200
	names = client.get(f"{http_server}/api/resource/Item Group?limit_page_length=0", timeout=300).json()[
		"data"
	]
	assert {"name": "Products"} in names


def test_token_authentication(site, http_server):
	user = site.new("User", email="storefront@example.com", first_name="Storefront", send_welcome_email=0)
	secret = frappe.generate_hash(length=15)
	user.api_key, user.api_secret = frappe.generate_hash(length=15), secret
	user.save()
	frappe.db.commit()
	url = f"{http_server}/api/method/frappe.auth.get_logged_user"
	headers = {"Authorization": f"token {user.api_key}:{secret}"}
	assert requests.get(url, headers=headers, timeout=300).json() == {"message": user.name}
	headers = {"Authorization": f"token {user.api_key}:wrong"}
	assert requests.get(url, headers=headers, timeout=300).status_code == 401


def test_queries_are_counted(site, query_counter):
	frappe.get_meta("Brand")  # what is cached afterwards
	with query_counter() as queries:
		frappe.db.get_value("Brand", "Nothing of the sort", "name")
		frappe.qb.from_("Brand").select("name").where(frappe.qb.Field("name") == "Nor this").run()
		frappe.db.sql("select 1")
		frappe.db.commit()
	assert len(queries) == 3
	assert "Nothing of the sort" in queries[0]


def test_a_process_on_the_site_can_be_killed(run_on_site, site):
	process = run_on_site(
		"""
frappe.get_doc({"doctype": "Brand", "brand": "Never Committed"}).insert()
print("ready", flush=True)
import signal; signal.pause()
"""
	)
	assert process.stdout.readline() == "ready\n"
	process.kill()
	process.wait()
	assert not frappe.db.exists("Brand", "Never Committed")


def test_site_goes_on_without_redis(site, redis_stopped):
	with redis_stopped():
		site.new("Brand", brand="Without Redis")
		frappe.db.commit()
		assert frappe.db.exists("Brand", "Without Redis")
	frappe.cache.set_value("devbench-test", 1)
	frappe.local.cache.clear()
	assert frappe.cache.get_value("devbench-test") == 1
