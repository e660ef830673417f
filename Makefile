# The commands of this project. `make run` and `make test` need nothing but Python 3.11+, make and a network.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
# Tests that start real servers, browsers or peers; `make fast` leaves them out.
LONG := walk or browser or postgres or fedify or slow

.PHONY: setup run worker demo drill test fast lint fix components clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml $(LOCK)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --constraint $(LOCK) "setuptools>=77,<82"
	@$(BIN)/python -m pip install --quiet --constraint $(LOCK) --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --constraint $(LOCK) --editable ".[dev]"
	@touch $@

run: setup
	@exec $(BIN)/fedi serve

worker: setup
	@exec $(BIN)/fedi worker

demo: setup
	@$(BIN)/python -m tools.demo

# `make drill DRILL="--postgres --seed 1"`: what can be lost by killing it (docs/reliability.md).
drill: $(VENV)/.tested
	@$(BIN)/python benchmarks/drill.py $(DRILL)

components:
	@tools/components.sh

test: $(VENV)/.tested components
	$(BIN)/pytest -m "not ($(LONG))" -n 2 --dist loadfile
	$(BIN)/pytest -m "$(LONG)"

fast: $(VENV)/.tested
	@$(BIN)/pytest -m "not ($(LONG))" -n 2 --dist loadfile

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
