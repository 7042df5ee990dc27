# make help

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.complete
# statements of the contract that a test has to cite
REQUIRED := 1-163
# one process more than there are cores, or two with the long tests, each with a site of its own
SIDE_BY_SIDE := -n auto --dist loadscope

# what was compiled once is not compiled anew by every process
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.devbench/pycache

.DEFAULT_GOAL := help
.PHONY: help install test test-all lint format translations openapi contract mutants demo bench clean down

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## install Python's packages and build devbench's Frappe
	@$(RUN) -m devbench.runtime

$(STAMP): devbench/requirements.txt devbench/database_driver.py
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.10 or later."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "$$($(PYTHON) --version) is too old: make PYTHON=python3.11, or any later than 3.10."; exit 1; }
	@echo "installing Python's packages into $(VENV) (once, about half a minute)"
	@$(PYTHON) -m venv $(VENV) || { echo "venv is missing: apt-get install python3-venv."; exit 1; }
	@$(RUN) -m pip install --quiet --disable-pip-version-check --requirement devbench/requirements.txt \
		|| { echo "Python's packages could not be installed: see above."; exit 1; }
	@$(RUN) -m devbench.database_driver
	@touch $@

test: $(STAMP) ## run all tests except the long ones, in parallel (ARGS="-k name" for some of them, in one process)
	@$(RUN) -m pytest $(SIDE_BY_SIDE) --skip-long $(ARGS)

test-all: $(STAMP) ## run all tests, in parallel
	@$(RUN) -m pytest $(SIDE_BY_SIDE) $(ARGS)

lint: $(STAMP) ## ruff, mypy, and the rules of imports and sizes; eslint and prettier, if Node.js can be had
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m pytest --quiet tests/test_imports.py tests/test_sizes.py
	@$(RUN) -m devbench.scripts

format: $(STAMP) ## correct what ruff, eslint and prettier can correct
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .
	@$(RUN) -m devbench.scripts --fix

translations: $(STAMP) ## generate medusa_integration/locale/main.pot from the texts of the app
	@$(RUN) -m devbench.translations

openapi: $(STAMP) ## generate docs/openapi.json from the endpoints
	@$(RUN) -m devbench.openapi

contract: $(STAMP) ## list which test shows which statement of docs/contract.md
	@$(RUN) -m devbench.contract --require $(REQUIRED)

mutants: $(STAMP) ## check that tests notice broken statements (SAMPLE=12 for some, ARGS="--statements 24,30-33")
	@$(RUN) -m tests.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(ARGS)

demo: $(STAMP) ## show the synchronization with a real Medusa (MEDUSA=v1 for v1, KEEP=1 to keep it running)
	@$(RUN) -m devbench.demo --medusa $(or $(MEDUSA),v2) $(if $(KEEP),--keep)

bench: $(STAMP) ## run the benchmarks
	@$(RUN) -m benchmarks

down: ## stop what devbench has left running
	@test ! -x $(RUN) || $(RUN) -m devbench.down

clean: down ## remove everything that was built
	@rm -rf $(VENV) .devbench node_modules
