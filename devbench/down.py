"""python -m devbench.down: stop what is still running in this checkout's .devbench/."""

from devbench.processes import say
from devbench.runs import end_all

if __name__ == "__main__":
	say(f"stopped {end_all()} runs of devbench")
