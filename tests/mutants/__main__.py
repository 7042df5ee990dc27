"""python -m tests.mutants [--statements 24,30-33] [--sample 12] [--jobs 2]: which breakages tests notice."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from devbench.contract import parsed_numbers
from tests.mutants.breakage import ROOT, Breakage, all_breakages
from tests.mutants.runner import cited_tests, try_breakage


def chosen(statements: str, sample: int) -> list[Breakage]:
	"""The breakages of these statements, all by default; of them a sample that the last commit decides."""
	numbers = parsed_numbers(statements)
	wanted = [one for one in all_breakages() if not numbers or one.statement in numbers]
	if not sample or sample >= len(wanted):
		return wanted
	head = subprocess.run(
		["git", "rev-parse", "HEAD"], cwd=ROOT, text=True, capture_output=True
	).stdout.strip()
	picked = random.Random(head).sample(wanted, sample)
	return sorted(picked, key=lambda one: one.statement)


def main() -> int:
	"""Try the breakages, tell of each, and answer 1 when one was not noticed."""
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--statements", default="", help="only those of these statements, such as 24,30-33")
	parser.add_argument("--sample", type=int, default=0, help="only so many, chosen by the last commit")
	parser.add_argument("--jobs", type=int, default=2, help="how many are tried at a time")
	options = parser.parse_args()
	wanted, tests = chosen(options.statements, options.sample), cited_tests()
	survived = []
	with ThreadPoolExecutor(options.jobs) as pool:
		verdicts = pool.map(lambda one: try_breakage(one, tests.get(one.statement, [])), wanted)
		for count, verdict in enumerate(verdicts, 1):
			if not verdict.caught:
				survived.append(verdict)
			state = "noticed by" if verdict.caught else "NOT NOTICED:"
			print(
				f"[{count:3}/{len(wanted)}] {verdict.breakage.statement:3} {state} {verdict.text}", flush=True
			)
	for verdict in survived:
		print(f"\nstatement {verdict.breakage.statement}, {verdict.breakage.file}: {verdict.text}")
		print(f"- {verdict.breakage.old}\n+ {verdict.breakage.new}")
	print(f"{len({one.statement for one in wanted})} statements broken in {len(wanted)} ways")
	print(f"{len(wanted) - len(survived)} passed, {len(survived)} failed")
	return 1 if survived else 0


if __name__ == "__main__":
	sys.exit(main())
