# The two commands that a newcomer needs: make demo, make test.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# What takes long, and has a command of its own: broken relying parties, other people's software, the guides' systems.
ZOO_SLICE  := tests/kill_matrix
ACCEPTANCE := tests/browser_matrix tests/third_party tests/walks tests/seed_targets
SYSTEMS    := tests/seed_targets/test_matrices.py tests/browser_flows tests/vendors
without     = $(addprefix --ignore=,$(1))

.PHONY: help demo test zoo-slice acceptance lint kill-matrix zoo zoo-tests forgery real-rps systems seeds browser-matrix walks pictures coverage third-party browser benchmark lock clean
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(BIN)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "RP Gauntlet needs Python 3.11 or newer; say which: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv does not work here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(BIN)/.ready  ## the reference relying party (green) and a broken one (red)
	@$(BIN)/gauntlet demo

test: $(BIN)/.ready  ## the tests of the harness, without the long matrices
	$(BIN)/python -m pytest tests $(call without,$(ZOO_SLICE) $(ACCEPTANCE) $(SYSTEMS)) -n 2 --dist loadfile

zoo-slice: $(BIN)/.ready  ## a fixed slice of the broken relying parties, and the correct ones, on what they must fail and pass (minutes)
	$(BIN)/python -m pytest $(ZOO_SLICE) -n 2 --dist worksteal

acceptance: $(BIN)/.ready  ## real relying parties, guides followed in the console, cases in Chromium: a slice of each (minutes)
	$(BIN)/python -m pytest $(ACCEPTANCE) $(call without,$(SYSTEMS)) -n 2 --dist loadfile --no-loadscope-reorder

lint: $(BIN)/.ready  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

kill-matrix: $(BIN)/.ready  ## every case against every relying party of ours, compared with what is recorded (minutes)
	$(BIN)/python -m tests.kill_matrix

zoo: $(BIN)/.ready  ## the same, recorded anew; docs/accuracy.md: what was found rightly and wrongly (minutes)
	$(BIN)/python -m tests.kill_matrix --write

zoo-tests: $(BIN)/.ready  ## what make zoo-slice tries, for all broken relying parties (minutes)
	ZOO=all $(BIN)/python -m pytest $(ZOO_SLICE) -n 2 --dist worksteal

forgery: $(BIN)/.ready  ## what generated attacks find in every broken relying party (minutes)
	$(BIN)/python -m tests.forgery

real-rps: $(BIN)/.ready  ## every case on the relying parties that we did not write, compared with what is explained (minutes)
	$(BIN)/python -m tests.third_party

systems: $(BIN)/.ready  ## the systems of the guides: what their matrices and waivers are about, and a few flows in Chromium (minutes)
	$(BIN)/python -m pytest $(SYSTEMS) -n 2 --dist loadgroup

seeds: $(BIN)/.ready  ## gauntlet check on the systems of the guides and on the vendors, whole, and in browsers (minutes)
	SEEDS=all $(BIN)/python -m pytest $(SYSTEMS) -n 2 --dist loadgroup

browser-matrix: $(BIN)/.ready  ## all cases in Chromium, against the HTTP user agent's verdicts (minutes)
	$(BIN)/python -m tests.browser_matrix

walks: $(BIN)/.ready  ## vendors' guides followed in the console, with every single step left out or done wrong (minutes)
	WALKS=all $(BIN)/python -m pytest tests/walks -n 2 --dist loadgroup

pictures: $(BIN)/.ready  ## docs/pictures, of the console as it looks now
	$(BIN)/python -m tests.walks.pictures

coverage: $(BIN)/.ready  ## docs/coverage.md: which requirements the cases cover
	$(BIN)/python -m suites.coverage --write docs/coverage.md

third-party: $(BIN)/.ready  ## what we test with and did not write: Apache mod_auth_openidc, openid-client, Okta's own clients, axe-core
	./scripts/third_party.sh

# Not `?=`: desktops set a BROWSER of their own in the environment.
browser: BROWSER = chromium
browser: $(BIN)/.ready  ## a browser for browser cases: chromium, or BROWSER=firefox, BROWSER=webkit
	$(BIN)/playwright install --with-deps $(BROWSER)

benchmark: $(BIN)/.ready  ## start-up time, overhead per login, two workers against one
	$(BIN)/python -m benchmarks.speed

lock: $(BIN)/.ready  ## requirements.lock from pyproject.toml
	./scripts/lock.sh

clean:  ## remove the virtual environment and reports
	rm -rf $(VENV) reports/out
