# Everything Affidavit needs is set up from uv.lock, below this directory: .venv and .make.
# A machine needs Python 3.11 or newer with its venv module, git, make and PyPI.

REPO = .
OUTPUT = affidavit-report
ARGS =
DIR = /tmp/firm
PORT = 8642
PYTHON ?=
export PYTHON

BIN := .venv/bin
quoted = '$(subst ','\'',$(1))'
# Not every shell expands a tilde after an equals sign.
at_home = $(if $(filter ~/%,$(1)),$(patsubst ~/%,$(HOME)/%,$(1)),$(1))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help audit test format lint types layers news unit readme forge wheel clean

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

audit: .venv/runtime ## Audit a repository: REPO=path (default: this one), OUTPUT=directory, ARGS="--since 2026-01-01"
	@$(BIN)/affidavit audit $(call quoted,$(call at_home,$(REPO))) --output $(call quoted,$(call at_home,$(OUTPUT))) $(ARGS)

test: lint types layers news unit ## Run every check; the tests come last

format: .venv/dev ## Rewrite the code in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lint: .venv/dev ## Check format and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev ## Check the types
	$(BIN)/mypy --num-workers auto

layers: .venv/dev ## Check that a room imports only rooms below it
	$(BIN)/lint-imports

news: .venv/dev ## Check that the news fragments make a changelog
	@$(BIN)/towncrier build --draft --version next --date 2000-01-01 > .make/news
	@echo "news: the fragments of changes.d make a changelog"

unit: .venv/dev ## Run the tests, in random order, with coverage: ARGS="-k words" for some of them
	$(BIN)/python -m pytest -n auto $(if $(ARGS),$(ARGS),--cov --cov-report= --cov-fail-under=0)
	@$(if $(ARGS),,sh tools/rooms.sh)

readme: .venv/dev ## Put the commands' own words into README.md
	$(BIN)/python tools/readme.py

forge: .venv/dev ## Run a forge with a small firm, to try things on: DIR=/tmp/firm, PORT=8642
	@$(BIN)/python tools/forge --port $(PORT) --demo $(call quoted,$(call at_home,$(DIR)))

wheel: .venv/runtime ## Build the wheel into dist/
	.make/uv/bin/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

clean: ## Remove everything that was set up or made
	rm -rf .venv .make dist affidavit-report .coverage .coverage.* htmlcov
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# What was set up holds the path of this directory: after a move it is set up again.
ifneq ($(shell cat .venv/place 2>/dev/null),$(CURDIR))
.PHONY: .venv/runtime .venv/dev
endif

.venv/runtime: uv.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh runtime

.venv/dev: uv.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh dev
