"""Fixtures of Medusa Configuration."""

import pytest


@pytest.fixture
def kept(site):
	"""Put the settings back, whatever is committed."""
	site.keep_single("Medusa Configuration")


@pytest.fixture
def configuration(site):
	"""The settings as they are after a first save, with what the app has found out since."""
	from tests.doctypes.configuring import first_saved

	return first_saved()
