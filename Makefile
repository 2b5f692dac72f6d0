# The same commands as continuous integration: `make ci` runs all of them.
BIN := .venv/bin
PACKAGES := refvps annotator benchmark baselines rem
export OMP_NUM_THREADS := 1

.PHONY: setup format lint types layers test slow package extras docs coverage ci

setup:     ## Make .venv with everything the tests need
	bash tests/setup

format:    ## Rewrite the code in the house style
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint:      ## Style, spelling, formatting
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell

types:     ## Strict types
	$(BIN)/mypy

layers:    ## Arrows between packages point down
	$(BIN)/lint-imports

test:      ## All tests but the slow ones; those of a file tell one story, in one process
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

slow:      ## Kill loops and whole renderings, short
	$(BIN)/python -m pytest -m slow

package:   ## Wheel and sdist in a clean environment, every extra resolved; asks a package index
	REFVPS_PACKAGE_INDEX=1 $(BIN)/python -m pytest tests/packaging

extras:    ## The same, and every extra installed alone and used; minutes and gigabytes
	REFVPS_PACKAGE_INDEX=whole $(BIN)/python -m pytest tests/packaging

docs:      ## The manual, as a site in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

coverage:  ## Branch coverage of the lower floors
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term-missing

ci: lint types layers docs package test slow   ## What continuous integration runs
