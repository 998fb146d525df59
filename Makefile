# Two commands on a fresh machine: `make demo` and `make test`. They need Python >= 3.11, make and a package registry.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check-python clean
.DELETE_ON_ERROR:

demo: .venv/installed          ## judge a class of 72 real notebooks and show what came of it
	$(BIN)/grader grade all tests/classroom/submitted --feedback $(or $(STUDENT),elif) --json report

test: .venv/installed-dev      ## everything: style, types, what is generated, and all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/grader release --check
	$(BIN)/python -m pytest

.venv/bin/python: | check-python
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,nbgrader]'
	touch $@ .venv/installed

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }

clean:
	rm -rf .venv report .pytest_cache .mypy_cache .ruff_cache .hypothesis
