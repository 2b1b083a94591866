# The portal's commands. `make` alone explains them.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PORT ?= 8000
JOBS ?= 2
ARGS ?=
MESSAGES := portal/translations/zh_Hans_CN/LC_MESSAGES/messages
SOURCES := portal scripts tests migrations $(wildcard bench) wsgi.py
export PORTAL_PORT ?= $(PORT)

.DEFAULT_GOAL := help
.PHONY: help demo test setup run check messages migration assets bench lock clean

help:  ## explain every command
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo; echo '  PYTHON=… another Python (3.11 or newer), PORT=… another port, ARGS=… more arguments (make test ARGS="tests/cases -x")'

demo: $(VENV)/runtime.stamp $(MESSAGES).mo  ## everything from nothing to a running portal with demo content at 127.0.0.1:8000
	@$(BIN)/portal demo run

test: setup  ## run all tests; says plainly what had to be skipped
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) $(ARGS)

setup: $(VENV)/dev.stamp $(MESSAGES).mo  ## build .venv with everything developers need (again: only what changed)

run: setup  ## serve this checkout with the worker beside it; starts again when the code changes
	@$(BIN)/portal db upgrade
	@$(BIN)/portal serve --with-worker --reload

check: setup  ## style, types, layers, texts and conventions
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python scripts/messages.py check
	$(BIN)/python -m pytest -q tests/test_conventions.py

messages: setup  ## collect new sentences into the catalogue, say which lack Chinese, compile
	@$(BIN)/python scripts/messages.py update

migration: setup  ## write the next migration from the models: make migration name="cases get a deadline"
	@test -n '$(name)' || { echo 'Say what it does: make migration name="cases get a deadline"'; exit 2; }
	@$(BIN)/portal db new '$(name)'

assets:  ## build static/dist from assets/ (needs Node; running the portal does not)
	cd assets && npm ci --no-audit --no-fund && npm run build

bench: setup  ## measure pages beside a bare program doing the same, and count their statements
	@$(BIN)/python -m bench $(ARGS)

lock: setup  ## write requirements*.lock anew from pyproject.toml
	@set -e; for kind in "-o requirements.lock" "--extra dev -c requirements.lock -o requirements-dev.lock"; do \
		$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
			--strip-extras --allow-unsafe --no-header --no-annotate --all-build-deps $$kind pyproject.toml; done

clean:  ## throw away .venv and caches (never instance/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis $(MESSAGES).mo
	find portal scripts tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/made.stamp:
	@test -n '$(PYTHON)' || { echo 'No Python 3.11 or newer was found. Install one, or say where it is: make PYTHON=/path/to/python3'; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '$(PYTHON) is older than Python 3.11.'; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo 'No virtual environment could be made. On Debian: apt-get install python3-venv'; exit 2; }
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/made.stamp requirements.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/made.stamp requirements-dev.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(VENV)/runtime.stamp $@

$(MESSAGES).mo: $(MESSAGES).po | $(VENV)/runtime.stamp
	@$(BIN)/python scripts/messages.py compile
