# Everything a newcomer needs: `make run` and `make test`. Only python3 (3.11 to 3.13, with venv), make and git are assumed.
# The locks in .lock/ name every package with its hashes; stamps inside the environment make a second call quick.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test lint bench lock screenshot clean

VENV := .venv
DESK := .home
PY := $(VENV)/bin/python
# `python3` when it fits, else one of the versions that do.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
LIBRARY := $(shell find content -name '*.md' 2>/dev/null)
MIGRATIONS := $(shell find kb/storage -path '*versions*' -name '*.py' 2>/dev/null)

help: ## Show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(DESK)/.ready ## Serve the demonstration at http://127.0.0.1:8000 (KB_PORT for another port)
	exec $(VENV)/bin/kb --home $(DESK) serve --demo

test: $(VENV)/.dev ## The whole suite
	$(PY) -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

lint: $(VENV)/.dev ## Style, types and the arrows between the packages
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/test_architecture.py

bench: $(VENV)/.bench ## Speed beside the peers, and search quality, over ../shared/eval (ARGS="--only PARTS")
	$(PY) -m tests.bench.run $(ARGS)

lock: $(VENV)/.run ## Resolve the dependencies anew for every supported Python
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PY) -m venv "$$tools" && "$$tools"/bin/python -m pip install --quiet uv && \
	compile="$$tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade" && \
	echo 'setuptools>=80' | $$compile - -o .lock/build.txt && \
	$$compile pyproject.toml --extra dev --extra bench -o .lock/bench.txt && \
	$$compile pyproject.toml --extra dev -c .lock/bench.txt -o .lock/dev.txt && \
	$$compile pyproject.toml -c .lock/bench.txt -o .lock/run.txt

screenshot: $(VENV)/.dev $(DESK)/.ready ## Make .readme/*.png from the running program
	$(PY) .readme/screenshot.py $(DESK)

clean: ## Remove what the other targets made (the environment and the demonstration's home folder too)
	rm -rf $(VENV) $(DESK) .bench build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Packages that are built from source (jieba) use the locked setuptools, not whatever the index offers today.
$(VENV)/.made: .lock/build.txt
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 至 3.13（python3）。 Python 3.11 to 3.13 is needed.' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r .lock/build.txt
	touch $@

$(VENV)/.run: $(VENV)/.made .lock/run.txt pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r .lock/run.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run .lock/dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r .lock/dev.txt
	touch $@

$(VENV)/.bench: $(VENV)/.dev .lock/bench.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r .lock/bench.txt
	touch $@

# `kb init` does what is missing and leaves the rest: a changed library or schema brings the demonstration up to date.
$(DESK)/.ready: $(VENV)/.run $(LIBRARY) $(MIGRATIONS)
	$(VENV)/bin/kb --home $(DESK) init --demo
	touch $@
