"""How an example's answer is compared with a real one."""

from __future__ import annotations

import pytest

from tests.examples.comparing import differences, filled
from tests.examples.reading import examples


@pytest.mark.parametrize(
	("told", "got"),
	[
		({"a": 1, "b": [True, None]}, {"b": [True, None], "a": 1}),
		({"a": "<name>"}, {"a": "x"}),
		({"a": "<number>", "b": "<list>", "c": "<object>"}, {"a": 0.5, "b": [], "c": {}}),
		("https://shop/<file>.png?<rest>", "https://shop/a/b.png?c=d"),
		([1, "..."], [1, 2, 3]),
		({"a": 1, "...": "..."}, {"a": 1, "b": 2}),
		(["<name>", "<name>"], ["x", "x"]),
		(12.0, 12),
	],
)
def test_is_as_told(told, got):
	assert differences(told, got, {}) == []


@pytest.mark.parametrize(
	("told", "got", "sentence"),
	[
		({"a": 1}, {"a": 2}, "answer.a is 2, not 1"),
		({"a": 1}, {}, "answer has no a"),
		({}, {"a": 1}, "answer also has a"),
		([1], [1, 2], "answer has 2 entries, not 1: [1, 2]"),
		([1, "..."], [], "answer has 0 entries, not 1: []"),
		(["<name>", "<name>"], ["x", "y"], "answer[1] is 'y', not 'x'"),
		("<number>", True, "answer is True, not a number"),
		("<name>", "", "answer is '', not '<name>'"),
		("<name>", None, "answer is None, not '<name>'"),
		(1, True, "answer is True, not 1"),
		("a.b", "axb", "answer is 'axb', not 'a.b'"),
	],
)
def test_is_not(told, got, sentence):
	assert differences(told, got, {}) == [sentence]


def test_what_was_met_is_sent():
	known = {"key": "k"}
	assert differences({"id": "<quotation>"}, {"id": "Q1"}, known) == []
	assert filled({"a": ["<quotation>", "x-<key>", "<other>"], "b": 1}, known) == {
		"a": ["Q1", "x-k", "<other>"],
		"b": 1,
	}


PAGE = """# Page

```http
GET /api/method/medusa_integration.api.get_menu?mobile_view=1
```

```json
{"message": []}
```

```http
POST /api/method/medusa_integration.api.sync_now
Authorization: token <Desk user>

{"name": "x"}
```

```json
{"message": {"status": "Synced"}}
```
"""


def test_reading_a_page():
	first, second = examples(PAGE)
	assert (first.line, first.method, first.query, first.who, first.body) == (
		3,
		"GET",
		"mobile_view=1",
		None,
		None,
	)
	assert (second.path, second.who) == ("medusa_integration.api.sync_now", "Desk user")
	assert (second.body, second.answer) == ({"name": "x"}, {"message": {"status": "Synced"}})


@pytest.mark.parametrize(
	"wrong",
	[
		PAGE.replace('\n\n```json\n{"message": []}\n```', ""),
		PAGE.replace("GET ", "PUT "),
		PAGE.replace("Authorization: token <Desk user>", "Authorization: Bearer x"),
		PAGE.replace('{"name": "x"}', '{"name": '),
	],
)
def test_what_is_no_example(wrong):
	with pytest.raises(ValueError):
		examples(wrong)
