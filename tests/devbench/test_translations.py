"""locale/main.pot has the texts that the app shows, of every kind that it shows."""

from __future__ import annotations

import pytest

from devbench.translations import catalogue, keys, stored


def test_the_file_has_all_texts_and_no_others():
	in_app, in_file = keys(catalogue()), keys(stored())
	lacks, extra = (sorted(text for text, _context in one) for one in (in_app - in_file, in_file - in_app))
	assert not lacks and not extra, (
		f"medusa_integration/locale/main.pot is out of date, run `make translations`: "
		f"lacks {lacks}; not in the app any more: {extra}"
	)


@pytest.mark.parametrize(
	"text",
	[
		"Selected Lead does not have a Medusa ID",  # Python's _()
		"Sync Now",  # JavaScript's __()
		"Medusa Sync Task",  # the name of a DocType
		"Seconds Between Mails",  # the label of a field
		"Seconds to wait for a response of Medusa, from 1 to 120.",  # the description of a field
		"Not Wanted",  # the option of a field
		"Medusa Manager",  # a role
		"Skip Next Medusa Update",  # the label of a custom field
		"Failed Medusa Tasks",  # a number card
	],
)
def test_a_text_of_this_kind_is_found(text):
	assert text in {found for found, _context in keys(stored())}
