# One verb for each thing a developer does. `make setup` puts everything into .venv and node_modules; the other
# verbs call what they need of it themselves, and do nothing where nothing changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
# Steps share two cores and one target folder, and their output is for people: one after the other.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-quick test-all attacks test-rust test-web test-python lint lint-python lint-rust lint-web lint-shell format docs bench mutants wheel wheel-check audit clean ci

# The first interpreter that is new enough; `make setup PYTHON=…` chooses another.
PYTHON ?= $(shell tools/find_python.sh)
export VIRTUAL_ENV := $(CURDIR)/.venv
export PATH := $(VIRTUAL_ENV)/bin:$(PATH)
# One interpreter for every build of the binding, or Cargo would build PyO3 again and again.
export PYO3_PYTHON := $(VIRTUAL_ENV)/bin/python

STAMPS := .venv/.stamps
NEED_PYPI = pip could not install what PipeGen needs: see its last lines above. Without a network, or behind a proxy, set HTTPS_PROXY or PIP_INDEX_URL and run make again
NEED_CRATES = cargo could not fetch the crates: see its last lines above. Without a network, or behind a proxy, set HTTPS_PROXY or a source replacement in Cargo's config.toml and run make again
NEED_BUILD = the compiled part could not be built, or a package it comes with could not be installed: the lines above say which
NEED_NPM = npm could not install what the accessibility tests and linters need: see its last lines above. Without a network, or behind a proxy, set HTTPS_PROXY and run make again
RUST_SOURCES := $(shell find rust -name target -prune -o \( -name '*.rs' -o -name Cargo.toml \) -print) Cargo.toml Cargo.lock
WEB_TESTS = $(shell find tests/web -name '*.test.js' 2>/dev/null)

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

# ---- Setting up ------------------------------------------------------------------------------------------------

setup: $(STAMPS)/native ## Everything that running and testing needs, into .venv

$(STAMPS)/python:
	@tools/check_setup.sh $(PYTHON)
	$(PYTHON) -m venv .venv
	@tools/or_say.sh "$(NEED_PYPI)" pip install --quiet --upgrade 'pip>=25.1'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: pyproject.toml | $(STAMPS)/python
	@tools/or_say.sh "$(NEED_PYPI)" pip install --quiet --group dev
	@touch $@

# maturin leaves a copy of web/ in the package that would go stale: the checkout's own web/ is served instead.
$(STAMPS)/native: $(RUST_SOURCES) $(STAMPS)/packages
	@tools/check_setup.sh $(VIRTUAL_ENV)/bin/python
	@tools/or_say.sh "$(NEED_CRATES)" cargo fetch --quiet --locked
	rm -rf python/pipegen/web
	@tools/or_say.sh "$(NEED_BUILD)" maturin develop --release --locked --extras local
	rm -rf python/pipegen/web
	@touch $@

# The event loop behaves differently on newer Pythons: some tests run on 3.13 as well, where there is one.
$(STAMPS)/python-3.13: pyproject.toml $(STAMPS)/packages
	tools/add_python_3_13.sh .venv/python-3.13
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@tools/need_program.sh npm npm
	@tools/or_say.sh "$(NEED_NPM)" npm ci --no-audit --no-fund
	@touch $@

# ---- Running ---------------------------------------------------------------------------------------------------

demo: setup ## The main job on a real Kafka, Flink and registry, live in the browser; report and recording stay in demo/
	@mkdir -p demo && cp -R examples/orders demo/
	pipegen run --dashboard --stack local --project-dir demo/orders

# ---- Testing ---------------------------------------------------------------------------------------------------

# Files of tests run side by side, those with services on a stack of each worker's own. One worker more than cores: tests
# with services mostly wait. In the order of their folders, so that the short ones fill the gaps at the end.
PYTEST = pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder --durations 10 $(if $(CI),--no-skips)

test: setup test-rust test-web test-python ## Rust, front end, Python on the real stack and in real browsers

test-quick: setup test-rust test-web ## What needs neither services nor a browser: under two minutes
	$(PYTEST) -m 'not stack and not browser and not heavy' tests/unit tests/tooling tests/stack

$(STAMPS)/tables: pyproject.toml | $(STAMPS)/python
	@tools/or_say.sh "$(NEED_PYPI)" pip install --quiet --no-deps --group tables
	@touch $@

test-all: setup $(STAMPS)/tables ## The long tests beside make test: cases, faults of services, what needs the machine to itself
	$(PYTEST) --numprocesses 4 -m 'heavy and not alone and not attack'
	pytest --durations 10 $(if $(CI),--no-skips) -m 'heavy and alone'

attacks: setup ## Attack PipeGen as it runs, on this machine alone, and print what held
	python -m tests.attacks

test-rust:
	cargo test --workspace --locked

test-web:
	@tools/need_program.sh node nodejs
	$(if $(WEB_TESTS),node --test $(WEB_TESTS),@echo "tests/web has no test yet")

test-python: setup $(STAMPS)/python-3.13 node_modules/.stamp
	@tools/need_program.sh chromium chromium
	@command -v firefox >/dev/null || tools/need_program.sh firefox-esr firefox-esr || echo "without Firefox its test is skipped"
	@tools/need_program.sh valgrind valgrind
	@tools/need_program.sh curl curl
	@tools/need_program.sh jq jq
	@newer=$(VIRTUAL_ENV)/python-3.13/bin/python; test -x $$newer || newer=; \
	echo "$(PYTEST)"; NEWER_PYTHON=$$newer $(PYTEST)

lint: lint-python lint-rust lint-web lint-shell ## Every linter; a warning is an error

lint-python: setup
	ruff check .
	ruff format --check .
	mypy
	python -m mypy.stubtest pipegen._native --mypy-config-file pyproject.toml
	lint-imports --no-logo

lint-rust: $(STAMPS)/python
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

lint-web: node_modules/.stamp
	npm run --silent lint

lint-shell: $(STAMPS)/packages
	shellcheck $$(git ls-files '*.sh') .ci/run

format: setup node_modules/.stamp ## Format every source file
	ruff check --fix-only .
	ruff format .
	cargo fmt --all
	npm run --silent format

docs: setup ## Write the generated pages of docs/
	python tools/make_docs.py

bench: setup ## Measure this machine; figures differ from machine to machine
	cargo bench --workspace --locked
	@for bench in benches/bench_*.py; do test -e "$$bench" || continue; echo "== $$bench"; python "$$bench"; done

# Both samples are tried even when the first falls short.
mutants: setup ## Break the code on purpose and see whether the tests without services notice
	@status=0; \
	python tools/mutants_python.py --sample 100 --seed 1 || status=1; \
	python tools/mutants_rust.py --sample 50 --seed 1 || status=1; \
	exit $$status

# ---- Shipping --------------------------------------------------------------------------------------------------

wheel: $(STAMPS)/packages ## The wheel and the source distribution, into dist/
	tools/build_wheel.sh

wheel-check: wheel ## Install the wheel where no Rust is, and run the main job from it
	tools/check_wheel.sh

audit: ## Ask for known weaknesses of what PipeGen is made of
	tools/audit.sh

ci: ## What has to pass before a change is taken
	.ci/run

clean: ## Remove everything that was built or installed here
	rm -rf .venv node_modules target dist demo python/pipegen/web python/pipegen/_native*.so
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find python tests tools benches -name __pycache__ -type d -prune -exec rm -rf {} +
