# DyNAS Studio: `make` lists what there is to do.

PORT ?= 8501
ADDRESS ?= 127.0.0.1
DATA_DIR ?= $(or $(DYNAS_DATA_DIR),$(HOME)/.dynas-studio)
TESTS ?= tests
REQUIREMENTS ?= requirements.txt

VENV := .venv
BIN := $(VENV)/bin
# The type checker of the JavaScript; npm installs it, which comes with requirements-dev.txt.
TSC := node_modules/typescript/bin/tsc
# A module is compiled when it is first imported; most of them never are. What was compiled is kept, even
# where the shell says otherwise: every Python that starts, and tests start hundreds, would compile torch.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check

# The documentation that the dashboard serves, and what it is made of.
SITE := app/documentation/site.zip
SITE_SOURCES = $(shell find docs docs_site dynas_studio engine examples CHANGELOG.md SECURITY.md \
	-name '*.md' -o -name '*.png' -o -name '*.toml' -o -name '*.css' -o -name '*.svg' -o -name '*.py')

# A Python counts only if it runs: a version manager's shim on the PATH may have nothing behind it.
FIND_PYTHON = for python in python3.11 python3; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v $$python && break; done

.DEFAULT_GOAL := help
.PHONY: help run docs test test-all test-lowest test-highest lint format bench screenshots clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The dashboard also starts with documentation that is missing or outdated.
run: $(VENV)/installed ## open the dashboard [PORT=8501 ADDRESS=127.0.0.1 DATA_DIR=~/.dynas-studio OPTIONS=...]
	@$(MAKE) --silent $(SITE) || echo "The dashboard starts without current documentation." >&2
	@exec $(BIN)/python -m app --port "$(PORT)" --address "$(ADDRESS)" --data-dir "$(DATA_DIR)" $(OPTIONS)

docs: $(VENV)/installed ## build the documentation: build/documentation, and /docs of the dashboard
	@$(BIN)/python -m docs_site

$(SITE): $(SITE_SOURCES) | $(VENV)/installed
	@echo "Building the documentation; this takes some seconds"
	@$(BIN)/python -m docs_site

test: $(VENV)/installed-dev ## run every test but the slow ones, of Python and JavaScript [TESTS=tests/engine]
	$(call run-tests, and not slow)

test-all: $(VENV)/installed-dev ## run every test, the slow ones too [TESTS=tests/engine]
	$(call run-tests,)

test-lowest: $(VENV)/installed-dev ## run the tests with the lowest versions that pyproject.toml allows
	$(call test-end,lowest)

test-highest: $(VENV)/installed-dev ## run the tests with the highest versions that pyproject.toml allows
	$(call test-end,highest)

# They have an environment of their own, which is made anew each time.
define test-end
	rm -rf .venv-$(1)
	$(BIN)/python -m tests.range_ends $(1) > .venv-$(1).txt
	$(MAKE) test VENV=.venv-$(1) REQUIREMENTS=.venv-$(1).txt
endef

# In the order of their names: files with few tests, which would come last, are among the longest.
PARALLEL := --numprocesses auto --dist loadfile --no-loadscope-reorder

# 5 is what pytest ends with where TESTS holds none of a kind.
define run-tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(TESTS) -m "not browser$(1)" $(PARALLEL) || [ $$? -eq 5 ]
	$(BIN)/python -m pytest $(TESTS) -m "browser$(1)" $(PARALLEL) || [ $$? -eq 5 ]
endef

lint: $(VENV)/installed-dev $(TSC) ## check format, style, types and the direction of imports; also the JavaScript
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/oxlint --deny-warnings
	$(BIN)/node $(TSC) --project .

format: $(VENV)/installed-dev ## format the code and apply the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/installed-dev ## run the benchmarks one after the other, in the order of their names
	@set -e; for script in benchmarks/[a-z]*.py; do \
		echo "== $$script"; $(BIN)/python -m "benchmarks.$$(basename "$$script" .py)"; done

screenshots: $(VENV)/installed-dev ## draw the pictures in docs/images anew
	$(BIN)/python -m tests.browser.screenshots

clean: ## remove what make installed, and every cache
	rm -rf $(VENV) .venv-* node_modules build $(SITE) *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@python="$$($(FIND_PYTHON))"; \
	if [ -z "$$python" ]; then \
		echo "DyNAS Studio needs Python 3.11 or newer with its venv module (on Debian:" \
			"apt install python3 python3-venv). Install it and run make again." >&2; \
		exit 1; \
	fi; \
	echo "Creating $(VENV) with $$python"; \
	"$$python" -m venv $(VENV)

$(VENV)/installed: $(REQUIREMENTS) pyproject.toml | $(BIN)/python
	@echo "Installing the requirements; the first time this takes some minutes"
	@$(PIP) -r $(REQUIREMENTS)
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(TSC): package.json package-lock.json | $(VENV)/installed-dev
	@$(BIN)/npm ci --loglevel error
	@touch $@
