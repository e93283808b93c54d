# Every command brings what it needs. First `make run`: 1-3 minutes with downloads; later ones: seconds.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install data run test bench

PYTHON ?= python3
ADDRESS ?= 127.0.0.1:8000
# Always `python -m`: the scripts in .venv/bin break when the folder's path has spaces or changes.
VENV_PYTHON := .venv/bin/python
MANAGE := DEMO=1 $(VENV_PYTHON) manage.py

help:
	@echo "make run      the whole plan on screen, at http://$(ADDRESS)/ (demo mode)"
	@echo "make test     the whole test suite, on SQLite and PostgreSQL, with a real browser"
	@echo "make bench    speed and memory against the bars of the project, about 10 minutes"
	@echo "make data     migrate the database, load the plan, the sample and the demo accounts"
	@echo "make install  the virtual environment and its packages"

install: .venv/.installed

.venv/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed. Name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || bash deploy/debian_packages.sh python3-venv
	@test -x .venv/bin/pip || { echo "Making the virtual environment .venv ..."; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing the packages of requirements.txt ..."
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/.installed-tests: tests/requirements.txt .venv/.installed
	@echo "Installing the packages of tests/requirements.txt ..."
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@

data: install
	@mkdir -p var/static
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) prepare_demo

run: data
	@echo
	@echo "Serving http://$(ADDRESS)/   (stop with Ctrl+C)"
	@echo "Sign in as admin, kikaku, nourin, iin or etsuran; the password is hokuto-demo-2026"
	@DEMO=1 exec $(VENV_PYTHON) -m gunicorn --config deploy/gunicorn.conf.py --bind $(ADDRESS) --log-level warning hokuto_strategy.wsgi

test: .venv/.installed-tests
	@mkdir -p var/static
	@$(VENV_PYTHON) -m tests.browser
	@$(VENV_PYTHON) -m tests.suite $(PYTEST_ARGS)

# Its own database in a temporary folder; BENCH_ARGS="--only pages --seconds 2" for a part.
bench: .venv/.installed-tests
	@mkdir -p var/static
	@$(VENV_PYTHON) -m tests.browser
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	export DEMO=1 PYTHONWARNINGS="ignore:XDG_RUNTIME_DIR is not set" DJANGO_SETTINGS_MODULE=bench.settings DATABASE_URL="sqlite:///$$folder/bench.sqlite3"; \
	$(VENV_PYTHON) manage.py benchmark $(BENCH_ARGS)
