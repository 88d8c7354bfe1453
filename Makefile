# make demo    from a clean clone to a finished cut
# make test    the whole test suite
# make check   lint, types, dependencies, floors, vocabulary, docs
# make bench   the speed bars
# make fmt     format, and write the generated pages anew
#
# make coverage    the tests of the kernel run each of its lines
# make mutants     a test notices each small wrong edit of planning and commit (takes hours)
#
# Python 3.11 to 3.13 and make are enough. uv is taken from PATH, or put into .uv of this folder; everything
# else goes into .venv. Nothing outside this folder is changed.

SHELL := /bin/sh
PYTHON ?= python3
WORKERS ?= 2
RUN := .venv/bin/python
READY := .venv/.ready
REPORT := .reports/tests.xml
UV_PATH := $(shell uv --version >/dev/null 2>&1 && command -v uv)
UV ?= $(or $(UV_PATH),.uv/bin/uv)

export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export UV_COMPILE_BYTECODE := 1

.PHONY: demo test check bench fmt coverage mutants setup
.DELETE_ON_ERROR:

demo: setup
	$(RUN) -m cine_forge.driver --recipe ep001.yaml --project projects/sample

test: setup
	@mkdir -p $(dir $(REPORT))
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal --junitxml=$(REPORT)

check: setup
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(RUN) -m deptry .
	$(RUN) -m pytest tests/contracts -n $(WORKERS) --dist worksteal --deselect tests/contracts/test_breaks.py::test_a_planted_break_is_found

bench: setup
	$(RUN) -m bench

fmt: setup
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .
	$(RUN) -m tests.contracts.rows write

coverage: setup
	@mkdir -p $(dir $(REPORT))
	$(RUN) -m coverage erase
	$(RUN) -m coverage run -m pytest tests/kernel -n $(WORKERS) --dist worksteal
	$(RUN) -m coverage combine -q
	$(RUN) -m coverage report

mutants: setup
	$(RUN) -m tests.mutants --jobs $(WORKERS) --write

setup: $(READY)

$(READY): pyproject.toml uv.lock | $(UV)
	@$(UV) sync --locked || { \
		echo "CineForge needs Python 3.11, 3.12 or 3.13 on PATH and access to a package index." >&2; exit 1; }
	@$(RUN) -m compileall -q cine_forge modules >/dev/null 2>&1 || true
	@touch $@

# Three ways to get uv without touching the system: a virtual environment, then pip alone, then a plain word.
.uv/bin/uv:
	@command -v $(PYTHON) >/dev/null || { echo "CineForge needs Python 3.11 or newer: no $(PYTHON) on PATH." >&2; exit 1; }
	@rm -rf .uv
	@if $(PYTHON) -m venv .uv >/dev/null 2>&1; then .uv/bin/python -m pip install --quiet uv; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		rm -rf .uv && $(PYTHON) -m pip install --quiet --target .uv uv; \
	else \
		rm -rf .uv; \
		echo "This Python has neither venv with ensurepip nor pip, so uv cannot be fetched." >&2; \
		echo "Install one of them (Debian, Ubuntu: apt-get install python3-venv), or put uv on PATH:" >&2; \
		echo "https://docs.astral.sh/uv/getting-started/installation/" >&2; exit 1; \
	fi
	@test -x $@ || { echo "uv was fetched, but $@ is not there; see the lines above." >&2; exit 1; }
