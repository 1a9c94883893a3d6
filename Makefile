# Everything a person does with this tree. `make` alone says what there is.

.DEFAULT_GOAL := help
.PHONY: help run home demo secrets backup restore upgrade install test test-quick test-stores test-nests test-all check coverage-floor fmt lint js js-lint static bench soak manage docs stub packages \
	lock browser

# The first Python that is new enough; a machine may have several.
PYTHON ?= $(shell for each in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; \
	done)
# Where the packages go; CI names another place, to begin with nothing.
VENV ?= .venv
PY := $(VENV)/bin/python
WORKERS ?= 2
COVERAGE ?= --cov --cov-report=term
PYTEST = $(PY) -m pytest -p tests.early --numprocesses $(WORKERS)

help: ## Say what there is
	@echo "make run starts Andre on this machine; Ctrl-C stops it. The rest:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1: \2/p' Makefile

run: $(VENV)/.base ## Start everything: web, workers, Valkey, a small library (PORT=8000)
	@exec $(PY) -m andre.launcher.supervisor run

home: $(VENV)/.base ## Start Andre for everybody in this network: a code to scan (PORT=8000)
	@exec env ANDRE_ENVIRONMENT=home $(PY) -m andre.launcher.supervisor run

demo: $(VENV)/.base ## Let three synthetic listeners in, and start everything if nothing runs yet
	@exec $(PY) -m andre.launcher.supervisor demo $(if $(NEST),--nest $(NEST))

manage: $(VENV)/.base ## Run a Django command on the same data: make manage CMD="make_admin alice@example.com"
	@exec $(PY) -m andre.launcher.supervisor manage $(CMD)

secrets: ## Write a .env with random secrets; keep what it says already (FILE=.env)
	@ops/make-secrets "$(or $(FILE),.env)"

backup: $(VENV)/.base ## Write all that Andre keeps into one archive (FILE=…, SECRETS=yes)
	@exec $(PY) -m andre.launcher.supervisor manage backup $(if $(SECRETS),--with-secrets) $(if $(FILE),"$(FILE)")

restore: $(VENV)/.base ## Take a backup into an empty server: make restore FILE=…
	@exec $(PY) -m andre.launcher.supervisor manage restore "$(FILE)"

upgrade: $(VENV)/.base ## After new code: make a backup, migrate the database, collect the static files
	@exec $(PY) -m andre.launcher.supervisor manage upgrade

# What drives a browser runs first, two at a time, and nothing beside it: a page needs a core to do in
# time what it has to. It is not counted for coverage, which makes the server it waits for slower.
# Three workers for the rest are no faster, and whole servers are then late to come up; what tests
# JavaScript runs beside them.
test: $(VENV)/.dev browser packages ## Run the whole suite, with coverage per file
	@$(PY) -m pytest -p tests.early --numprocesses 2 -m browser; first=$$?; \
	log=$$(mktemp); $(MAKE) --no-print-directory js >"$$log" 2>&1 & js=$$!; \
	$(PYTEST) $(COVERAGE) -m "not browser"; rest=$$?; \
	wait $$js; js=$$?; cat "$$log"; rm "$$log"; \
	[ $$first -eq 0 ] && [ $$rest -eq 0 ] && [ $$js -eq 0 ]

coverage-floor: $(VENV)/.dev ## Say which platform module the last `make test` covered too little
	$(PY) -m tests.support.coverage_floor

install: $(VENV)/.dev ## Install what the product, its tests and its checks need

test-quick: $(VENV)/.dev ## Run what needs neither a browser nor whole processes
	$(PYTEST) -m "not browser and not slow"

test-stores: $(VENV)/.dev ## The same without what needs no database and no Redis (DATABASE_URL=… TEST_REDIS_URL=…)
	$(PYTEST) --ignore-glob="tests/test_*.py" --ignore=tests/ops -m "not browser and not slow and not storeless"

test-nests: $(VENV)/.dev ## Run the nests' part of the suite and the contract classes
	$(PYTEST) tests/nests tests/contract

test-all: test check ## Run the suite and the checks

check: lint js-lint static js test-quick ## Format, lint, types, layers, migrations, static files, quick tests

lint: $(VENV)/.dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run

# What production would serve and be told: hashed files, and Django's own list of deployment sins.
static: export ANDRE_ENVIRONMENT = prod
static: export ANDRE_SECRET_KEY = long-enough-for-the-check-and-used-for-nothing-else-at-all-0123456789
static: export ANDRE_BASE_URL = https://andre.example.org
static: export ALLOWED_HOSTS = andre.example.org
static: export ANDRE_JWT_SECRET = another-one-for-the-check-and-used-for-nothing-else-at-all-0123456789
static: $(VENV)/.dev
	$(PY) manage.py collectstatic --no-input --clear --verbosity 0
	$(PY) manage.py check --deploy --fail-level WARNING

# What the browser stories and the linter take from npm; without npm they say what is skipped.
packages:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.stamp; fi

js:
	@if ! command -v node >/dev/null; then \
		echo "JavaScript tests are skipped: node is not installed (Debian: apt-get install nodejs)."; \
	else node --test tests/js/*.test.js tests/js/*/*.test.js; fi

js-lint: packages
	@if ! command -v npm >/dev/null; then \
		echo "JavaScript is not linted: npm is not installed (Debian: apt-get install npm)."; \
	else npm run --silent lint; fi

node_modules/.stamp: package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

fmt: $(VENV)/.dev ## Format the code and sort its imports
	$(PY) -m ruff check --fix-only --select I --quiet .
	$(PY) -m ruff format .

stub: $(VENV)/.dev ## Start a stand-in for Spotify, for development (PORT=8765)
	@$(PY) -m tests.support.spotify_stub --port $(or $(PORT),8765)

docs: $(VENV)/.dev ## Write the pages that are read off the code
	$(PY) manage.py write_docs

bench: $(VENV)/.dev ## Measure, everything or one: make bench BENCH=fanout
	$(PY) -m bench $(BENCH)

soak: $(VENV)/.dev ## Everything at once, and nothing may grow: make soak SECONDS=600
	$(PY) -m bench.soak $(SECONDS)

# Machine settings of pip (mirrors, local wheels) stay out of the files.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --generate-hashes \
	--strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: $(VENV)/.dev ## Compile requirements/*.in into *.txt, with hashes
	$(COMPILE) --output-file requirements/base.txt requirements/base.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in

# The lock is complete: with --no-deps nothing is resolved again, so that no version published later
# and no pip, old or new, can change or break what is installed. `pip check` proves it complete.
PIP = $(PY) -m pip --no-input --disable-pip-version-check
INSTALL = { $(PIP) install --quiet --require-hashes --no-deps --requirement $(1) \
	&& $(PIP) check >/dev/null; } || { $(PIP) check; echo; echo "Installing failed; the reason stands above. If a compiler is\
	 missing: apt-get install build-essential python3-dev (macOS: xcode-select --install)."; exit 1; }

$(VENV)/.base: requirements/base.txt | $(VENV)/bin/pip
	@echo "Installing what Andre needs into $(VENV) (once) …"
	@$(call INSTALL,requirements/base.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/pip
	@echo "Installing what the tests and checks need into $(VENV) (once) …"
	@$(call INSTALL,requirements/dev.txt)
	@touch $(VENV)/.base $@

$(VENV)/bin/pip:
	@[ -n "$(PYTHON)" ] || { echo "Andre needs Python 3.11 or newer. Debian 12 and Ubuntu 24.04 have\
	 it: apt-get install python3 python3-venv. Elsewhere: https://www.python.org/downloads/"; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { echo "This Python cannot make virtual\
	 environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# What the browser tests drive, by program and Debian package. One by one: a package that a system
# does not have shall not keep the others away.
BROWSERS = chromium:chromium chromium-headless-shell:chromium-headless-shell firefox-esr:firefox-esr \
	WebKitWebDriver:webkit2gtk-driver Xvfb:xvfb \
	pulseaudio:pulseaudio

browser:
	@wanted=; for each in $(BROWSERS); do \
		command -v "$${each%:*}" >/dev/null || wanted="$$wanted $${each#*:}"; \
	done; \
	[ -n "$$wanted" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing for the browser tests:$$wanted …"; apt-get update -qq; \
		for each in $$wanted; do \
			apt-get install -y -qq --no-install-recommends "$$each" >/dev/null \
				|| echo "$$each could not be installed; the browser tests that need it say that they are skipped."; \
		done; \
	else echo "Skipped are the browser tests that need what is missing (Debian: apt-get install$$wanted)."; fi
