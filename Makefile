# Two commands: `make demo` shows the main job, `make test` proves it. Both install what they need
# into .venv; nothing but python3 (3.11 to 3.13), pip and make has to be there before.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# --without-pip and `pip --python`: Debian's python3 has no ensurepip.
INSTALL := $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint check clean constraints laws faults mutants docs sbom bench bench-quick

demo: $(VENV)/.demo-ready
	$(BIN)/image-billing demo

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n auto

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

# What an installation with all extras contains, as a bill of materials: CycloneDX, JSON.
sbom: $(VENV)/.dev-ready
	$(PYTHON) -m venv --clear --without-pip build/sbom
	$(PYTHON) -m pip --python build/sbom/bin/python install --quiet --disable-pip-version-check -c constraints.txt '.[all]'
	mkdir -p dist
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o dist/image-billing.cdx.json build/sbom/bin/python

# After installing newer releases into .venv: write down what the tests ran with.
constraints:
	$(BIN)/python -c "import importlib.metadata as m; rows = sorted({(d.name, d.version) for d in m.distributions()} - {('image-billing', m.version('image-billing'))}, key=lambda r: r[0].lower()); print('# Versions that the tests run with: names and versions only. Renew with \`make constraints\`.', *(f'{n}=={v}' for n, v in rows), sep='\n')" > constraints.new
	mv constraints.new constraints.txt

# The random walks of the ledger, many more of them, and others with LAWS_SEED; LAWS_SHRINK=1 makes
# a failed one short.
LAWS_WALKS ?= 40
LAWS_SEED ?= 0
laws: $(VENV)/.dev-ready
	LAWS_WALKS=$(LAWS_WALKS) LAWS_SEED=$(LAWS_SEED) $(BIN)/python -m pytest tests/properties/test_ledger_laws.py -n auto -s

# Kills, full disks, cut connections, many more of them; the counts are printed at the end.
FAULTS_RUNS ?= 25
faults: $(VENV)/.dev-ready
	FAULTS_RUNS=$(FAULTS_RUNS) $(BIN)/python -m pytest tests/faults -n 2

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
