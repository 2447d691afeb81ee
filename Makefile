# Two commands do everything: `make demo` and `make test`. A new machine needs python3, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-act hunt reliability mutations audit check lint lint-actions action-requirements bench-bib score-lists learn-weights clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

# bibtexparser 2 reads our files in the tests. It cannot live beside pyzotero, which needs bibtexparser 1.
$(VENV)/bibtexparser2/.installed: Makefile | $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --upgrade \
	  --target $(@D) bibtexparser==2.1.0
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

$(VENV)/.installed-learn: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[learn]'
	@touch $@

$(VENV)/.installed-pin: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[pin]'
	@touch $@

$(VENV)/.installed-audit: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[audit]'
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/zsync demo

test: $(VENV)/.installed-test $(VENV)/bibtexparser2/.installed
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

# The example workflow for users, from end to end; installs the action's dependencies twice.
test-act: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m act tests/action $(PYTEST_ARGS)

# The laws over invented lists and histories, at length: HUNT times as many examples as in the suite, other ones each time.
HUNT ?= 20
LAWS := $(wildcard tests/test_*law*.py) tests/test_belief.py tests/test_histories.py tests/test_named_papers.py tests/test_two_machines.py
hunt: $(VENV)/.installed-test
	ZSYNC_HUNT=$(HUNT) $(BIN)/python -m pytest -n auto $(LAWS) $(PYTEST_ARGS)

# What is promised and how often it was tested, at length, as docs/reliability.md; an hour and more.
reliability: $(VENV)/.installed-test $(VENV)/bibtexparser2/.installed
	ZSYNC_HUNT=$(HUNT) $(BIN)/python -m tests.reliability -n auto $(PYTEST_ARGS)

# Mistakes planted in the code, one at a time: the tests have to notice each. PARTS="lock files" plants those of some parts.
mutations: $(VENV)/.installed-test
	$(BIN)/python -m tests.mutations $(PARTS)

# Known holes in what the action installs. It asks a data base on the network; .ci/audit says loudly where there is none.
audit: $(VENV)/.installed-audit
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement action-requirements.txt

lint: lint-actions $(VENV)/.installed-test
	$(BIN)/ruff check src action tests benchmarks
	$(BIN)/ruff format --check src action tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

# The workflows and the action, as their own linters read them; none of them asks the network.
WORKFLOWS := $(wildcard .github/workflows/*.yml examples/*.yml)
SCHEMA := $(BIN)/check-jsonschema --quiet --builtin-schema

lint-actions: $(VENV)/.installed-test
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/actionlint $(WORKFLOWS)
	$(BIN)/shellcheck action/*.sh
	$(BIN)/zizmor --offline --quiet --persona pedantic --config .github/zizmor.yml .github action.yml $(wildcard examples/*.yml)
	$(SCHEMA) vendor.github-actions action.yml
	$(SCHEMA) vendor.github-workflows $(WORKFLOWS)
	$(SCHEMA) custom.github-workflows-require-timeout $(WORKFLOWS)
	$(SCHEMA) vendor.dependabot .github/dependabot.yml
	$(SCHEMA) vendor.citation-file-format CITATION.cff

# The pins of the action, brought up to date. bibtexparser 1 has no wheel and is built, by the second file's setuptools.
PIN := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --only-binary :all: \
  --custom-compile-command "make action-requirements"
action-requirements: $(VENV)/.installed-pin
	$(PIN) --no-binary bibtexparser --output-file action-requirements.txt pyproject.toml
	$(PIN) --group action-build --output-file action-build-requirements.txt

check: lint test test-act

# What an export of 10,000 items costs beside other writers; minutes, and a quiet machine.
bench-bib: $(VENV)/.installed-bench $(VENV)/bibtexparser2/.installed
	@$(BIN)/python -m benchmarks.bench_bib $(BENCH_ARGS)

# How well lists are read that zsync was not made for: LISTS names the folder with the lists, their golds and the scorers,
# which is not part of the project. SCORE_ARGS="--parts read" leaves out what takes long.
score-lists: $(VENV)/.installed
	@$(BIN)/python -m benchmarks.score_lists $(LISTS) $(SCORE_ARGS)

# What the evidence for a title weighs, learned anew from invented lists and, where LISTS names a folder as above, from those of
# its lists that may be looked at. It writes evidence_weights.json; minutes.
learn-weights: $(VENV)/.installed-learn
	@$(BIN)/python -m benchmarks.learn_weights $(LISTS) $(LEARN_ARGS)

clean:
	rm -rf $(VENV) dist build
