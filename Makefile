# The two commands of the README: `make run` and `make test`. Everything else is a part of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STATIC := $(shell find static -type f) playground/static_bundle.py playground/static_storage.py

.PHONY: run test check audit install requirements postgres browser litellm screenshots pictures clean

run: $(VENV)/run.stamp staticfiles/staticfiles.json
	@exec $(BIN)/python manage.py serve

test: check postgres browser litellm

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.audit
	$(BIN)/pytest -n auto --cov --cov-report=term-missing:skip-covered -m "not browser and not litellm"

# What touches the database, once more on PostgreSQL; tests/many and tests/crash start their own.
postgres: $(VENV)/dev.stamp
	$(BIN)/python -m tests.servers --postgres -- $(BIN)/pytest -n auto -m "not browser and not processes" tests/test_*.py

browser: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest -n auto -m browser

audit: $(VENV)/dev.stamp
	$(BIN)/python -m tests.audit

# After a change to a .in file: pins every library, theirs included, with the hashes of its files.
PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements"
requirements: $(VENV)/dev.stamp
	$(PIN) requirements.in --output-file requirements.txt
	$(PIN) requirements-dev.in --output-file requirements-dev.txt
	$(filter-out --universal,$(PIN)) tests/litellm/requirements.in --output-file tests/litellm/requirements.txt

# A chat-completions server of another project. Its many libraries do not belong among ours.
litellm: $(VENV)/dev.stamp .venv-litellm/stamp
	$(BIN)/pytest -m litellm tests/litellm

.venv-litellm/stamp: tests/litellm/requirements.txt
	@echo "Installing LiteLLM's proxy, for its tests"
	@test -x .venv-litellm/bin/python || $(PYTHON) -m venv .venv-litellm
	@.venv-litellm/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

install: $(VENV)/run.stamp

$(VENV)/run.stamp: requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This Python is too old. Install Python 3.11 or newer, or set PYTHON=python3.11."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the playground needs"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# .env may switch accounts on, which brings the files of Django's admin.
staticfiles/staticfiles.json: $(VENV)/run.stamp $(STATIC) $(wildcard .env)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

screenshots: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.screenshots

# docs/pictures, of the real product in front of a fake provider.
pictures: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.readme_pictures

clean:
	rm -rf $(VENV) .venv-litellm staticfiles .coverage* .mypy_cache .ruff_cache .pytest_cache
