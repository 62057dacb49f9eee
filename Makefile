# `make demo` and `make test` set up everything they need in .venv on a machine with Python 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test clean

demo: $(VENV)/.installed
	$(BIN)/overstate analyze data/calls/demo-voting-system.vtt --ask 5

test: $(VENV)/.developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check -e .
	touch $@

$(VENV)/.developed: $(VENV)/.installed
	$(BIN)/pip install -qq --disable-pip-version-check -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV)
