# Come here to run, test and check everything: `make demo` and `make test` set up what they need.
# Written for the make 3.81 that macOS has.

PYTHON := .venv/bin/python
NPM := ../.ci/with-node npm
UI := control_room_ui
UI_MODULES := $(UI)/node_modules/.package-lock.json
UI_SOURCES := $(shell find $(UI) \( -name node_modules -o -name dist -o -name test \) -prune -o -type f -print)

# Where it is set, each dispatcher that a test starts would compile the whole product anew.
export PYTHONDONTWRITEBYTECODE :=

# Half of its time a test waits, so four at once keep two cores busy.
TESTS_AT_ONCE := 4

.PHONY: help setup demo test check bench bench-peers chaos fuzz soak format clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

setup: .venv/.installed $(UI)/dist/index.html ## make .venv and build the screens; nothing where that is done

demo: setup ## run the dispatcher, a broker and a simulated street on this machine
	@.venv/bin/lamplighter demo

test: setup ## run all tests, on real databases, brokers and a real browser
	@$(PYTHON) -m tests.parts ensure
	$(PYTHON) -m pytest -n $(TESTS_AT_ONCE) --dist worksteal
	cd $(UI) && $(NPM) test

check: setup ## format, lint, types, and what may import what
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	cd $(UI) && $(NPM) run check

bench: setup ## measure how long help takes
	@$(PYTHON) -m tests.bench

bench-peers: setup ## measure the same job done by other software
	@$(PYTHON) -m tests.bench --peers

chaos: setup ## break every part under load for ten minutes, and count what is lost (nothing)
	@$(PYTHON) -m tests.parts ensure
	@$(PYTHON) -m tests.chaos

fuzz: setup ## send junk through every door for about ten minutes, and see what gives way (nothing)
	@$(PYTHON) -m tests.parts ensure
	@$(PYTHON) -m tests.fuzz

soak: setup ## a stated load for twenty minutes, and what grows meanwhile
	@$(PYTHON) -m tests.parts ensure
	@$(PYTHON) -m tests.soak

format: setup ## write the code the way `make check` wants it
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
	cd $(UI) && $(NPM) exec -- biome check --write

clean: ## remove all that setup and the checks made
	rm -rf .venv build *.egg-info $(UI)/node_modules $(UI)/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.installed: pyproject.toml constraints.txt .ci/make-venv
	@.ci/make-venv
	@touch $@

# The touch: npm and vite keep older times where nothing changed, and make would do it all again.
$(UI_MODULES): $(UI)/package.json $(UI)/package-lock.json .ci/with-node | .venv/.installed
	@echo "setup: fetching the packages of the screens"
	@cd $(UI) && $(NPM) ci --no-audit --no-fund
	@touch $@

$(UI)/dist/index.html: $(UI_MODULES) $(UI_SOURCES)
	@echo "setup: building the screens"
	@cd $(UI) && $(NPM) run build
	@touch $@
