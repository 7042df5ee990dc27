"""schemathesis over docs/openapi.json: whatever is sent by whomever, the answer is one that the file allows.

Of each operation it makes requests that the file calls right, and wrong ones. In half of the right ones the
names that the shop of the examples has stand in place of made-up ones, so that answers come of them too.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from functools import cache

import frappe
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from tests.customers.conftest import visitors  # noqa: F401
from tests.endpoints.conftest import WHO
from tests.examples.conftest import example  # noqa: F401
from tests.support import openapi
from tests.support.quotes import quotes  # noqa: F401
from tests.support.shop_fixtures import only_ours  # noqa: F401

CALLERS = (None, "website user", "storefront", "other desk user", "seller", "manager", "system manager")
# right and wrong requests of each operation, with --skip-long and without
SHORT, LONG = (1, 1), (8, 8)
# the tests have no worker, and the button that needs one says so there
IS_TOLD = ("No worker listens on the queue",)
CONFORMANCE = [
	checks.status_code_conformance,
	checks.content_type_conformance,
	checks.response_schema_conformance,
]
# what the shop of the examples has, by the parameter that may name it
THERE = {
	"billing_address": [{"country_code": "om", "address_line1": "Street 1", "city": "Muscat"}],
	"coupon_code": ["SMILE-3"],
	"customer": ["Pearl Dental"],
	"customer_id": ["cus_clinic"],
	"doctype": ["Item Group", "Website Item"],
	"draft_order_id": ["dorder_1"],
	"email": ["member@example.com", "new@example.com"],
	"item_code": ["GLOVES-M", "prod_gloves"],
	"item_codes": [["prod_gloves", "prod_masks"], "prod_masks"],
	"item_group": ["Gloves", "Products"],
	"medusa_id": ["prod_gloves"],
	"medusa_ids": [["prod_gloves", "prod_masks"]],
	"medusa_product_id": ["prod_gloves"],
	"medusa_variant_id": ["variant_gloves"],
	"name": ["Gloves", "Pearl"],
	"parent": ["Products"],
	"party": ["Smile Clinic"],
	"price_list": ["Standard Selling"],
	"product_id": ["prod_gloves"],
	"quotation_id": ["quot_1", "quot_2"],
	"quotation_to": ["Customer"],
	"url": ["products/gloves", "products"],
	"variant_id": ["variant_gloves", "variant_masks"],
}


@cache
def operations():
	"""By method and path, with no other names in requests than those of the parameters."""
	document = copy.deepcopy(openapi.document())
	# what is signed is refused unread without a signature: tests/inbox sends all sorts of it
	document["paths"] = {
		path: methods
		for path, methods in document["paths"].items()
		if {"signature": []} not in methods.get("post", {}).get("security", [])
	}
	for path in document["paths"].values():
		for method in path.values():
			for kind in method.get("requestBody", {}).get("content", {}).values():
				kind["schema"]["additionalProperties"] = False
	for schema in document["components"]["schemas"].values():
		if schema.get("type") == "object":
			schema.setdefault("additionalProperties", False)
	load_all_checks()
	made = schemathesis.openapi.from_dict(document)
	return {(one.ok().method.upper(), one.ok().path): one.ok() for one in made.get_all_operations()}


def with_names(value, known, draw):
	"""The same value with names that are there, where a parameter may have one."""
	if isinstance(value, dict):
		return {
			key: draw(st.sampled_from(known[key])) if key in known else with_names(one, known, draw)
			for key, one in value.items()
		}
	return [with_names(one, known, draw) for one in value] if isinstance(value, list) else value


@st.composite
def right(draw, operation, known):
	case = draw(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
	if not draw(st.booleans()):
		return case
	if isinstance(case.body, dict):
		case.body = with_names(case.body, known, draw)
	for name, value in (case.query or {}).items():
		if name in known:
			made = draw(st.sampled_from(known[name]))
			case.query[name] = made if isinstance(made, str) else json.dumps(made)
		elif isinstance(value, str) and value.startswith("["):
			case.query[name] = json.dumps(with_names(json.loads(value), known, draw))
	return case


def requests_of(operation, known, counts):
	"""So many right and so many wrong requests, the same in each run."""
	made = []
	wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
	for strategy, count in zip((right(operation, known), wrong), counts, strict=True):

		@settings(
			max_examples=count,
			derandomize=True,
			database=None,
			deadline=None,
			suppress_health_check=list(HealthCheck),
		)
		@given(strategy)
		def collect(case):
			made.append(case)

		try:
			collect()
		except Unsatisfiable:
			assert made, operation  # nothing that can be sent to an endpoint without parameters is wrong
	return made


class Trial:
	"""Sends requests as each caller, and notes what the file does not allow."""

	def __init__(self, server, headers, known):
		self.server, self.headers, self.known = server, headers, known
		self.session = requests.Session()
		self.statuses: dict[str, Counter[int]] = {}
		self.wrong: list[str] = []
		self.logged = self.errors()

	def errors(self):
		frappe.db.rollback()
		return frappe.db.count("Error Log")

	def run(self, operation, counts):
		cases = requests_of(operation, self.known, counts)
		seen = self.statuses.setdefault(f"{operation.method} {operation.path}", Counter())
		for who in CALLERS:
			for case in cases:
				answer = case.call(
					base_url=self.server, headers=self.headers(who), session=self.session, timeout=300
				)
				seen[answer.status_code] += 1
				self.look(who, case, answer)
				if answer.status_code in (401, 403):
					break  # whatever is sent

	def look(self, who, case, answer):
		where = f"{case.method} {case.path} by {who or 'a guest'}: {case.query or ''} {case.body!r:.300}"
		fault = openapi.fault(case.path, case.method, answer.status_code, answer.content)
		if answer.status_code == 500:
			fault = answer.text[:300]
		if not fault:
			try:
				case.validate_response(answer, checks=CONFORMANCE)
			except AssertionError as error:
				fault = str(error)[:500]
		if (now := self.errors()) != self.logged:
			self.logged = now
			(log,) = frappe.get_all("Error Log", pluck="error", order_by="creation desc", limit=1)
			if not log.startswith(IS_TOLD):
				fault = f"{fault or answer.status_code} logged {log[-500:]}"
		if fault:
			self.wrong.append(f"{where}: {fault}")


@pytest.fixture
def trial(example, http_server, headers):  # noqa: F811
	values = {
		"allow_guest_storefront_calls": 1,
		"public_rate_limit": 1_000_000,
		"otp_requests_per_hour": 1_000_000,
		"auth_attempts_per_hour": 1_000_000,
	}
	example.shop.set(**values)
	words = example.known
	known = {
		**THERE,
		"lead": [words["lead"]],
		"medusa_order_id": [words["delivered"]],
		"names": [[words["task"]], [words["missing finding"]], [words["orphaned finding"]]],
		"order_id": [words["order"], words["delivered"]],
		"otp": [words["otp"], words["login otp"]],
		"quotation": [words["draft"]],
		"user_otp": [words["otp"]],
	}
	return Trial(http_server, headers, known)


@pytest.mark.long_in_full
def test_each_operation(trial, request):
	counts = SHORT if request.config.getoption("--skip-long") else LONG
	for operation in operations().values():
		trial.run(operation, counts)
	assert trial.wrong == [], f"{len(trial.wrong)}:\n" + "\n".join(trial.wrong[:20])
	assert set(WHO) == {who for who in CALLERS if who}
	# everybody was let in somewhere, and was told something
	told = Counter()
	for statuses in trial.statuses.values():
		told += statuses
	assert told[200] > 60 and told[400] > 60 and told[403] > 60 and told[404] > 20, told
