# Two commands on a fresh machine: `make demo` and `make test`. They need Python >= 3.11, make and a package registry.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test system check-python clean
.DELETE_ON_ERROR:

demo: .venv/installed          ## judge a class of 94 notebooks and show what came of it
	$(BIN)/grader grade all tests/classroom/submitted --feedback $(or $(STUDENT),elif) --json report \
	  $$([ "$$($(BIN)/grader doctor --level)" = none ] && echo --unsafe-no-sandbox)
	@$(BIN)/grader report report --output report/class.html

test: system .venv/installed-dev      ## everything: style, types, what is generated, and all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/grader release --check
	$(BIN)/grader audit --part quick
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

# Of the system nothing is needed but bubblewrap, for the jail, and for the browser tests a Chromium: installed where
# they may be, else said in one line.
INSTALL = bash -c 'as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
  $$as apt-get install -y $$0 || { $$as apt-get update && $$as apt-get install -y $$0; }'
system:
	@command -v bwrap >/dev/null || $(INSTALL) bubblewrap >/dev/null 2>&1 \
	  || echo "bubblewrap is missing, so tests of the jail are skipped. To have it: apt-get install bubblewrap"
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null || $(INSTALL) chromium >/dev/null 2>&1 \
	  || echo "Chromium is missing, so tests in a browser are skipped. To have it: apt-get install chromium"

.venv/bin/python: | check-python
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q grader    # pip compiles what it copies, and not what it links to
	touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,nbgrader]'
	$(BIN)/python -m compileall -q grader
	touch $@ .venv/installed

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }

clean:
	rm -rf .venv report .pytest_cache .mypy_cache .ruff_cache .hypothesis
