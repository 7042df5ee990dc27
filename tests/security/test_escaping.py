"""What others have chosen is shown in Desk as text: the scripts of lists and report, run in Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "medusa_integration"
DOCTYPES = APP / "medusa_integration" / "doctype"
REPORT = APP / "medusa_integration" / "report" / "medusa_reconciliation" / "medusa_reconciliation.js"
ATTACK = "<img src=x onerror=alert(1)>"
SHOWN = "&lt;img src=x onerror=alert(1)&gt;"
NODE = shutil.which("node") or shutil.which("nodejs")
DESK = """
const text = (value) => String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
globalThis.__ = (value) => value;
globalThis.frappe = {
	listview_settings: {}, query_reports: {}, provide() {},
	utils: { escape_html: text }, datetime: { str_to_user: (value) => value },
	get_meta: () => ({ title_field: "the_title" }), meta: { docfield_list: {} },
	user: { has_role: () => true }, model: { can_write: () => true },
};
"""

pytestmark = pytest.mark.skipif(not NODE, reason="runs scripts of Desk in Node.js")


def shown(script, expression):
	"""What an expression gives once the script has been run as Desk does."""
	code = f"{DESK}\n{script.read_text()}\nconsole.log(JSON.stringify({expression}));"
	done = subprocess.run([NODE, "-e", code], capture_output=True, text=True, timeout=300, check=False)
	assert done.returncode == 0, done.stderr
	return json.loads(done.stdout)


def of_list(doctype, field, value, column=None, **doc):
	"""What a list shows; `column` is the field's name to Frappe, where it is the title."""
	folder = doctype.lower().replace(" ", "_")
	settings = f"frappe.listview_settings[{json.dumps(doctype)}]"
	call = f"{settings}.formatters.{field}({json.dumps(value)}, {json.dumps({'fieldname': column or field})}, {json.dumps({field: value, **doc})})"
	return shown(DOCTYPES / folder / f"{folder}_list.js", call)


def test_a_task_of_a_customer_whose_id_is_markup():
	text = of_list("Medusa Sync Task", "reference_name", ATTACK, reference_doctype="Lead")
	assert text == f"Lead {SHOWN}"


def test_a_title_is_text():
	"""Frappe does not take it as HTML: an address with "&" and "=" is read as it is."""
	address = "https://medusa.example.com/store/orders?a=1&b=<i>"
	assert of_list("Medusa Request Log", "url", address, "the_title") == "/store/orders?a=1&b=<i>"
	shown_name = of_list("Medusa Sync Task", "reference_name", ATTACK, "the_title", reference_doctype="Lead")
	assert shown_name == f"Lead {ATTACK}"


def test_an_error_in_medusas_words():
	text = of_list("Medusa Sync Task", "last_error", ATTACK, reference_name="x")
	assert ATTACK not in text and SHOWN in text


def test_the_address_of_a_request():
	address = f"https://medusa.example.com/store/{ATTACK}"
	assert of_list("Medusa Request Log", "url", address) == f"/store/{SHOWN}"


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0, "0"), (7, "7"), ("", "")])
def test_a_formatter_gets_numbers_too(value, text):
	"""The list was blank for that."""
	assert of_list("Medusa Request Log", "url", value) == text


@pytest.mark.parametrize(
	("doctype", "field"),
	[("Medusa Order", "display_id"), ("Medusa Order", "order_status"), ("Medusa Event", "aggregate_id")],
)
def test_a_column_is_an_element(doctype, field):
	"""Frappe 16 measures it with jQuery, which takes a text such as "7" for a selector and fails."""
	assert of_list(doctype, field, "7") == '<span class="ellipsis">7</span>'
	assert of_list(doctype, field, ATTACK) == f'<span class="ellipsis">{SHOWN}</span>'


def test_the_name_of_a_run():
	assert of_list("Medusa Reconciliation", "started_at", None, name=ATTACK) == SHOWN


@pytest.mark.parametrize("field", ["title", "words", "held_up", "medusa_id", "reference_name"])
def test_the_report(field):
	row = {"kind": "Orphaned", field: ATTACK}
	call = (
		'frappe.query_reports["Medusa Reconciliation"].formatter('
		f"{json.dumps(ATTACK)}, {{}}, {json.dumps({'fieldname': field})}, {json.dumps(row)}, (value) => value)"
	)
	assert shown(REPORT, call) == SHOWN


def test_the_notification_of_a_quotation():
	"""A visitor's name goes into a mail to sellers."""
	from jinja2 import Environment

	from medusa_integration.setup.selling_records import NOTIFICATIONS

	for _event, _subject, text in NOTIFICATIONS.values():
		made = Environment(autoescape=False).from_string(text).render(doc={"customer_name": ATTACK})
		assert ATTACK not in made and SHOWN in made.replace("&#34;", '"')


def test_what_is_left_out_of_an_address_in_a_message(site):
	"""Frappe shows a message as HTML."""
	import frappe

	from medusa_integration.medusa_integration.doctype.medusa_configuration.addresses import clean_url

	with pytest.raises(frappe.ValidationError) as caught:
		clean_url(f"https://a.example.com/{ATTACK.replace(' ', '/')}/admin", "Medusa URL", is_backend=True)
	assert "<img" not in str(caught.value)
