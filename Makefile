# Two commands: `make demo` shows the main job, `make test` proves it. Both install what they need
# into .venv; nothing but python3 (3.11 to 3.13), pip and make has to be there before.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# --without-pip and `pip --python`: Debian's python3 has no ensurepip.
INSTALL := $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint check clean

demo: $(VENV)/.demo-ready
	$(BIN)/image-billing demo

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest

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

clean:
	rm -rf $(VENV) build dist
