"""The documentation lists settings, DocTypes, fields, lanes, jobs and document events as the app has them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from medusa_integration import hooks
from medusa_integration.setup.custom_fields import CUSTOM_FIELDS

ROOT = Path(__file__).parents[1]
SETTINGS = (
	ROOT / "medusa_integration/medusa_integration/doctype/medusa_configuration/medusa_configuration.json"
)
NO_INPUT = ("Tab Break", "Section Break", "Column Break", "HTML")
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


def settings() -> dict[str, dict]:
	"""The fields that somebody fills in, by label."""
	fields = json.loads(SETTINGS.read_text())["fields"]
	return {
		field["label"]: field
		for field in fields
		if field["fieldtype"] not in NO_INPUT and not field.get("hidden") and not field.get("read_only")
	}


def listed_settings() -> dict[str, str]:
	return {
		label: default
		for labels, default, _meaning in rows(section("docs/settings.md", "Settings"))
		for label in labels.split(", ")
	}


def test_every_setting_is_in_the_documentation():
	assert sorted(listed_settings()) == sorted(settings())


@pytest.mark.parametrize("label", sorted(settings()))
def test_its_default_is(label):
	"""Where the field itself has one; others are chosen by the setup, as the table says."""
	field, listed = settings()[label], listed_settings()[label]
	if default := field.get("default"):
		assert listed == (DEFAULTS_OF_CHECKS[default] if field["fieldtype"] == "Check" else default)


def test_installing_names_the_doctypes_that_get_fields():
	(sentence,) = re.findall(
		r"the fields that the app needs on\s+([^.]+)\.", (ROOT / "README.md").read_text()
	)
	named = re.split(r", | and ", " ".join(sentence.split()))
	assert sorted(named) == sorted(CUSTOM_FIELDS)


def test_lanes_are_listed_in_their_order():
	made_in = [row[3].strip("`") for row in rows(section("docs/architecture.md", "Lanes"))]
	assert made_in == [
		path.rpartition(".")[0].removeprefix("medusa_integration.").replace(".", "/") + ".py"
		for path in hooks.medusa_exporters
	]


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
	assert sorted(listed) == sorted(scheduled())
	table = rows(section("docs/operations.md", "Scheduler, queues, workers"))
	assert sorted(row[0].strip("`") for row in table) == sorted(
		path.removeprefix("medusa_integration.") for _when, path in scheduled()
	)


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
		(doctype, event, path)
		for doctype, event, path in events_of
		if not path.endswith(".protect_ids")  # told of once for all that have it
		and path.rpartition(".")[2] not in told.get(doctype, {}).get(event, "")
	]
	assert missing == []
	listed = [(doctype, event) for doctype, events in told.items() for event in events]
	there = {(doctype, event) for doctype, event, _path in events_of}
	assert [one for one in listed if one not in there] == []


def test_doctypes_are_listed():
	listed = [
		name for row in rows(section("docs/architecture.md", "DocTypes")) for name in row[0].split(", ")
	]
	there = (ROOT / "medusa_integration/medusa_integration/doctype").glob("*/*.json")
	assert sorted(listed) == sorted(json.loads(path.read_text())["name"] for path in there)


PAGES = sorted(
	path
	for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("devbench/**/*.md"))
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
	assert broken == []
