"""The documentation lists settings, DocTypes, fields, lanes, jobs and document events as the app has them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from medusa_integration import hooks
from medusa_integration.catalogue.product import mapping
from medusa_integration.setup.custom_fields import CUSTOM_FIELDS
from tests.support.lists import deviation

ROOT = Path(__file__).parents[1]
SETTINGS = (
	ROOT / "medusa_integration/medusa_integration/doctype/medusa_configuration/medusa_configuration.json"
)
NO_INPUT = ("Tab Break", "Section Break", "Column Break", "HTML")
TASK = ROOT / "medusa_integration/medusa_integration/doctype/medusa_sync_task/medusa_sync_task.json"
OF_ITEM = ROOT / "devbench/stand_ins/erpnext/stock/doctype/item/item.json"
DEFAULTS_OF_CHECKS = {"0": "off", "1": "on"}


def section(file: str, title: str) -> str:
	"""What stands under a heading, to the next one of the same rank or a higher one."""
	text = (ROOT / file).read_text()
	(heading,) = re.findall(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
	after = re.split(rf"^{heading} {re.escape(title)}$", text, flags=re.MULTILINE)[1]
	return re.split(rf"^#{{1,{len(heading)}}} ", after, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
	"""The cells of all rows of the tables in a text, without the heads, which stand above a |---| line."""
	lines = text.splitlines()
	heads = {number - 1 for number, line in enumerate(lines) if line.startswith("|--")}
	return [
		[cell.strip() for cell in line.strip("|").split("|")]
		for number, line in enumerate(lines)
		if line.startswith("|") and not line.startswith("|--") and number not in heads
	]


def tabs() -> dict[str, list[dict]]:
	"""The fields that somebody fills in, by the tab of the form, in its order."""
	found: dict[str, list[dict]] = {}
	for field in json.loads(SETTINGS.read_text())["fields"]:
		if field["fieldtype"] == "Tab Break":
			found[field["label"]] = []
		elif field["fieldtype"] not in NO_INPUT and not field.get("hidden") and not field.get("read_only"):
			found[list(found)[-1]].append(field)
	return found


def settings() -> dict[str, dict]:
	"""The fields that somebody fills in, by label."""
	return {field["label"]: field for fields in tabs().values() for field in fields}


def listed_settings() -> dict[str, str]:
	return {
		label: default
		for labels, default, _meaning in rows(section("docs/settings.md", "Settings"))
		for label in labels.split(", ")
	}


def test_every_setting_is_in_the_documentation():
	wrong = deviation("docs/settings.md", listed_settings(), settings())
	assert not wrong, wrong


@pytest.mark.parametrize("tab", tabs())
def test_the_settings_of_a_tab_have_the_order_of_the_form(tab):
	listed = [label for row in rows(section("docs/settings.md", tab)) for label in row[0].split(", ")]
	form = [field["label"] for field in tabs()[tab]]
	wrong = deviation(f"docs/settings.md, *{tab}*,", listed, form)
	assert not wrong, wrong
	assert listed == form, f"docs/settings.md, *{tab}*: the rows do not have the order of the form"


@pytest.mark.parametrize("label", sorted(settings()))
def test_its_default_is(label):
	"""Where the field itself has one; others are chosen by the setup, as the table says."""
	(tab,) = [tab for tab, fields in tabs().items() if label in [field["label"] for field in fields]]
	assert label in listed_settings(), f"docs/settings.md, *{tab}*, lacks: {label}"
	field, listed = settings()[label], listed_settings()[label]
	if default := field.get("default"):
		expected = DEFAULTS_OF_CHECKS[default] if field["fieldtype"] == "Check" else default
		assert listed == expected, f"docs/settings.md, *{tab}*: the default of {label} is not {expected}"


def test_mapped_fields_are_in_the_field_map():
	page = (ROOT / "docs/field-map.md").read_text()
	mapped = (*mapping.WEBSITE_ITEM_FIELDS, *mapping.ITEM_FIELDS)
	missing = [field for field in mapped if f"`{field}`" not in page]
	assert not missing, f"docs/field-map.md: add a row to *Product* or *Variant* for: {', '.join(missing)}"


def test_mapped_fields_of_the_item_are_among_what_makes_a_document_be_sent():
	labels = {field["fieldname"]: field.get("label") for field in json.loads(OF_ITEM.read_text())["fields"]}
	unknown = [field for field in mapping.ITEM_FIELDS if not labels.get(field)]
	assert not unknown, f"{OF_ITEM.relative_to(ROOT)}: add with type and label: {', '.join(unknown)}"
	table = section("docs/field-map.md", "What makes a document be sent")
	(row,) = [row for row in rows(table) if row[0].startswith("Item saved: ")]
	missing = [
		labels[field] for field in mapping.ITEM_FIELDS if f"*{labels[field]}*".lower() not in row[0].lower()
	]
	place = 'docs/field-map.md, *What makes a document be sent*, row "Item saved",'
	assert not missing, f"{place} lacks: {', '.join(missing)}"


def test_installing_names_the_doctypes_that_get_fields():
	(sentence,) = re.findall(
		r"the fields that the app needs on\s+([^.]+)\.", (ROOT / "README.md").read_text()
	)
	named = re.split(r", | and ", " ".join(sentence.split()))
	wrong = deviation("README.md, *Install*,", named, CUSTOM_FIELDS)
	assert not wrong, wrong


def test_lanes_are_listed_in_their_order():
	made_in = [row[3].strip("`") for row in rows(section("docs/architecture.md", "Lanes"))]
	exporters = [
		path.rpartition(".")[0].removeprefix("medusa_integration.").replace(".", "/") + ".py"
		for path in hooks.medusa_exporters
	]
	wrong = deviation("docs/architecture.md, *Lanes*,", made_in, exporters)
	assert not wrong, wrong
	assert made_in == exporters, "docs/architecture.md, *Lanes*: not in the order of `medusa_exporters`"


def test_each_lane_is_an_option_of_the_task_and_described():
	lanes = [row[0].strip("`") for row in rows(section("docs/architecture.md", "Lanes"))]
	lanes += hooks.medusa_local_lanes
	fields = {field["fieldname"]: field for field in json.loads(TASK.read_text())["fields"]}
	wrong = deviation(f"*Lane* in {TASK.name}", fields["lane"]["options"].split("\n"), lanes)
	assert not wrong, wrong
	described = section("docs/operations.md", "A task and its states")
	missing = [lane for lane in lanes if f"`{lane}`" not in described]
	assert not missing, f"docs/operations.md, *A task and its states*, lacks: {', '.join(missing)}"


def scheduled() -> list[tuple[str, str]]:
	"""When, and which function, for each scheduled job."""
	events = {**hooks.scheduler_events, **hooks.scheduler_events["cron"]}
	return [(when, path) for when, paths in events.items() if when != "cron" for path in paths]


def test_scheduled_jobs_are_listed():
	listed, when = [], ""
	for cells in rows(section("docs/endpoints.md", "Scheduled jobs")):
		if len(cells) == 2:
			when = cells[0].strip("`") or when
			listed.append((when, cells[1].strip("`")))
	wrong = deviation("docs/endpoints.md, *Scheduled jobs*,", listed, scheduled())
	assert not wrong, wrong
	table = rows(section("docs/operations.md", "Scheduler, queues, workers"))
	wrong = deviation(
		"docs/operations.md, *Scheduler, queues, workers*,",
		[row[0].strip("`") for row in table],
		[path.removeprefix("medusa_integration.") for _when, path in scheduled()],
	)
	assert not wrong, wrong


def test_document_events_are_listed():
	told: dict[str, dict[str, str]] = {}
	doctype = ""
	for name, events, does in rows(section("docs/endpoints.md", "Document events")):
		doctype = name or doctype
		for one in doctype.split(", "):
			for event in re.findall(r"`(\w+)`", events):
				of_doctype = told.setdefault(one, {})
				of_doctype[event] = of_doctype.get(event, "") + does
	events_of = [
		(doctype, event, path)
		for doctypes, events in hooks.doc_events.items()
		for doctype in ([doctypes] if isinstance(doctypes, str) else doctypes)
		for event, paths in events.items()
		for path in ([paths] if isinstance(paths, str) else paths)
	]
	missing = [
		f"{doctype} {event} {path}"
		for doctype, event, path in events_of
		if not path.endswith(".protect_ids")  # told of once for all that have it
		and path.rpartition(".")[2] not in told.get(doctype, {}).get(event, "")
	]
	assert not missing, f"docs/endpoints.md, *Document events*, lacks: {', '.join(missing)}"
	there = {(doctype, event) for doctype, event, _path in events_of}
	extra = [
		f"{doctype} {event}"
		for doctype, events in told.items()
		for event in events
		if (doctype, event) not in there
	]
	assert not extra, f"docs/endpoints.md, *Document events*, has, but should not have: {', '.join(extra)}"


def test_doctypes_are_listed():
	listed = [
		name for row in rows(section("docs/architecture.md", "DocTypes")) for name in row[0].split(", ")
	]
	there = (ROOT / "medusa_integration/medusa_integration/doctype").glob("*/*.json")
	made = [json.loads(path.read_text())["name"] for path in there]
	wrong = deviation("docs/architecture.md, *DocTypes*,", listed, made)
	assert not wrong, wrong


PAGES = sorted(
	path
	for path in (
		*ROOT.glob("*.md"),
		*ROOT.glob("docs/*.md"),
		*ROOT.glob("devbench/**/*.md"),
		*ROOT.glob("medusa-plugin/*/*.md"),
	)
	if path.is_file()
)


def anchors(page: Path) -> set[str]:
	"""The anchors of a page's headings, as GitHub makes them."""
	headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
	return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_has_the_marks_of_a_merge(page):
	assert re.findall(r"^(?:<<<<<<<|=======|>>>>>>>).*", page.read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
	"""To a file that exists, and to a heading of it."""
	broken = []
	for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
		if re.match(r"[a-z]+:", link):
			continue
		file, _, anchor = link.partition("#")
		target = (page.parent / file).resolve() if file else page
		if not target.exists() or (anchor and anchor not in anchors(target)):
			broken.append(link)
	assert not broken, f"no such file or heading: {', '.join(broken)}"
