# Everything from a fresh clone. `make demo` and `make test` need Python 3.11 or newer, make and a package index.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
RUNS := $(VENV)/.runs

# The first of these that really runs (a version manager's shim may not) and can make environments is taken.
PYTHON ?= python3.13 python3.12 python3.11 python3
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
COMPILE = "$$uv" pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --quiet \
	--custom-compile-command "make lock" $(UV_ARGS)
# What the image carries: all that a probe or a way of paging wants, but for asyncssh, whose licence is to be asked for.
IMAGE := apprise dns mongodb redis tls zeromq
# Processes that share the tests; 0: only one, in which a debugger works.
WORKERS ?= 2
# What builds the project. It is locked too, so that installing the project itself asks no index.
BUILD := hatchling>=1.27 editables>=0.5

# A suite starts Python a hundred times. Where nothing compiled may be kept, each of them compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo run test lint bench pictures lock env-example clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make .venv with everything; does nothing when nothing has changed

# Python compiles what is used when it is used: all of it beforehand takes longer than everything else.
$(INSTALLED): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(RUNS) $@

# What the demo needs, which is half of it: a newcomer does not wait for compilers, linters and browsers of tests.
$(RUNS): requirements-demo.lock pyproject.toml | $(BIN)/python
	$(PIP) install --no-compile --require-hashes -r requirements-demo.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON); do \
	  if $$python -c '$(USABLE)' >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$($$python -V)"; exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo "There is no usable Python 3.11 or newer among: $(PYTHON)" >&2; \
	echo "Install one with its venv module (on Debian: apt install python3 python3-venv)," >&2; \
	echo "or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1

demo: $(RUNS) ## A Slack in the browser, a trading system to break and a first alert, all on this machine; FAST=60 makes time run faster
	$(BIN)/tocsin demo $(if $(FAST),--fast $(FAST)) $(ARGS)

run: install ## The bot, with the settings of the environment and of .env
	$(BIN)/tocsin run $(ARGS)

test: install ## The whole suite, by WORKERS=2 processes; ARGS='tests/core -k ladder' for a part of it
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

lint: install ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: install ## The benchmarks; about seven minutes, ARGS=--quick for two
	$(BIN)/python -m bench $(ARGS)

pictures: install ## Take the documentation's pictures anew; needs chromium and fonts with emoji
	$(BIN)/python docs/pictures/take.py

lock: ## Lock the dependencies anew (needs uv); UV_ARGS=--upgrade takes newer ones
	@uv="$$(command -v $(BIN)/uv uv | head -n 1)"; \
	if [ -z "$$uv" ]; then echo "uv is not installed: https://docs.astral.sh/uv/" >&2; exit 1; fi; set -e; \
	printf '%s\n' $(foreach one,$(BUILD),'$(one)') | \
	  $(COMPILE) pyproject.toml - --extra dev --output-file requirements-dev.lock; \
	printf '%s\n' $(foreach one,$(BUILD),'$(one)') | \
	  $(COMPILE) pyproject.toml - --extra demo --constraint requirements-dev.lock --output-file requirements-demo.lock; \
	$(COMPILE) pyproject.toml $(IMAGE:%=--extra %) --constraint requirements-dev.lock --output-file requirements.lock; \
	echo asyncssh | $(COMPILE) - --no-deps --constraint requirements-dev.lock --output-file requirements-ssh.lock

env-example: install ## Write .env.example anew
	$(BIN)/python -m bot.env_example > .env.example.new
	mv .env.example.new .env.example

clean: ## Remove caches, builds and the demo's data; .venv stays
	rm -rf build dist .demo* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find bot commands tests -name __pycache__ -type d -prune -exec rm -rf {} +
