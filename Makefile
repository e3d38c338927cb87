# Two commands: `make demo` shows the main job, `make test` proves it. Both install what they need
# into .venv; nothing but python3 (3.11 to 3.13), pip and make has to be there before.
# Inside a virtual environment python3 is that one's, which need not have pip: take the one it is of.
PYTHON ?= $(shell python3 -c 'import sys; print(sys._base_executable)')
VENV ?= .venv
BIN := $(VENV)/bin
# --without-pip and `pip --python`: Debian's python3 has no ensurepip.
INSTALL := $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test pythons coverage lint check clean constraints laws faults mutants docs
.PHONY: focus-gate dist release-check sbom database bench bench-quick

demo: $(VENV)/.demo-ready
	$(BIN)/image-billing demo

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n auto --dist worksteal

# What differs between Pythons, on every other one of 3.11 to 3.13 that is found here.
pythons: $(VENV)/.dev-ready
	.ci/pythons

# The whole suite, measured: it fails when fewer than 95 % of the branches of pricing and billing
# were taken. Programs that tests start count too.
coverage: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term --cov-report=html:build/coverage

lint: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

$(BIN)/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.demo-ready: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[all]'
	touch $@

$(VENV)/.dev-ready: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[all,dev]'
	touch $@ $(VENV)/.demo-ready

# The documentation as a site in site/, with pictures of what its guides produce where there is a
# browser; nothing is fetched when it is built or read.
docs: $(VENV)/.docs-ready
	-$(BIN)/python -m tests.docs.pictures
	$(BIN)/mkdocs build --quiet

$(VENV)/.docs-ready: $(VENV)/.dev-ready
	$(INSTALL) -e '.[all,dev,docs]'
	touch $@

clean:
	rm -rf $(VENV) build dist site

# Every benchmark, and benchmarks/RESULTS.md: the whole takes long, the quick one a few minutes.
bench bench-quick: $(VENV)/.dev-ready
	$(BIN)/python -m benchmarks.results $(if $(filter bench-quick,$@),--quick)

# The wheel and the sdist, and what an installation with all extras contains, in dist/.
dist: $(VENV)/.release-ready
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/check-wheel-contents dist/*.whl
	$(MAKE) sbom

# As somebody who installs it would meet it: the wheel in an environment of its own, and what the
# README shows, run from an empty folder. The wheel alone, and what is in both, are in the suite.
release-check: dist
	$(BIN)/python -m pytest tests/house/test_packaging.py tests/databases
	$(PYTHON) -m venv --clear --without-pip build/release
	$(PYTHON) -m pip --python build/release/bin/python install --quiet --disable-pip-version-check -c constraints.txt "$$(echo dist/*.whl)[openai]"
	README_BIN=$(CURDIR)/build/release/bin $(BIN)/python -m pytest tests/house/test_readme.py

# The FinOps Foundation's own validator over fresh FOCUS files: 630 MB, Python 3.12 or later, minutes.
FOCUS_PYTHON ?= python3.12
focus-gate: $(VENV)/.dev-ready build/focus/.ready
	FOCUS_VALIDATOR_PYTHON=$(CURDIR)/build/focus/bin/python $(BIN)/python -m pytest -n 0 tests/billing/report/test_focus_validator.py

build/focus/.ready:
	$(FOCUS_PYTHON) -m venv --clear build/focus
	build/focus/bin/pip install --quiet --disable-pip-version-check 'focus-validator==2.2.1' 'pyarrow<23'
	touch $@

# What an installation with all extras contains, as a bill of materials: CycloneDX, JSON.
sbom: $(VENV)/.release-ready
	$(PYTHON) -m venv --clear --without-pip build/sbom
	$(PYTHON) -m pip --python build/sbom/bin/python install --quiet --disable-pip-version-check -c constraints.txt '.[all]'
	mkdir -p dist
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o dist/image-billing.cdx.json build/sbom/bin/python

$(VENV)/.release-ready: $(VENV)/.dev-ready
	$(INSTALL) -e '.[all,dev,release]'
	touch $@

# The database of this release, which later ones must upgrade: while it is being prepared.
database: $(VENV)/.dev-ready
	$(BIN)/python -m tests.databases.make --again

# After installing newer releases into .venv, the extras docs and release too: write down what the
# tests ran with.
constraints:
	$(BIN)/python -c "import importlib.metadata as m; rows = sorted({(d.name, d.version) for d in m.distributions()} - {('image-billing', m.version('image-billing'))}, key=lambda r: r[0].lower()); print('# Versions that the tests run with: names and versions only. Renew with \`make constraints\`.', *(f'{n}=={v}' for n, v in rows), sep='\n')" > constraints.new
	mv constraints.new constraints.txt

# The random walks of the ledger: more of them, longer, and others with LAWS_SEED; LAWS_SHRINK=1
# makes a failed one short. Every walk adds a line to LAWS_COUNTS, if that names a file:
# python -m tests.properties.ledger_counts FILE adds them up.
LAWS_WALKS ?= 40
LAWS_STEPS ?= 300
LAWS_SEED ?= 0
LAWS_COUNTS ?=
laws: $(VENV)/.dev-ready
	LAWS_WALKS=$(LAWS_WALKS) LAWS_STEPS=$(LAWS_STEPS) LAWS_SEED=$(LAWS_SEED) LAWS_COUNTS=$(LAWS_COUNTS) $(BIN)/python -m pytest tests/properties/test_ledger_laws.py -n auto -s

# Kills, full disks, cut connections, many more of them; the counts are printed at the end. Others
# with FAULTS_SEED. Every test adds a line to FAULTS_COUNTS, if that names a file:
# python -m tests.faults.counts FILE adds them up.
FAULTS_RUNS ?= 25
FAULTS_SEED ?= 0
FAULTS_COUNTS ?=
faults: $(VENV)/.dev-ready
	FAULTS_RUNS=$(FAULTS_RUNS) FAULTS_SEED=$(FAULTS_SEED) FAULTS_COUNTS=$(FAULTS_COUNTS) $(BIN)/python -m pytest tests/faults -n 2

# Do the tests notice a changed sign, comparison or figure? docs/mutation.md says what came of it.
# All of pricing and a sample of the ledger's rules take about an hour.
MUTANTS ?= 400
MUTANTS_SEED ?= 1
mutants: $(VENV)/.mutation-ready
	nice $(BIN)/python -m tests.mutation pricing
	nice $(BIN)/python -m tests.mutation rules --sample $(MUTANTS) --seed $(MUTANTS_SEED)

$(VENV)/.mutation-ready: $(VENV)/.dev-ready
	$(INSTALL) -e '.[all,dev,mutation]'
	touch $@
