# Scrim's commands. `make demo` and `make test` are all that a newcomer needs; both install what is missing first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build release test prove prove-queries prove-audit bench fuzz fuzz-sql lint packages sandbox clean

SWIFT ?= swift
VENV := .venv
# One flag set for every debug build, so that none of them plans the package anew.
BUILD_FLAGS :=
# What runs for long is optimised, and carries the Swift runtime in itself: calls into it are then a third cheaper, and
# the machine that it runs on needs no Swift.
RELEASE_FLAGS := -c release --static-swift-stdlib
C_PACKAGES := libcurl4-openssl-dev libssl-dev libjson-c-dev libsqlite3-dev zlib1g-dev pkg-config

# Tests that compute for long run before those that wait for sockets and clocks, which would miss their time limits.
BUSY_TESTS := GoogleSQLTests|MaskingTests|AuditTests

help:
	@echo "make demo     a bank on a local BigQuery, Scrim before it, an agent's session; serves until Ctrl-C"
	@echo "make test     unit and end-to-end tests (20 minutes at most beyond the build)"
	@echo "make prove    the longer proofs: ThreadSanitizer, 20,000 generated queries, ten minutes of fuzzing"
	@echo "make prove-queries  generated queries through Scrim and on masked copies; SEED=, COUNT=, ZETASQL="
	@echo "make prove-audit    10,000 tamperings of an audit log, 1,000 crashes while it is written"
	@echo "make bench    speed beside that of other parsers, as a table; JSON=file writes it there too"
	@echo "make fuzz-sql our parser against ZetaSQL's on random statements; SEED=, COUNT=, AREAS="
	@echo "make fuzz     libFuzzer on lexer and parser; SECONDS="
	@echo "make lint     formatting"
	@echo "make release  an optimised scrim in .build/release"

# Debian and Ubuntu; elsewhere the names differ and the compiler says which header it misses.
packages:
	@missing=(); for p in $(C_PACKAGES); do \
	  dpkg-query -W -f='$${Status}' "$$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$$p"); done; \
	python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv); \
	if [ $${#missing[@]} -gt 0 ]; then \
	  echo "==> installing $${missing[*]}"; \
	  run=""; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq "$${missing[@]}" >/dev/null; \
	fi

sandbox: packages
	@Tests/Sandbox/setup

build: packages
	@echo "==> building scrim (a first build takes some minutes)"
	@$(SWIFT) build $(BUILD_FLAGS) --product scrim

release: packages
	@$(SWIFT) build $(BUILD_FLAGS) $(RELEASE_FLAGS) --product scrim

demo: sandbox build
	@$(VENV)/bin/python Tests/Sandbox/demo.py --scrim .build/debug/scrim

test: sandbox lint
	@echo "==> building scrim and its tests"
	@$(SWIFT) build $(BUILD_FLAGS) --build-tests
	@echo "==> unit tests"
	@$(SWIFT) test $(BUILD_FLAGS) --skip-build --filter '$(BUSY_TESTS)'
	@$(SWIFT) test $(BUILD_FLAGS) --skip-build --skip '$(BUSY_TESTS)'
	@echo "==> sandbox and end-to-end tests"
	@SCRIM_BIN=.build/debug/scrim $(VENV)/bin/python -m pytest -q -p no:cacheprovider Tests/Sandbox Tests/EndToEndTests
	@echo "==> our parser against ZetaSQL's"
	@$(FUZZ_SQL) --count 3000 --seconds 45

# What is asked through Scrim is what the same asks of a masked copy; how often each feature occurred is printed.
prove-queries: sandbox release
	@echo "==> generated queries through Scrim and on masked copies"
	@SCRIM_BIN=.build/release/scrim $(VENV)/bin/python Tests/Proof/run.py --seed $(or $(SEED),1) \
	  --count $(or $(COUNT),20000) --zetasql $(or $(ZETASQL),3500)

# Tests that `make test` runs in small; each prints what it counted.
prove-audit: packages
	@echo "==> random tamperings of an audit log, power cuts and kills while one is written"
	@SCRIM_PROVE_TAMPERINGS=$(or $(TAMPERINGS),10000) SCRIM_PROVE_POWER_CUTS=$(or $(CUTS),700) \
	  SCRIM_PROVE_KILLS=$(or $(KILLS),300) $(SWIFT) test $(BUILD_FLAGS) --no-parallel \
	  --filter 'AuditTests.*(random tamperings|a power cut at any time|a kill under load)'

# ThreadSanitizer wants a build of its own, kept apart so that the ordinary one stays warm.
prove: build sandbox
	@echo "==> unit tests under ThreadSanitizer"
	@$(SWIFT) test $(BUILD_FLAGS) --sanitize thread --no-parallel --scratch-path .build/tsan
	@$(MAKE) --no-print-directory prove-queries
	@$(MAKE) --no-print-directory prove-audit
	@echo "==> our parser against ZetaSQL's, five minutes"
	@$(FUZZ_SQL) --seed 2 --count 1000000 --seconds 300
	@echo "==> libFuzzer on lexer and parser, five minutes"
	@$(MAKE) --no-print-directory fuzz SECONDS=300

# A seed gives the same texts each time; what differs is written to Tests/GoogleSQLTests/Regressions.
FUZZ_SQL = $(VENV)/bin/python Tests/Differential/fuzz.py --scrim .build/debug/scrim --areas $(or $(AREAS),all)
fuzz-sql: sandbox build
	@$(FUZZ_SQL) --seed $(or $(SEED),1) --count $(or $(COUNT),10000)

# What ends the parser is kept in Tests/Fuzz/Crashes.
fuzz: sandbox
	@$(SWIFT) build -c release --sanitize=fuzzer --package-path Tests/Fuzz --scratch-path .build/fuzz
	@$(VENV)/bin/python Tests/Fuzz/fuzz.py --fuzzer .build/fuzz/release/FuzzParser --corpus .build/fuzz-inputs \
	  --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1)

# What is measured is optimised; the peers are in the sandbox's environment, one in a folder of its own.
bench: sandbox release
	@Tests/Benchmarks/setup
	@$(SWIFT) build $(RELEASE_FLAGS) --package-path Tests/Benchmarks --scratch-path .build/benchmarks
	@$(VENV)/bin/python Tests/Benchmarks/bench.py --ours .build/benchmarks/release/Benchmarks \
	  --scrim .build/release/scrim $(if $(JSON),--json $(JSON)) $(if $(AREA),--area $(AREA))

lint:
	@$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

clean:
	@rm -rf .build $(VENV) .demo
