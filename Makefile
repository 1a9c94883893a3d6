# Everything a person does with this tree. `make` alone says what there is.

.DEFAULT_GOAL := help
.PHONY: help run demo test test-quick test-nests test-all check fmt lint js js-lint static bench manage docs stub packages \
	lock browser

# The first Python that is new enough; a machine may have several.
PYTHON ?= $(shell for each in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; \
	done)
PY := .venv/bin/python
WORKERS ?= 2
COVERAGE ?= --cov --cov-report=term
PYTEST = $(PY) -m pytest -p tests.early --numprocesses $(WORKERS)

help: ## Say what there is
	@echo "make run starts Andre on this machine; Ctrl-C stops it. The rest:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1: \2/p' Makefile

run: .venv/.base ## Start everything: web, workers, Valkey, a small library (PORT=8000)
	@exec $(PY) -m andre.supervisor run

demo: .venv/.base ## Let three synthetic listeners in, and start everything if nothing runs yet
	@exec $(PY) -m andre.supervisor demo $(if $(NEST),--nest $(NEST))

manage: .venv/.base ## Run a Django command on the same data: make manage CMD="createsuperuser"
	@exec $(PY) -m andre.supervisor manage $(CMD)

test: .venv/.dev browser packages js ## Run the whole suite, with coverage per file
	$(PYTEST) $(COVERAGE)

test-quick: .venv/.dev ## Run what needs neither a browser nor whole processes
	$(PYTEST) -m "not browser and not slow"

test-nests: .venv/.dev ## Run the nests' part of the suite
	$(PYTEST) tests/nests

test-all: test check ## Run the suite and the checks

check: lint js-lint static js test-quick ## Format, lint, types, floors, migrations, static files, quick tests

lint: .venv/.dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run

# What production would serve and be told: hashed files, and Django's own list of deployment sins.
static: export ANDRE_ENVIRONMENT = prod
static: export ANDRE_SECRET_KEY = long-enough-for-the-check-and-used-for-nothing-else-at-all-0123456789
static: export ANDRE_JWT_SECRET = another-one-for-the-check-and-used-for-nothing-else-at-all-0123456789
static: .venv/.dev
	$(PY) manage.py collectstatic --no-input --clear --verbosity 0
	$(PY) manage.py check --deploy --fail-level WARNING

# What the browser stories and the linter take from npm; without npm they say what is skipped.
packages:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.stamp; fi

js:
	@if ! command -v node >/dev/null; then \
		echo "JavaScript tests are skipped: node is not installed (Debian: apt-get install nodejs)."; \
	else node --test tests/js/*.test.js; fi

js-lint: packages
	@if ! command -v npm >/dev/null; then \
		echo "JavaScript is not linted: npm is not installed (Debian: apt-get install npm)."; \
	else npm run --silent lint; fi

node_modules/.stamp: package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

fmt: .venv/.dev ## Format the code and sort its imports
	$(PY) -m ruff check --fix-only --select I --quiet .
	$(PY) -m ruff format .

stub: .venv/.dev ## Start a stand-in for Spotify, for development (PORT=8765)
	@$(PY) -m tests.support.spotify_stub --port $(or $(PORT),8765)

docs: .venv/.dev ## Write the pages that are read off the code
	$(PY) manage.py write_docs

bench: .venv/.dev ## Measure, everything or one: make bench BENCH=fanout
	$(PY) -m bench $(BENCH)

# Machine settings of pip (mirrors, local wheels) stay out of the files.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --generate-hashes \
	--strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: .venv/.dev ## Compile requirements/*.in into *.txt, with hashes
	$(COMPILE) --output-file requirements/base.txt requirements/base.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in

# The lock is complete: with --no-deps nothing is resolved again, so that no version published later
# and no pip, old or new, can change or break what is installed. `pip check` proves it complete.
PIP = $(PY) -m pip --no-input --disable-pip-version-check
INSTALL = { $(PIP) install --quiet --require-hashes --no-deps --requirement $(1) && $(PIP) check --quiet; } || { echo; echo "Installing failed; the reason stands above. If a compiler is\
	 missing: apt-get install build-essential python3-dev (macOS: xcode-select --install)."; exit 1; }

.venv/.base: requirements/base.txt | .venv/bin/pip
	@echo "Installing what Andre needs into .venv (once) …"
	@$(call INSTALL,requirements/base.txt)
	@touch $@

.venv/.dev: requirements/dev.txt | .venv/bin/pip
	@echo "Installing what the tests and checks need into .venv (once) …"
	@$(call INSTALL,requirements/dev.txt)
	@touch .venv/.base $@

.venv/bin/pip:
	@[ -n "$(PYTHON)" ] || { echo "Andre needs Python 3.11 or newer. Debian 12 and Ubuntu 24.04 have\
	 it: apt-get install python3 python3-venv. Elsewhere: https://www.python.org/downloads/"; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { echo "This Python cannot make virtual\
	 environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

browser:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests …"; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null \
			|| echo "Chromium could not be installed; the browser tests will say they are skipped."; \
	else echo "Browser tests are skipped: install Chromium (Debian: apt-get install chromium)."; fi
