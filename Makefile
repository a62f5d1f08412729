# Everything happens inside this tree: packages in .venv, results in out.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Prints the first Python that is new enough and can make a virtual environment.
FIND_PYTHON := for candidate in python3.13 python3 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python \
	python3.14 python3.12 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.12*/bin/python; do \
	if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; \
	then printf '%s\n' "$$candidate"; exit 0; fi; done; \
	echo 'No Python of version 3.12 or newer with its venv module was found (tried python3.13, python3, python3.14,' \
	'python3.12 and pyenv). Install one, for example Debian'"'"'s python3.13 and python3.13-venv, and try again.' >&2; exit 1

# An environment whose Python has gone, as after an upgrade of the machine, is made anew.
$(shell $(BIN)/python -c '' 2>/dev/null || rm -rf $(BIN)/python $(VENV)/installed $(VENV)/developing)

.PHONY: help demo test lint bench docs python clean

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/installed ## Plan Huzhou 2023 and write its task list to out/huzhou-2023
	$(BIN)/jianpai plan huzhou-2023 --out out/huzhou-2023

test: $(VENV)/developing ## Run every test, with branch coverage
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 8 --cov --cov-report=term

lint: $(VENV)/developing ## Check style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/developing ## Time the hot paths at stated sizes
	@for script in tests/bench/bench_*.py; do echo "$$script"; $(BIN)/python "$$script" || exit 1; done

docs: $(VENV)/developing ## Write docs/plan-rows.md anew from the bundled scenarios
	$(BIN)/python -m tests.plan_rows

python: ## Print the Python that would be used
	@$(FIND_PYTHON)

clean: ## Remove what was made here
	rm -rf $(VENV) out build *.egg-info .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	@python="$$($(FIND_PYTHON))" && "$$python" -m venv --clear $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt setuptools
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable .
	@touch $@

$(VENV)/developing: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt setuptools
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[cluster,lint,parquet,postgres,speed,test]'
	@touch $@ $(VENV)/installed
