# make help

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.complete
# statements of the contract that a test has to cite
REQUIRED := 1-59,61-163
# a process for each core, each with a site of its own
SIDE_BY_SIDE := -n auto --dist loadscope

# what was compiled once is not compiled anew by every process
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.devbench/pycache

.DEFAULT_GOAL := help
.PHONY: help install test test-all lint format translations contract mutants demo bench clean down

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## Python's packages, and devbench's Frappe
	@$(RUN) -m devbench.runtime

$(STAMP): devbench/requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.10 or later."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "$$($(PYTHON) --version) is too old: make PYTHON=python3.11, or any later than 3.10."; exit 1; }
	@echo "installing Python's packages into $(VENV) (once, about half a minute)"
	@$(PYTHON) -m venv $(VENV) || { echo "venv is missing: apt-get install python3-venv."; exit 1; }
	@$(RUN) -m pip install --quiet --disable-pip-version-check --requirement devbench/requirements.txt \
		|| { echo "Python's packages could not be installed: see above."; exit 1; }
	@touch $@

test: $(STAMP) ## all tests but the long ones, side by side (ARGS="-k name": some of them, in one process)
	@$(RUN) -m pytest $(SIDE_BY_SIDE) --skip-long $(ARGS)

test-all: $(STAMP) ## every test, side by side
	@$(RUN) -m pytest $(SIDE_BY_SIDE) $(ARGS)

lint: $(STAMP) ## ruff for Python; eslint and prettier for the scripts, if Node.js can be had
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(RUN) -m devbench.scripts

format: $(STAMP) ## correct what ruff, eslint and prettier can correct
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .
	@$(RUN) -m devbench.scripts --fix

translations: $(STAMP) ## write medusa_integration/locale/main.pot anew
	@$(RUN) -m devbench.translations

contract: $(STAMP) ## which tests show which statement of the documentation
	@$(RUN) -m devbench.contract --require $(REQUIRED)

mutants: $(STAMP) ## whether the tests notice when a statement is broken (SAMPLE=12 for some, ARGS="--statements 24,30-33")
	@$(RUN) -m tests.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(ARGS)

demo: $(STAMP) ## a shop's catalogue on its way to Medusa (MEDUSA=v1: the older one, KEEP=1: stay up)
	@$(RUN) -m devbench.demo --medusa $(or $(MEDUSA),v2) $(if $(KEEP),--keep)

bench: $(STAMP) ## the benchmarks
	@$(RUN) -m benchmarks

down: ## stop whatever runs of devbench are still up
	@test ! -x $(RUN) || $(RUN) -m devbench.down

clean: down ## remove everything that was built
	@rm -rf $(VENV) .devbench node_modules
