"""A Frappe site, and a Medusa beside it, for people who have no bench.

Everything it makes lies under `.devbench/` of the checkout; everything it starts listens on free
loopback ports and stops with the process that started it.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".devbench"
CACHE = STATE / "cache"
RUNS = STATE / "runs"
