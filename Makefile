# The project's doors. A fresh machine needs Python 3.11 or newer and make; everything else comes from the hashed
# locks into .venv, at the first call of a door. `make PYTHON=/path/to/python` chooses the interpreter.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3
CONTRACT_TOOLS := tools/contract/node_modules
# Node comes from the wheel in .venv, whatever the machine has, and trusts the certificates the machine trusts.
NODE := NODE_USE_SYSTEM_CA=1 PATH="$(CURDIR)/$(BIN):$$PATH"
SOURCES := $(wildcard app migrations tests benchmarks)
WORKERS ?= 2

.PHONY: help run test check verify bench openapi migrate lock clean FORCE

help:  ## List the doors
	@sed -n 's/^\([a-z]*\):.*## /  make \1: /p' Makefile

run: .venv/.runtime  ## Start the API with its demo city (embedded PostgreSQL unless DATABASE_URL is set)
	@exec $(BIN)/kinerja run

test: .venv/.dev  ## Run the tests (WORKERS=2 processes)
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not thorough" --ignore=tests/reliability

verify: .venv/.dev  ## Run the long tests: attackers who read all, manuals as written, crashes, generated requests, clients
	@$(BIN)/python -m pytest -n $(WORKERS) -m thorough --ignore=tests/reliability
	@$(BIN)/python -m pytest tests/reliability

check: .venv/.dev $(CONTRACT_TOOLS)/.installed  ## Read the code and the contract: style, types, layers, dependencies, OpenAPI
	@echo "ruff" && $(BIN)/ruff check --quiet $(SOURCES)
	@echo "ruff format" && $(BIN)/ruff format --check --quiet $(SOURCES)
	@echo "mypy" && $(BIN)/mypy $(SOURCES)
	@echo "import-linter" && $(BIN)/lint-imports --no-logo
	@echo "deptry" && $(BIN)/deptry .
	@echo "openapi.json is what the code says" && $(BIN)/kinerja openapi --check
	@echo "redocly" && $(NODE) REDOCLY_TELEMETRY=off $(CONTRACT_TOOLS)/.bin/redocly lint --lint-config=error \
		--config openapi/redocly.yaml --format=stylish openapi/openapi.json
	@echo "spectral" && $(NODE) $(CONTRACT_TOOLS)/.bin/spectral lint openapi/openapi.json \
		--ruleset openapi/.spectral.yaml --fail-severity=hint

bench: .venv/.dev  ## Measure the hot paths against their floors
	@$(BIN)/kinerja bench

openapi: .venv/.runtime  ## Write openapi/openapi.json from the code
	@$(BIN)/kinerja openapi

migrate: .venv/.runtime  ## Bring the database of DATABASE_URL to the newest schema
	@$(BIN)/kinerja migrate

lock: .venv/.dev  ## Resolve the dependencies of pyproject.toml anew into the two lock files
	@$(PIP) install 'uv>=0.13,<0.14'
	@$(call compile,requirements.lock,--extra build)
	@$(call compile,requirements-dev.lock,--extra build --extra dev --constraints requirements.lock)

clean:  ## Remove everything that the doors made, except the data in .data
	@rm -rf .venv $(CONTRACT_TOOLS) build *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find app migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The locks name no package index, so that every machine uses its own.
compile = $(BIN)/uv pip compile pyproject.toml $(2) --output-file $(1) --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet $(UPGRADE)

# ---------------------------------------------------------------- the environment
# Stamp files: a second call finds them newer than the locks and does nothing.

.venv/.runtime: .venv/.place requirements.lock pyproject.toml
	@echo "Installing the runtime from requirements.lock ..." >&2
	@$(PIP) install --no-deps --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@echo "Installing the tools from requirements-dev.lock ..." >&2
	@$(PIP) install --no-deps --requirement requirements-dev.lock
	@touch $@

$(CONTRACT_TOOLS)/.installed: .venv/.dev tools/contract/package-lock.json tools/contract/.npmrc
	@echo "Installing the contract's tools from tools/contract/package-lock.json ..." >&2
	@$(NODE) npm ci --loglevel=error --prefix tools/contract --cache "$(CURDIR)/.venv/npm-cache"
	@touch $@

# An environment works only where it was made: in a moved or copied tree it is made anew.
ifneq "$(shell cat .venv/.place 2>/dev/null)" "$(CURDIR)"
.venv/.place: FORCE
endif
.venv/.place:
	@if [ -f $@ ]; then rm -rf .venv; fi
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			"$$python" -m venv .venv && printf '%s' '$(subst ','\'',$(CURDIR))' > $@ && exit 0; \
		fi; \
	done; \
	echo "No usable Python 3.11 or newer (with its venv module) among: $(PYTHONS)" >&2; exit 1
