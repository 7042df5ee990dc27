"""A browser, a site of a real bench with its assets built, and people who open Desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401

if TYPE_CHECKING:
	from tests.desk.browser import Desk


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Any]:
	"""Headless Chromium; the test is skipped where there is none."""
	if not pytestconfig.getoption("--site"):
		pytest.skip("devbench's site has no pages of Desk: pytest --site NAME on a bench")
	api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install playwright")
	from tests.desk.browser import OPTIONS, chromium

	if not (program := chromium()):
		pytest.skip("needs Chromium: apt-get install chromium")
	with api.sync_playwright() as playwright:
		started = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
		yield started
		started.close()


@pytest.fixture
def desk_of(
	browser: Any,
	site_under_test: Any,
	request: pytest.FixtureRequest,
	shop: Any,  # noqa: F811
) -> Iterator[Callable]:
	"""`desk_of("Role", ...)` is the Desk of a new user with these roles."""
	assets = Path(site_under_test.sites_path, "assets", "assets.json")
	if not assets.exists() or "desk.bundle.js" not in assets.read_text():
		pytest.skip("Frappe's assets are not built: bench build")
	url = request.getfixturevalue("http_server")
	contexts = []

	def enter(*roles: str) -> Desk:
		import frappe
		from frappe.utils.password import update_password

		from tests.desk.browser import SCREEN, Desk

		password = frappe.generate_hash(length=20)
		email = f"desk-{len(contexts)}-{shop.mark}@example.com"
		user = shop.site.new("User", email=email, first_name="Desk", send_welcome_email=0)
		user.add_roles(*roles)
		update_password(email, password)
		frappe.db.commit()
		contexts.append(browser.new_context(viewport=SCREEN))
		return Desk(contexts[-1], url, email, password)

	yield enter
	for context in contexts:
		context.close()


@pytest.fixture
def desk(desk_of: Callable[..., Desk], site: Any, shop: Any) -> Iterator[Desk]:  # noqa: F811
	"""The Desk of somebody who may do everything; fails the test when the browser has complained."""
	# as if it had been entered in the form, which needs it to save
	site.set_single("Medusa Configuration", admin_password="*" * len(shop.medusa.password))
	roles = ("System Manager", "Item Manager", "Website Manager", "Sales Manager", "Sales User")
	desk = desk_of(*roles, "Sales Master Manager")
	yield desk
	assert desk.trouble == []
