# make demo   installs everything and plays the main job on real protocols
# make test   installs everything and runs every test
SHELL := /bin/sh
PYTHON ?= python3
KIT ?= ../shared
PYTEST_WORKERS ?= 2
KILLS ?= 200
SOAK_KILLS ?= 2000
SOAK_DAMAGED ?= 1000000
SOAK_BOX ?= 10000
SOAK_MAILS ?= 1000000
SOAK_NOTICES ?= 100000
SOAK_PRACTICES ?= 5000
FUZZ_SECONDS ?= 20
FUZZ_TARGETS := template shapes message package key

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := core plugins/insi plugins/dmp plugins/annuaire plugins/psc plugins/mss plugins/eprescription plugins/paymed_tp sandbox demo
EXAMPLES := examples/third_party_chat examples/third_party_checks examples/third_party_document
SOURCES := $(foreach p,$(PACKAGES),$(p)/src) native/python benches tools tests
# Paths of this machine never enter a binary: each registry folder and this checkout are given another name.
CARGO_REGISTRY := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src
REMAPPED = $$(for d in $(CARGO_REGISTRY)/*; do printf -- '--remap-path-prefix=%s=deps ' "$$d"; done)--remap-path-prefix=$(CURDIR)=.
CARGO = RUSTFLAGS="$(REMAPPED)"
BENCH := $(BIN)/pytest benches -p no:xdist -o timeout=3600 -o filterwarnings= --benchmark-json build/bench/raw.json
NATIVE_SOURCES := $(shell find native -path native/target -prune -o -path native/fuzz -prune -o \( -name '*.rs' -o -name 'Cargo.*' -o -name '*.py' -o -name '*.pyi' -o -name pyproject.toml \) -print)
CARD_SOURCES := $(shell find sandbox/virtual-cps -path sandbox/virtual-cps/target -prune -o \( -name '*.rs' -o -name 'Cargo.*' \) -print)

ARM := aarch64-unknown-linux-gnu
FOR_ARM := CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu"

PROVIDER := plugins/psc/tests/provider
JUDGE := plugins/mss/tests/judge

.PHONY: provider judge servers browser demo test conformance interop evidence check bench bench-quick bench-masked bench-report bench-guard profile processors wheel dist fuzz soak clean install

install: $(VENV)/packages.stamp $(VENV)/examples.stamp $(VENV)/native.stamp $(VENV)/card.stamp

$(VENV)/tools.stamp: requirements/uv.txt
	@echo "== environment"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# The readers of bank files that judge ours ask for web servers to be installed, which no reading needs: without them.
$(VENV)/requirements.stamp: $(VENV)/tools.stamp requirements/dev.txt requirements/readers.txt
	@echo "== pinned requirements"
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --require-hashes --python $(BIN)/python -r requirements/readers.txt
	@touch $@

$(VENV)/packages.stamp: $(VENV)/requirements.stamp $(foreach p,$(PACKAGES),$(p)/pyproject.toml)
	@echo "== packages of the workspace"
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --offline --python $(BIN)/python $(foreach p,$(PACKAGES),-e $(p))
	@touch $@

# As their users would: from their folders, beside Caducée.
$(VENV)/examples.stamp: $(VENV)/packages.stamp $(foreach e,$(EXAMPLES),$(e)/pyproject.toml)
	@echo "== plugins written by others"
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --offline --python $(BIN)/python $(foreach e,$(EXAMPLES),-e $(e))
	@touch $@

$(VENV)/native.stamp: $(VENV)/requirements.stamp $(NATIVE_SOURCES)
	@echo "== native document path (about two minutes the first time)"
	cargo fetch --quiet --locked --manifest-path native/Cargo.toml
	$(CARGO) VIRTUAL_ENV=$(CURDIR)/$(VENV) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/maturin develop --quiet --release --locked --uv -m native/crates/python/Cargo.toml
	@touch $@

$(VENV)/card.stamp: $(VENV)/tools.stamp $(CARD_SOURCES)
	@echo "== virtual CPS card"
	cargo fetch --quiet --locked --manifest-path sandbox/virtual-cps/Cargo.toml
	$(CARGO) cargo build --quiet --release --locked --manifest-path sandbox/virtual-cps/Cargo.toml
	@touch $@

# Real mail servers for the tests of secure mail: installed when missing, never started as services of the machine.
servers: $(VENV)/servers.stamp

$(VENV)/servers.stamp: $(VENV)/tools.stamp tools/mail_servers.sh
	@echo "== mail servers"
	sh tools/mail_servers.sh
	@touch $@

# A real browser for the pages that people click on: installed when missing.
browser: $(VENV)/browser.stamp

$(VENV)/browser.stamp: $(VENV)/tools.stamp tools/browser.sh
	@echo "== browser"
	sh tools/browser.sh
	@touch $@

# A real OpenID provider: judge of the tests of Pro Santé Connect.
provider: $(PROVIDER)/node_modules/.package-lock.json

$(PROVIDER)/node_modules/.package-lock.json: $(PROVIDER)/package.json $(PROVIDER)/package-lock.json $(PROVIDER)/.npmrc
	@for tool in node npm; do command -v $$tool >/dev/null || { echo "$$tool is missing: the tests of Pro Santé Connect need it"; exit 1; }; done
	@echo "== OpenID provider"
	npm ci --silent --no-audit --no-fund --prefix $(PROVIDER)
	@touch $@

# A second reader of mails and archives: judge of the tests of secure mail.
judge: $(JUDGE)/node_modules/.package-lock.json

$(JUDGE)/node_modules/.package-lock.json: $(JUDGE)/package.json $(JUDGE)/package-lock.json $(JUDGE)/.npmrc
	@for tool in node npm unzip; do command -v $$tool >/dev/null || { echo "$$tool is missing: the tests of secure mail need it"; exit 1; }; done
	@echo "== second reader of mails"
	npm ci --silent --no-audit --no-fund --prefix $(JUDGE)
	@touch $@

# Producers of the files that judges look at.
$(VENV)/interop.stamp: install requirements/interop.txt
	$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements/interop.txt
	@touch $@

# Peers and the measuring tool, beside what everything else needs.
$(VENV)/bench.stamp: install requirements/bench.txt
	@mkdir -p build/bench
	$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements/bench.txt
	@touch $@

demo: install
	$(BIN)/caducee demo

test: install servers provider judge
	@echo "== Rust"
	$(CARGO) cargo test --quiet --locked --manifest-path native/Cargo.toml --workspace --exclude caducee-native-python
	$(CARGO) cargo test --quiet --locked --manifest-path sandbox/virtual-cps/Cargo.toml
	@echo "== Python"
	CADUCEE_KILLS=$(KILLS) $(BIN)/pytest -m "not conformance and not interop" -n $(PYTEST_WORKERS) --dist worksteal

conformance: install
	@test -d "$(KIT)" || { echo "the official kit is not at KIT=$(KIT)"; exit 1; }
	KIT="$(abspath $(KIT))" $(BIN)/pytest -m conformance -n $(PYTEST_WORKERS) --dist worksteal

interop: $(VENV)/interop.stamp browser
	@for tool in java mvn node; do command -v $$tool >/dev/null || { echo "$$tool is missing"; exit 1; }; done
	$(BIN)/pytest -m interop

# Runs what proves a requirement, with the kit when it is there, and prints requirement, tests, result.
evidence: install servers provider judge
	rm -f build/evidence/results.jsonl
	-CADUCEE_EVIDENCE=1 KIT="$(abspath $(KIT))" $(BIN)/pytest -n $(PYTEST_WORKERS) -m "not interop$(if $(wildcard $(KIT)),, and not conformance)"
	$(BIN)/python tools/evidence.py build/evidence/results.jsonl

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	for platform in linux win32 darwin; do $(BIN)/mypy --platform $$platform $(foreach p,$(PACKAGES) $(EXAMPLES),$(p)/src) native/python || exit 1; done
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/house.py
	$(BIN)/python tools/hook_reference.py --check
	cargo fmt --manifest-path native/Cargo.toml --all --check
	cargo fmt --manifest-path sandbox/virtual-cps/Cargo.toml --check
	$(CARGO) cargo clippy --quiet --locked --manifest-path native/Cargo.toml --workspace --all-targets -- -D warnings
	$(CARGO) cargo clippy --quiet --locked --manifest-path sandbox/virtual-cps/Cargo.toml --all-targets -- -D warnings

# Everything, or one: make bench ONLY=B7. Ratios within the run, each output judged first (Java, Debian's pkcs11-spy).
bench: $(VENV)/bench.stamp
	@echo "planned: about $(if $(ONLY),3,12) minutes"
	$(BENCH) $(if $(ONLY),-k $(ONLY))
	$(BIN)/python -m benches.results build/bench/raw.json
	$(if $(ONLY),,$(BIN)/python -m benches)

bench-quick: $(VENV)/bench.stamp
	@echo "planned: under 3 minutes; rougher figures, which are not kept"
	BENCH_QUICK=1 $(BENCH) $(if $(ONLY),-k $(ONLY))
	$(BIN)/python -m benches.results build/bench/raw.json --print-only

# The same without IFMA, which most office processors do not have: kept beside, under a name of its own.
bench-masked: $(VENV)/bench.stamp
	OPENSSL_ia32cap=:~0x200000 $(BENCH) -k "b01_b02 or b07 or b10"
	OPENSSL_ia32cap=:~0x200000 $(BIN)/python -m benches.results build/bench/raw.json

bench-report: install
	$(BIN)/python -m benches.report

bench-guard: $(VENV)/bench.stamp
	@command -v valgrind >/dev/null || { echo "valgrind is missing"; exit 1; }
	$(BIN)/python -m benches.guard

profile: $(VENV)/bench.stamp
	$(BIN)/python -m benches.profile

# The extension as it is published: one abi3 wheel, checked for paths of this machine.
# The Rust on other processors, by emulation: its tests on ARM (NEON) and on an x86-64 without AVX, SHA-NI and IFMA; the
# extension is built for ARM, not loaded.
processors:
	@for tool in rustup aarch64-linux-gnu-gcc qemu-aarch64-static qemu-x86_64-static; do command -v $$tool >/dev/null || { echo "$$tool is missing"; exit 1; }; done
	rustup target add $(ARM)
	$(FOR_ARM) cargo test --quiet --locked --manifest-path native/Cargo.toml --workspace --exclude caducee-native-python --target $(ARM) --target-dir build/processors
	$(FOR_ARM) cargo build --quiet --release --locked --manifest-path native/Cargo.toml -p caducee-native-python --features pyo3/extension-module --target $(ARM) --target-dir build/processors
	CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="qemu-x86_64-static -cpu Nehalem" cargo test --quiet --locked --manifest-path native/Cargo.toml --workspace --exclude caducee-native-python --target x86_64-unknown-linux-gnu --target-dir build/processors

wheel: install
	rm -rf build/wheels
	$(CARGO) VIRTUAL_ENV=$(CURDIR)/$(VENV) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/maturin build --quiet --release --locked --out build/wheels -m native/crates/python/Cargo.toml
	$(BIN)/python tools/wheels.py build/wheels "$(CURDIR)" "$(HOME)" "$(CARGO_REGISTRY)"

# All distributions, installed in an empty environment, where the demo is played by what they hold.
dist: wheel
	$(foreach p,$(PACKAGES) examples/third_party_chat,$(BIN)/uv build --quiet --wheel --no-build-isolation --offline --python $(BIN)/python --out-dir build/wheels $(p) &&) true
	$(BIN)/python tools/wheels.py build/wheels "$(CURDIR)" "$(HOME)"
	rm -rf build/empty && $(PYTHON) -m venv build/empty
	$(BIN)/uv pip install --quiet --refresh --python build/empty/bin/python -c requirements/dev.txt --find-links build/wheels $(foreach p,caducee-native caducee caducee-insi caducee-dmp caducee-annuaire caducee-psc caducee-mss caducee-eprescription caducee-paymed-tp caducee-sandbox caducee-demo,$(p))
	cd build && CADUCEE_VCPS_MODULE="$$(../$(BIN)/python -c 'from caducee_sandbox.cards import module_path; print(module_path())')" empty/bin/python -I ../tools/smoke.py

# What parses is fed with anything, each target for so long; cargo-fuzz is built the first time.
fuzz: build/tools/bin/cargo-fuzz
	@echo "planned: $(words $(FUZZ_TARGETS)) targets, $(FUZZ_SECONDS) s each, after about a minute of building"
	cd native/fuzz && for target in $(FUZZ_TARGETS); do RUSTC_BOOTSTRAP=1 PATH="$(CURDIR)/build/tools/bin:$$PATH" cargo fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -print_final_stats=1 || exit 1; done

build/tools/bin/cargo-fuzz:
	cargo install --quiet --locked --root build/tools cargo-fuzz@0.13.2

soak: install
	CADUCEE_DAMAGED=$(SOAK_DAMAGED) $(BIN)/pytest plugins/paymed_tp/tests/formats/test_damage.py -n $(PYTEST_WORKERS) --timeout 36000
	CADUCEE_TP_NOTICES=$(SOAK_NOTICES) $(BIN)/pytest plugins/paymed_tp/tests/test_scale.py --timeout 7200
	CADUCEE_TP_PRACTICES=$(SOAK_PRACTICES) $(BIN)/pytest plugins/paymed_tp/tests/test_many_practices.py --timeout 360000
	CADUCEE_KILLS=$(SOAK_KILLS) CADUCEE_MAILS=$(SOAK_BOX) $(BIN)/pytest tests/faults --timeout 7200
	CADUCEE_FUZZ_MAILS=$(SOAK_MAILS) $(BIN)/pytest plugins/mss/tests/test_fuzz.py --timeout 7200

clean:
	rm -rf $(VENV) build native/target sandbox/virtual-cps/target .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
