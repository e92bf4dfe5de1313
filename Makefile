# The two commands that matter: `make site` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BASE ?= origin/main
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Material prints a notice about MkDocs 2 on every run; CONTRIBUTING.md says what it means for this project.
export NO_MKDOCS_2_WARNING := 1
# One thread per process: two cost 5 to 10 times the CPU on small machines.
export OMP_NUM_THREADS := 1

.PHONY: help ready site pages offline serve test check verify report format fetch clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

ready: $(VENV)/compute.stamp $(VENV)/test.stamp ## install everything that computes, builds and tests; nothing else

site: $(VENV)/compute.stamp ## install, fetch models, compute what is stale, build site/
	$(BIN)/embedguide fetch
	$(BIN)/python scripts/build.py
	$(BIN)/mkdocs build --strict
	@echo "The guide is in site/. Read it with: make serve"

pages: $(VENV)/core.stamp ## build site/ from the committed results: no torch, no models, seconds
	$(BIN)/python scripts/build.py assets
	$(BIN)/mkdocs build --strict

offline: $(VENV)/core.stamp ## build site-offline/ for reading from disk, live figures included; needs node and npm
	$(BIN)/python scripts/build.py offline

serve: $(VENV)/core.stamp ## read the guide at http://127.0.0.1:8000, edit it and see
	$(BIN)/embedguide serve

test: $(VENV)/compute.stamp $(VENV)/test.stamp ## run every test, a browser's included
	$(BIN)/python tests/chromium.py
	$(BIN)/embedguide fetch
	$(BIN)/python -m pytest -n 2

check: $(VENV)/compute.stamp $(VENV)/test.stamp ## lint, types, import layers, freshness of results
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if command -v npx > /dev/null; then npx --yes --package typescript@5.9.3 tsc --project tests/browser/tsconfig.json; \
	else echo "npx is not at hand: the types of the pages' scripts were not checked"; fi
	$(BIN)/embedguide check

verify: $(VENV)/compute.stamp ## compute everything again and compare the numbers with the committed ones
	$(BIN)/embedguide verify

report: $(VENV)/core.stamp ## say what changed in the results since BASE (origin/main), into report/
	$(BIN)/embedguide report --base $(BASE) --out report/report.html --out report/report.md

format: $(VENV)/test.stamp ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fetch: $(VENV)/core.stamp ## fetch the default models and corpora into the cache
	$(BIN)/embedguide fetch

clean: ## remove site/ and .venv/; models stay in the cache
	rm -rf site $(VENV)

# A stamp names what is installed; it is older than the files that say what to install, it is installed again.
$(VENV)/core.stamp: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the pages need ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/compute.stamp: $(VENV)/core.stamp
	@echo "Installing what computes (torch, transformers, scikit-learn): a few minutes the first time ..."
	$(PIP) --editable '.[compute]'
	@touch $@

$(VENV)/test.stamp: $(VENV)/core.stamp
	@echo "Installing what tests ..."
	$(PIP) --editable '.[test]'
	@touch $@
