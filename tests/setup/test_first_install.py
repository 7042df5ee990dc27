"""Installing on a site that is not the usual one, and installing again after it went wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.setup.steps import MARK

pytestmark = [pytest.mark.site, pytest.mark.long]


@pytest.fixture
def on_a_bare_site(pytestconfig) -> Iterator[Any]:
	"""`on_a_bare_site(step)` runs a function of `first_install_steps` on a site without this app."""
	if pytestconfig.getoption("--site"):
		pytest.skip("a real site has the app already")
	from devbench.site import Bench

	def run(step: str) -> Any:
		code = f"from tests.setup import first_install_steps as steps\nsteps.answer(steps.{step})"
		output, _errors = bench.python(code).communicate(timeout=1800)
		assert MARK in output, output[-5000:]
		return json.loads(output.rsplit(MARK, 1)[1])

	with Bench(app=False) as bench:
		yield run


def test_the_settings_of_a_usual_site(on_a_bare_site):
	"""What people have not chosen stays empty, whatever the defaults of the site are."""
	settings = on_a_bare_site("usual_site")
	assert settings["price_list"] == "Standard Selling"
	assert settings["root_item_group"] == "Products"
	assert (settings["currency"], settings["company"], settings["territory"]) == (None, None, None)
	assert (settings["customer_group"], settings["sales_person"]) == ("Ecommerce Customer", "Website Sales")


def test_a_site_in_another_language(on_a_bare_site):
	"""No Price List is called Standard Selling: the one of Selling Settings is taken."""
	result = on_a_bare_site("other_language")
	assert result["price_list"] == "Standard-Vertrieb"
	assert result["fields"] == result["expected fields"]
	assert result["saved"] == "Standard-Vertrieb"


def test_the_only_price_list_for_selling(on_a_bare_site):
	"""Neither that name nor a choice in Selling Settings."""
	assert on_a_bare_site("only_price_list") == "Verkauf"


def test_before_the_setup_wizard(on_a_bare_site):
	"""It installs without a Price List; the end of the wizard fills in what had to wait."""
	result = on_a_bare_site("before_the_wizard")
	assert result["installed"] == {"price_list": None, "sales_person": None, "root_item_group": None}
	assert result["saved before the wizard"] is True
	assert result["after the wizard"] == {
		"price_list": "Standard Selling",
		"sales_person": "Website Sales",
		"root_item_group": "Products",
	}


def test_what_the_wizard_could_not_complete_comes_with_the_next_migration(on_a_bare_site):
	"""An error there is logged and does not fail the wizard."""
	result = on_a_bare_site("wizard_with_an_error")
	assert result["logged"] == "Medusa: the setup could not be completed; the next migration tries again"
	assert result["price_list"] == "Standard Selling"


@pytest.mark.parametrize("step", ["failed_in_our_setup", "failed_before_our_setup"])
def test_a_failed_installation_can_be_repeated(on_a_bare_site, step):
	result = on_a_bare_site(step)
	assert result["error"] == "stop here"
	assert "medusa_integration" not in result["installed apps after the error"]
	assert "medusa_integration" in result["installed apps"]
	assert result["fields"] == result["expected fields"]
	assert result["jobs"] > 0
	assert result["price_list"] == "Standard Selling"
