# Marquee: `make run` and `make test` do all their own set-up; python3.11 (or newer) and make are enough.

PYTHON     ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
                $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV       ?= .venv
BIN        := $(VENV)/bin
UV_VERSION := 0.13.8
UV         := $(BIN)/uv
ARGS       ?=
NAME       ?= change

export UV_SYSTEM_CERTS     ?= 1
export NODE_USE_SYSTEM_CA  ?= 1
export UV_PYTHON_DOWNLOADS ?= never
export UV_NO_PROGRESS      ?= 1

# Stamps: the server needs only requirements.lock, the tools everything. A lock that did not change costs nothing.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime-installed
TOOLS   := $(VENV)/.tools-installed
PLOTS   := $(VENV)/.plots-installed

CHECKED := $(wildcard domain models resolvers schema subscriptions adapters jobs routes scripts settings bench *.py)

.DEFAULT_GOAL := help
.PHONY: help run web test check format bench plots screenshots schema migration env-example lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(RUNTIME) ## Start the server with a demo cinema; make run PORT=9000, and every other setting, works
	@$(BIN)/python -m scripts.build_web
	@$(BIN)/python server.py $(ARGS)

web: $(RUNTIME) ## Build the seat picker, the desk and GraphiQL; a failure is one here, while `make run` goes on without
	@$(BIN)/python -m scripts.build_web --strict

test: $(TOOLS) ## All tests, on SQLite + memory and on PostgreSQL + Valkey; ARGS="-k holds" narrows both
	@$(BIN)/python -m tests $(ARGS)

check: $(TOOLS) ## Lint, format, types, layers, schema, settings and secrets: all that needs no test run
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(CHECKED)
	@$(BIN)/python -m pytest -q -n 0 tests/test_architecture.py
	@$(BIN)/python -m scripts.export_schema --check
	@$(BIN)/python -m scripts.env_example --check
	@$(BIN)/python -m scripts.find_secrets
	@echo "check: all good"

format: $(TOOLS) ## Put the code into the house format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(TOOLS) ## Measure, beside a yardstick run at the same time; the figures go to docs/performance.md
	@$(BIN)/python -m bench $(ARGS)

plots: $(PLOTS) ## Draw docs/growth/*.png from what `make bench ARGS=growth` has measured
	@$(BIN)/python -m bench.plots

screenshots: $(TOOLS) ## Photograph a running demo into docs/screenshots; ARGS=http://127.0.0.1:8000
	@$(BIN)/python -m scripts.screenshots $(ARGS)

schema: $(RUNTIME) ## Write schema.graphql; its diff is the review
	@$(BIN)/python -m scripts.export_schema

migration: $(RUNTIME) ## Write a migration for changed models; NAME=waitlist names it
	@$(BIN)/python -m scripts.make_migration $(NAME)

env-example: $(RUNTIME) ## Write .env.example from settings/
	@$(BIN)/python -m scripts.env_example

lock: $(CREATED) ## Resolve pyproject.toml into both lock files; ARGS=--upgrade moves every version
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) pyproject.toml --group plots -c requirements-dev.lock -o requirements-plots.lock
	@$(COMPILE) --group pyproject.toml:node -c requirements-dev.lock -o requirements-node.lock
	@! grep -nE '://|--(index-url|extra-index-url|find-links)' requirements*.lock

clean: ## Remove what was installed and cached, but no data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Hashes and versions only: which registry serves them is each machine's own setting.
COMPILE = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(ARGS)

# Where uv has no wheel, pip reads the same lock.
INSTALL = if [ -x $(UV) ]; then $(UV) pip install -q --python $(BIN)/python --require-hashes -r $(1); \
          else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); fi

# Debian without python3-venv has no ensurepip: the system's pip then fills the environment from outside.
$(CREATED):
	@test -n "$(PYTHON)" || { echo "Marquee needs python 3.11 or newer."; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..."
	@if $(PYTHON) -m venv $(VENV) >/dev/null 2>&1; then \
	   $(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION) || echo "No uv here; pip does it, more slowly."; \
	 else \
	   $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	   $(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check uv==$(UV_VERSION); \
	 fi
	@touch $@

$(RUNTIME): requirements.lock | $(CREATED)
	@$(call INSTALL,requirements.lock)
	@touch $@

$(TOOLS): requirements-dev.lock | $(CREATED)
	@$(call INSTALL,requirements-dev.lock)
	@touch $@ $(RUNTIME)

$(PLOTS): requirements-plots.lock | $(TOOLS)
	@$(call INSTALL,requirements-plots.lock)
	@touch $@
