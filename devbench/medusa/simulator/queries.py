"""Query strings as Express reads them: `id[]=a`, `id[0]=a`, `variants[sku]=x`, `$or[0][handle]=y`."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl


def parse_query(text: str) -> dict:
	"""Nested dicts and lists of strings. A key that comes twice becomes a list."""
	result: dict = {}
	for name, value in parse_qsl(text, keep_blank_values=True):
		head, rest = re.match(r"([^\[]*)(.*)", name, re.DOTALL).groups()
		_put(result, [head, *re.findall(r"\[([^\]]*)\]", rest)], value)
	return {key: _lists(value) for key, value in result.items()}


def _put(target: dict, keys: list[str], value: str) -> None:
	key, *rest = keys
	if not rest:
		if key in target:
			before = target[key]
			target[key] = [*before, value] if isinstance(before, list) else [before, value]
		else:
			target[key] = value
		return
	inner = target.setdefault(key, {})
	if not isinstance(inner, dict):
		inner = target[key] = {str(index): element for index, element in enumerate([inner])}
	if rest[0] == "":
		rest = [str(len(inner)), *rest[1:]]
	_put(inner, rest, value)


def _lists(value: object) -> object:
	if not isinstance(value, dict):
		return value
	if value and all(key.isdigit() for key in value):
		return [_lists(value[key]) for key in sorted(value, key=int)]
	return {key: _lists(inner) for key, inner in value.items()}
