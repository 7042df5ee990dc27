"""Random sequences of what may happen to orders on their way from Medusa; nothing is lost, nothing is twice.

A failure prints the steps of the shortest sequence that fails, and the seed, with which
`pytest --hypothesis-seed=...` makes the same sequences again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import frappe
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.inbox.sequences.machine import OrderMachine
from tests.inbox.sequences.world import World
from tests.support.quotes import quotes  # noqa: F401

FEW = 5
STEPS = 14
both = pytest.mark.parametrize("generation", ["v2", "v1"])


@pytest.fixture
def world(quotes, monkeypatch, give_up) -> Iterator[World]:  # noqa: F811
	precision = frappe.db.get_default("currency_precision")
	world = World(quotes, monkeypatch, give_up)
	yield world
	world.begin(submits=False, follows=False)
	frappe.db.set_default("currency_precision", precision)
	frappe.db.commit()


def run(world: World, count: int, request: pytest.FixtureRequest, capsys) -> None:
	given = request.config.getoption("--hypothesis-seed")
	number = int(given) if given and given != "random" else random.SystemRandom().randrange(2**32)
	with capsys.disabled():
		print(f"\n{count} sequences, seed {number}")
	many = settings(
		max_examples=count,
		stateful_step_count=STEPS,
		deadline=None,
		database=None,
		phases=[Phase.generate, Phase.shrink],
		suppress_health_check=list(HealthCheck),
		print_blob=False,
	)
	run_state_machine_as_test(seed(number)(lambda: OrderMachine(world)), settings=many)


@pytest.mark.long_in_full
@both
def test_sequences(world, generation, request, capsys):
	"""A few with `--skip-long`, and as many as `--sequences` says without it, of each generation."""
	option = request.config.getoption
	run(world, FEW if option("--skip-long") else option("--sequences"), request, capsys)
