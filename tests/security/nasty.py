"""Values that somebody sends who wants to break something: types, sizes, characters, numbers, dates."""

from __future__ import annotations

from typing import Any

# what JSON can say
TYPES: tuple[Any, ...] = (
	None,
	True,
	False,
	0,
	1,
	-1,
	0.5,
	"",
	" ",
	[],
	{},
	[[]],
	[None],
	[{}],
	{"": ""},
	[1, "a", None],
)
NUMBERS: tuple[Any, ...] = (
	*(2**31 - 1, 2**31, -(2**31) - 1, 2**53, 2**63, -(2**63), 2**64 - 1, 10**18),
	*(1e-9, -1e-9, 1e11, 1e12, 1e15, 1e100, 1e308, -1e308, 5e-324, -0.0, 0.1 + 0.2, 99.999),
	*("0", "-0", "1e5", "1e400", "-1e400", "1e-400", "NaN", "nan", "Infinity", "-inf", "0x10", "1_000", "1,5", "1 000"),
	*("\u0661\u0662\u0663", "\u096a\u096b", "\uff11\uff12", "\u00bd", "\u2168", "+1", "--1", "1.", ".5", ".", "1e", "9" * 30, "9" * 5000),
)  # fmt: skip
DATES: tuple[Any, ...] = (
	*("0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "2026-1-1", "today"),
	*("2026-11-29T25:00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "2026-W01-1", "20261129", "-1-1-1"),
)  # fmt: skip
CHARACTERS: tuple[Any, ...] = (
	*("\0", "a\0b", "\x01\x02\x1b[31m", "\x7f", "\r\n", "a\r\nSet-Cookie: x=y", "\t", "\u2028", "\ufeff", "\ufffe"),
	*("\ud800", "a\udfff", "\U0001f600" * 35, "\u202eabc", "\u200b", "e\u0301" * 70, "\u00fc" * 140, "\u0130\u0131", "\u00df"),
	*("a" * 139, "a" * 140, "a" * 141, "a" * 1000, "a" * 70_000, "\u00fc" * 141, "\U0001f600" * 141, " " * 200 + "a"),
)  # fmt: skip
INJECTIONS: tuple[Any, ...] = (
	*("'", '"', "`", "\\", "%", "_", "%%s", "%(name)s", "{0}", "{{ 7*7 }}", "{% raise %}", "${7*7}", "$(id)", "|id"),
	*("' or 1=1 -- ", "'; drop table tabUser; --", "1; select sleep(5)", "/*", "*/", "\\'", "0' or '1'='1", "a` b"),
	*("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "<!--", "]]>", "&lt;b&gt;", "<b"),
	*("../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://[::1", "http://a:99999", "//a", "C:\\x", "a/../b"),
	*("Administrator", "Guest", "None", "null", "undefined", "true", "[object Object]", "__class__", "constructor", "__proto__"),
	*("=cmd|' /C calc'!A0", "@SUM(1)", "a@b", "a@b.c\nBcc: x@y.z", "@", "a" * 250 + "@b.co", "\u00fc@\u00fc.example", "(.+)+$" * 10),
)  # fmt: skip
OPERATORS: tuple[Any, ...] = (
	*(["like", "%"], ["!=", ""], ["in", []], ["is", "set"], ["between", [0, 1]], [["like", "%"]], {"like": "%"}, {"name": ["like", "%"]}),
	*({"$gt": ""}, {"doctype": "User"}, [{"doctype": "User", "name": "x"}], {"__proto__": {}}, {"flags": {"ignore_permissions": True}}),
	*('["like", "%"]', '{"a": 1}', "[1, 2", "[" * 1000, '["a"' * 300, '{"a":' * 300, "[]", "{}", '[""]', "[null]", '[{"variant_id": null}]'),
	*([{"variant_id": "x", "quantity": 1e308}], [{"variant_id": {}, "quantity": []}], ["a"] * 201, [1] * 5000, ["a", "a"], [["a"] * 20] * 20),
)  # fmt: skip


def nested(depth: int, kind: type) -> Any:
	"""Lists in lists, or objects in objects."""
	value: Any = "x"
	for _ in range(depth):
		value = [value] if kind is list else {"a": value}
	return value


NESTED: tuple[Any, ...] = (nested(20, list), nested(20, dict), nested(200, list), nested(200, dict))
NASTY: tuple[Any, ...] = (*TYPES, *NUMBERS, *DATES, *CHARACTERS, *INJECTIONS, *OPERATORS, *NESTED)
