"""Measures quotations and invoices of the shop with the app and without it, alternately within one run.

It runs on devbench's site, or on a site of a real bench. On devbench an invoice costs a seventh of ERPNext's,
because the stand-in posts nothing, so the same work of the app has a larger share there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from subprocess import Popen

from benchmarks.figures import Bound, aligned, spread, with_bounds
from benchmarks.ours import answer_of, python_on
from devbench.processes import say
from devbench.site import Bench

LINES = (1, 10, 100)
QUOTATION_ROUNDS = 5
INVOICE_LINES = 5
INVOICE_ROUNDS = 100
# an invoice of the stand-ins is short: what else the machine does weighs more
DEVBENCH_INVOICE_ROUNDS = 300
INVOICE_RATIO = 1.05
WAYS = {"off": "without the app", "kept": "recorded", "sent": "recorded, a worker woken"}


@dataclass(frozen=True, slots=True)
class Cost:
	"""SQL statements, commits and all, and milliseconds, each one figure a round."""

	statements: list[int]
	milliseconds: list[float]

	@classmethod
	def of(cls, rounds: list[tuple[int, float]]) -> Cost:
		"""The cost of so many rounds, each (statements, milliseconds)."""
		return cls(*map(list, zip(*rounds, strict=True)))

	def to(self, other: Cost) -> list[float]:
		"""Return the quartiles, over the rounds, of the time in relation to the other one."""
		pairs = zip(self.milliseconds, other.milliseconds, strict=True)
		return quantiles((mine / theirs for mine, theirs in pairs), n=4, method="inclusive")


@dataclass(frozen=True, slots=True)
class SellingFigures:
	"""All that was measured: by lines and way (ours, plain) of a Quotation, by way of an invoice."""

	site: str
	quotations: dict[int, dict[str, Cost]]
	invoices: dict[str, Cost]

	def ours(self, lines: int) -> float:
		"""The statements of a Quotation of so many lines beyond those that it costs without the app."""
		ways = self.quotations[lines]
		return median(ways["ours"].statements) - median(ways["plain"].statements)

	def bounds(self) -> list[Bound]:
		"""What is demanded of them."""
		grown = max(self.ours(lines) for lines in LINES) - self.ours(1)
		bounds = [
			Bound("create_quotation: our SQL statements at 1 line", self.ours(1)),
			Bound("create_quotation: more of ours at 10 or 100 lines than at 1", grown, most=0),
		]
		for way in ("kept", "sent"):
			lower, middle, upper = self.invoices[way].to(self.invoices["off"])
			what = f"Sales Invoice, {WAYS[way]}"
			bounds += [
				Bound(f"{what}: times as long as without the app", middle, most=INVOICE_RATIO),
				# far from each other on a busy machine: then the one between them says little
				Bound(f"{what}: lower quartile", lower),
				Bound(f"{what}: upper quartile", upper),
			]
		return bounds

	def table(self) -> str:
		"""Statements and milliseconds for a person to read."""
		lines = [("one document", "SQL statements", "ms, median", "lowest", "highest", "rounds")]
		for size, ways in self.quotations.items():
			lines.append(_line(f"create_quotation, lines: {size}", ways["ours"]))
			lines.append(_line(f"Quotation without the app, lines: {size}", ways["plain"]))
		lines += [_line(f"Sales Invoice, {WAYS[way]}", cost) for way, cost in self.invoices.items()]
		return aligned(lines)

	def as_json(self) -> dict:
		return with_bounds(asdict(self), self.bounds())


def measure_selling(site: str | None = None) -> SellingFigures:
	"""Measure on a fresh site of devbench, or on this one of the bench whose sites are in SITES_PATH."""
	if site:
		return _measure(site, python_on(site), INVOICE_ROUNDS)
	with Bench() as bench:
		return _measure("devbench", bench.python, DEVBENCH_INVOICE_ROUNDS)


def _measure(site: str, python: Callable[[str], Popen[str]], invoice_rounds: int) -> SellingFigures:
	def on_site(function: str, *arguments: object, module: str = "selling_on_site"):
		return answer_of(python, module, function, *arguments)

	say(f"quotations of the shop on {site}")
	sold = on_site("prepare", max(LINES))
	quotations = on_site("quotations", sold, LINES, QUOTATION_ROUNDS, module="quotations_on_site")
	say(f"invoices of the shop on {site}")
	invoices = on_site("invoices", sold, INVOICE_LINES, invoice_rounds)
	return SellingFigures(
		site,
		{
			int(lines): {way: Cost.of(rounds) for way, rounds in ways.items()}
			for lines, ways in quotations.items()
		},
		{way: Cost.of(rounds) for way, rounds in invoices.items()},
	)


def _line(what: str, cost: Cost) -> tuple[str, ...]:
	times = cost.milliseconds
	return what, f"{median(cost.statements):g}", *spread(times), str(len(times))
