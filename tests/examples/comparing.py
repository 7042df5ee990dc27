"""Whether an answer is as an example has it; words in angle brackets stand for values that differ."""

from __future__ import annotations

import re
from typing import Any

WORDS = re.compile(r"<([^<>]+)>")
KINDS = {"<number>": (int, float), "<list>": list, "<object>": dict}
OTHERS = "..."


def differences(told: Any, got: Any, known: dict[str, str], where: str = "answer") -> list[str]:
	"""What differs between an example's answer and a real one, a sentence for each.

	Args:
		told: what the page has.
		got: what came.
		known: values of words in angle brackets; those that are met for the first time are added.
		where: what is compared, for the sentences.
	"""
	if isinstance(told, str):
		return _of_text(told, got, known, where)
	if isinstance(told, dict) and isinstance(got, dict):
		return _of_objects(told, got, known, where)
	if isinstance(told, list) and isinstance(got, list):
		return _of_lists(told, got, known, where)
	is_flag = isinstance(told, bool) is isinstance(got, bool)
	return [] if told == got and is_flag else [f"{where} is {got!r}, not {told!r}"]


def filled(value: Any, known: dict[str, str]) -> Any:
	"""Return what a request sends, with the values of words in angle brackets."""
	if isinstance(value, str):
		return WORDS.sub(lambda found: known.get(found[1], found[0]), value)
	if isinstance(value, dict):
		return {key: filled(one, known) for key, one in value.items()}
	return [filled(one, known) for one in value] if isinstance(value, list) else value


def unknown(text: str, known: dict[str, str]) -> set[str]:
	"""Return the words in angle brackets of a request that have no value yet."""
	return set(WORDS.findall(text)) - known.keys()


def _of_text(told: str, got: Any, known: dict[str, str], where: str) -> list[str]:
	if told in KINDS:
		fits = isinstance(got, KINDS[told]) and not isinstance(got, bool)
		return [] if fits else [f"{where} is {got!r}, not a {told[1:-1]}"]
	if not isinstance(got, str):
		return [f"{where} is {got!r}, not {told!r}"]
	parts, names = [], []
	for number, part in enumerate(WORDS.split(told)):
		if number % 2 and part not in known:
			names.append(part)
			parts.append("(.+)")
		else:
			parts.append(re.escape(known[part] if number % 2 else part))
	found = re.fullmatch("".join(parts), got, re.DOTALL)
	if not found:
		return [f"{where} is {got!r}, not {filled(told, known)!r}"]
	known.update(zip(names, found.groups(), strict=True))
	return []


def _of_objects(told: dict, got: dict, known: dict[str, str], where: str) -> list[str]:
	wanted = {filled(key, known): value for key, value in told.items() if key != OTHERS}
	missing, more = wanted.keys() - got.keys(), got.keys() - wanted.keys()
	found = [f"{where} has no {key}" for key in sorted(missing)]
	if OTHERS not in told:
		found += [f"{where} also has {key}" for key in sorted(more)]
	for key in wanted:
		if key in got:
			found += differences(wanted[key], got[key], known, f"{where}.{key}")
	return found


def _of_lists(told: list, got: list, known: dict[str, str], where: str) -> list[str]:
	is_open = told[-1:] == [OTHERS]
	wanted = told[:-1] if is_open else told
	if len(got) < len(wanted) or (len(got) > len(wanted) and not is_open):
		return [f"{where} has {len(got)} entries, not {len(wanted)}: {got!r:.300}"]
	return [
		one
		for number, value in enumerate(wanted)
		for one in differences(value, got[number], known, f"{where}[{number}]")
	]
