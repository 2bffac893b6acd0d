# What a person does with the project, one command each; `make help` lists them.
# Each does its own set-up: a file is made when it is missing, or older than what it is made from.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format bench soak pins clean

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(PATH):/usr/sbin:/sbin
PYTHON := .venv/bin/python
RUN_SETUP := .venv/packages-to-run app/static/built/app.css
TEST_SETUP := $(RUN_SETUP) .venv/packages-to-test

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: $(RUN_SETUP)  ## Serve on http://127.0.0.1:5000, with invented people and cases in var/
	@exec $(PYTHON) -m flask --app app serve

test: $(TEST_SETUP)  ## Run every test: units, SQLite, PostgreSQL, HTTP and Chromium
	@$(PYTHON) -m tests.chromium
	@exec $(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(TEST_SETUP)  ## Check style, types and which package may import which
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@$(PYTHON) -c 'from importlinter.cli import lint_imports_command as lint; lint(["--no-logo"])'

format: $(TEST_SETUP)  ## Put the Python files into the project's layout
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

bench: $(TEST_SETUP)  ## Measure how fast tasks and timers are, beside what; write bench/results.md
	@exec $(PYTHON) -m bench

soak: $(TEST_SETUP)  ## Run the long random walks, kills and timer storms (an hour)
	@exec $(PYTHON) -m bench.soak

pins: $(PYTHON)  ## Take newer Python packages: write requirements/ anew from pyproject.toml
	@tools/pins

clean:  ## Remove what set-up made; the database in var/ stays
	@rm -rf .venv node_modules app/static/built

$(PYTHON):
	@tools/venv

.venv/packages-to-run: requirements/run.txt | $(PYTHON)
	@echo "Installing the Python packages it runs on."
	@$(PYTHON) -m pip install --quiet --requirement $<
	@touch $@

.venv/packages-to-test: requirements/test.txt .venv/packages-to-run
	@echo "Installing the Python packages its tests need, a PostgreSQL among them."
	@$(PYTHON) -m pip install --quiet --requirement $<
	@touch $@

.venv/packages-to-build: package.json package-lock.json .npmrc | $(PYTHON)
	@echo "Installing what builds the pages' styles."
	@tools/npm ci --loglevel=error --ignore-scripts --no-audit --no-fund >/dev/null
	@touch $@

app/static/built/app.css: $(wildcard app/static/src/*.scss) .venv/packages-to-build
	@echo "Building the pages' styles."
	@tools/npm run --silent build
