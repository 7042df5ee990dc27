"""A shop whose visitors register, straight or over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.shop_fixtures import generation, medusa, shop  # noqa: F401
from tests.support.visitors import Visitors


@pytest.fixture
def visitors(shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:  # noqa: F811
	"""Visitors who call the functions of the app,
	in the folder of the sites as all of Frappe's processes are.
	"""
	monkeypatch.chdir(shop.sites_path)
	visitors = Visitors(shop)
	visitors.configure()
	try:
		yield visitors
	finally:
		visitors.clean_up()


@pytest.fixture
def over_http(visitors: Visitors, http_server: str) -> Visitors:
	"""Visitors who call the site's server."""
	visitors.server = http_server
	return visitors
