"""What a transaction has touched is recorded once, with it or not at all."""

from __future__ import annotations

import frappe
import pytest

from medusa_integration.sync.before_commit import gathered, noted

FLAG = "medusa_test_of_gathering"


@pytest.fixture
def note(site):
	"""note(name) notes one; note.recorded has what each commit has recorded."""
	frappe.db.rollback()

	def note(name):
		gathered(FLAG, set, lambda names: note.recorded.append(sorted(names))).add(name)

	note.recorded = []
	yield note
	frappe.db.rollback()
	frappe.local.flags.pop(FLAG, None)


def test_all_of_a_transaction_is_recorded_once(note):
	for name in "abab":
		note(name)
	assert noted(FLAG) == {"a", "b"}
	frappe.db.commit()
	frappe.db.commit()
	note("c")
	frappe.db.commit()
	assert note.recorded == [["a", "b"], ["c"]]


def test_what_is_rolled_back_is_forgotten(note):
	note("a")
	frappe.db.rollback()
	assert noted(FLAG) is None
	note("b")
	frappe.db.commit()
	assert note.recorded == [["b"]]


def test_a_commit_that_another_app_stops_costs_no_later_change(note):
	def refuse():
		raise frappe.ValidationError

	frappe.db.before_commit.add(refuse)
	note("a")
	with pytest.raises(frappe.ValidationError):
		frappe.db.commit()
	frappe.db.rollback()
	note("b")
	frappe.db.commit()
	# one too many is looked at in vain, one too few is lost
	assert note.recorded == [["a", "b"]]
