# What a person does with a checkout. `make` alone lists it.
PORT ?= 8000
PYTEST_ARGS ?=
# A worker for each core. One has a whole file, which may keep a server for it; files go in order, so that those of
# a folder come together. More than four would mostly start servers.
WORKERS = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help run test lint format bench-network bench-fixes bench-live bench-routing bench-dispatch bench-instant bench-replay bench-tiles clean

help:                ## list what can be made
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

run: runtime         ## the demo city on http://127.0.0.1:8000 (PORT=… for another port)
	@exec .venv/bin/equipage demo --port $(PORT)

test: dev chromium postgres ## every test; the storage tests run on SQLite and on PostGIS
	@.venv/bin/python -m pytest $(WORKERS) $(PYTEST_ARGS)

lint: dev            ## ruff, mypy strict, import-linter, docstrings
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/python -m numpydoc.hooks.validate_docstrings $$(git ls-files 'geo/*.py' 'routing/*.py' 'dispatch/*.py' 'data/*.py' 'api/*.py' | grep -v '^data/migrations/')

format: dev          ## put the code in ruff's format
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench-network: dev   ## map to network beside OSMnx, on ../shared/data
	@.venv/bin/python -m tests.benchmarks.bench_network

bench-fixes: dev postgres ## fixes by COPY beside INSERT, on a private PostGIS
	@.venv/bin/python -m tests.benchmarks.bench_fixes

bench-live: dev      ## 300 vehicles at 1 Hz and 1,000 open reports: lost, late? (MINUTES=…, DATABASE_URL=…)
	@.venv/bin/python -m tests.benchmarks.bench_live

bench-routing: dev   ## routing beside OSRM, pyroutingkit, scipy and OSMnx, in one table (QUICK=1: a minute)
	@.venv/bin/python -m tests.benchmarks.bench_routing

bench-dispatch: dev  ## planning beside PyVRP, VROOM and OR-Tools, in one table (QUICK=1: two minutes)
	@.venv/bin/python -m tests.benchmarks.bench_dispatch

bench-instant: dev   ## the instant answer in a flood beside scipy's dense optimum (QUICK=1: seconds)
	@.venv/bin/python -m tests.benchmarks.bench_instant

bench-replay: dev    ## replayed days, loaded and quiet, beside strong nearest-crew dispatch (QUICK=1: a day of each)
	@.venv/bin/python -m tests.benchmarks.bench_replay

bench-tiles: dev     ## map tiles beside geopandas' plots of the same roads
	@.venv/bin/python -m tests.benchmarks.bench_tiles

clean:               ## remove the virtual environment and the demo's state
	rm -rf .venv .equipage

.PHONY: runtime dev chromium postgres
runtime:
	@scripts/setup runtime
dev:
	@scripts/setup dev
chromium:
	@scripts/need-chromium
postgres:
	@scripts/need-postgres
