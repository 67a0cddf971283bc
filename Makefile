# Two commands are enough: `make demo` to look at it, `make test` to run every gate.
# Steps leave a stamp in .venv/stamps and run again only when what they read has changed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
BUILT := src/guanxi/faces/shared/static/built
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
INSTALL := $(PIP) install --no-compile --no-deps --require-hashes

export GUANXI_HOME ?= $(CURDIR)/var
# Containers often set it: each of some two hundred processes would then compile all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test lint drill format requirements messages assets clean
help: ## what there is to call
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install: $(STAMPS)/package $(BUILT)/desk.css $(STAMPS)/messages ## .venv, the package, the assets, the translations; nothing else

demo: install ## everything from nothing to a filled demo firm on http://127.0.0.1:8000 (PORT= changes it)
	@scripts/demo.sh $(PORT)

test: install $(STAMPS)/dev ## every gate, as CI runs them
	@scripts/gates.sh all

lint: install $(STAMPS)/dev ## the gates that need no test run
	@scripts/gates.sh fast

drill: install $(STAMPS)/dev ## the long fuzz, kill and matrix tests
	@scripts/gates.sh drill

format: $(STAMPS)/dev ## put every Python file into the house's form
	@$(BIN)/ruff check --fix-only --quiet src tests scripts
	@$(BIN)/ruff format --quiet src tests scripts

# ---- the steps of install

$(STAMPS)/venv:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older." >&2; exit 1; }
	@[ -x $(BIN)/pip ] || { echo "Making .venv with $(PYTHON)"; $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.txt | $(STAMPS)/venv
	@echo "Installing what Guanxi needs (a minute or two the first time)"
	@$(INSTALL) -r $<
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/package
	@echo "Installing what the tests need"
	@$(INSTALL) -r $<
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/run
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/node_modules: package.json package-lock.json .npmrc scripts/npm.sh | $(STAMPS)/venv
	@scripts/npm.sh ci --ignore-scripts --loglevel=error
	@touch $@

$(BUILT)/desk.css: $(shell find assets -type f) $(STAMPS)/node_modules
	@echo "Building the assets"
	@scripts/npm.sh run --silent build

$(STAMPS)/messages: $(shell find src -name '*.po') scripts/compile_messages.py | $(STAMPS)/package
	@$(BIN)/python scripts/compile_messages.py src
	@touch $@

# ---- for developers

requirements: $(STAMPS)/venv ## export the hashed requirements again (newest allowed versions)
	@$(PIP) install uv
	@scripts/export_requirements.sh

messages: install ## collect every string of code and templates into the catalogues
	@$(BIN)/python scripts/collect_messages.py

clean: ## forget everything built, but not the data in var/
	rm -rf $(VENV) node_modules $(BUILT) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
