# `make help` lists what can be made. The same names stand in README.md and in .ci/run.
SHELL = /bin/sh
PORT ?= 8000
DATA_DIR ?= var
PYTHON_BIN = .venv/bin/python
RUNTIME = .venv/runtime.stamp
DEV = .venv/dev.stamp
STATIC = $(DATA_DIR)/static/staticfiles.json
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

.PHONY: help run test check format setup messages lock bench

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) $(STATIC) ## the demo on this machine; PORT=8001 chooses another port
	@DEMO=1 $(PYTHON_BIN) manage.py migrate --verbosity 0
	@DEMO=1 $(PYTHON_BIN) manage.py demo
	@exec env DEMO=1 PORT=$(PORT) $(PYTHON_BIN) -m config.serve

test: $(DEV) ## all tests, on SQLite, with Chromium for those of the pages
	@.venv/bin/pytest --quiet --numprocesses auto --dist worksteal

check: $(DEV) ## format, lint, types, imports, templates, migrations, deployment
	@sh .ci/check

format: $(DEV) ## Python and templates put in shape
	@.venv/bin/ruff format --quiet .
	@.venv/bin/ruff check --quiet --fix .
	@-find templates annotate -name '*.html' -exec .venv/bin/djade {} +
	@find templates annotate -name '*.html' -exec .venv/bin/djhtml {} +

setup: $(DEV) ## all that the other targets need, without running any

messages: $(DEV) ## the catalogues of translations brought up to date with the program
	@$(PYTHON_BIN) -m tests.catalogues

lock: ## requirements*.txt anew from pyproject.toml; needs uv
	$(LOCK) --upgrade --output-file requirements.txt pyproject.toml
	$(LOCK) --upgrade --output-file requirements-dev.txt --constraint requirements.txt \
		--group dev pyproject.toml

bench: $(DEV) ## how long the slow things take, against a large corpus
	@$(PYTHON_BIN) tests/bench/run.py

# The stamps count for nothing once the Python beneath .venv has gone.
ifeq ($(wildcard .venv/bin/python),)
.PHONY: $(RUNTIME) $(DEV)
endif

$(RUNTIME): requirements.txt
	@echo 'Installing what Isnad needs ...'
	@sh .ci/install requirements.txt
	@touch $@

$(DEV): requirements-dev.txt
	@echo 'Installing what the tests and checks need ...'
	@sh .ci/install requirements-dev.txt
	@touch $(RUNTIME) $@

$(STATIC): $(RUNTIME) $(shell find annotate/static -type f 2>/dev/null)
	@DEMO=1 $(PYTHON_BIN) manage.py collectstatic --no-input --verbosity 0
	@touch $@
