# The two commands of the README: `make run` and `make test`. Everything else is a part of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A lock is installed as it stands: some versions of pip look for newer releases as soon as they resolve.
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
# What pip says goes to a log: without a network it is forty lines, and none says what to do.
define install
@$(BIN)/python $(INSTALL) $(1) >$(VENV)/install.log 2>&1 || { \
  if grep -qiE "connection|timed out" $(VENV)/install.log; \
  then echo "The libraries cannot be fetched: no connection to the package index. Connect, then run make again."; \
  else echo "The libraries cannot be installed: $$(grep -m 1 ERROR $(VENV)/install.log || tail -n 1 $(VENV)/install.log) ($(VENV)/install.log)"; fi; exit 1; }
endef
# A start that finds its modules compiled takes half the time, here and in the hundred starts of the tests.
export PYTHONDONTWRITEBYTECODE =
# With the folders: the time of a folder tells of files that went.
STATIC := $(shell find static) $(wildcard playground/web/*static*.py) playground/web/bundles.py

.PHONY: run test check coverage processes audit apidocs install wheel requirements postgres browser browsers walks litellm interop upgrade container-test screenshots pictures clean

run: install
	@exec $(BIN)/python manage.py serve

test: check postgres browser

# Tests wait for processes, servers and a browser a quarter of their time: half as many again as there are cores.
WORKERS = -n $(shell $(PYTHON) -c "import os; print(max(2, 3 * (os.cpu_count() or 1) // 2))" 2>/dev/null)
# Servers, crowds and kills: `make processes`.
PROCESSES := tests/many tests/crash tests/deployment
FAST := -m "not browser and not engines and not litellm and not interop and not upgrade and not container" $(PROCESSES:%=--ignore=%)
check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.audit
	$(BIN)/pytest $(WORKERS) $(FAST)

# The same tests in twice the time, and which lines none of them runs.
coverage: $(VENV)/dev.stamp
	$(BIN)/pytest $(WORKERS) --cov --cov-report=term-missing:skip-covered $(FAST)

processes: $(VENV)/dev.stamp
	$(BIN)/pytest $(WORKERS) $(PROCESSES)

# What two databases could do differently, once more on PostgreSQL: locks, constraints, order, search, counting, odd text, JSON.
# Pages, files and pure functions see the same rows on both; tests/many and tests/crash start servers of their own.
ROWS := accounts comparisons/blind connections history results runs spending submission worker \
        catalog/test_listed_models.py composer/test_presets.py composer/test_preset_versions.py composer/test_schemas.py composer/experiments/test_mark.py \
        images/test_images.py leaderboard/test_table.py operations/test_seeding.py operations/test_health.py \
        operations/test_metrics.py operations/test_experiment_elsewhere.py settings_pages/test_servers.py \
        storage/test_new_database.py storage/test_one_at_a_time.py storage/test_prepared.py \
        web/test_unavailable.py whole/test_amounts.py whole/test_odd_requests.py
# Of those folders what draws pages, asks other servers or starts processes.
ALIKE := accounts/test_elsewhere.py accounts/test_own_pages.py comparisons/blind/test_leaks.py results/test_comparisons.py results/test_runs.py \
         results/test_side_by_side.py worker/test_remote_images.py
postgres: $(VENV)/dev.stamp
	$(BIN)/python -m tests.servers --postgres -- $(BIN)/pytest $(WORKERS) -m "not processes" $(ROWS:%=tests/%) $(ALIKE:%=--ignore=tests/%)

# File by file: what a file starts and fills for its tests is started and filled once.
browser: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest $(WORKERS) --dist loadfile tests/browser

# Sixteen flows in Chromium, Firefox and WebKitGTK; says which of them is not here and cannot be installed.
browsers: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.engines.install
	$(BIN)/pytest -m engines tests/engines

# Fifty walks through the product at random, narrow and wide, local and with accounts: takes an hour or two.
walks: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.walks --seeds 0:50

audit: $(VENV)/dev.stamp
	$(BIN)/python -m tests.audit --insist

# After a change to the types of the API: docs/openapi.json and docs/schemas/ are made of them.
apidocs: install
	@$(BIN)/python manage.py apidocs

# After a change to a .in file: pins every library, theirs included, with the hashes of its files.
PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements"
requirements: $(VENV)/dev.stamp
	$(PIN) requirements.in --output-file requirements.txt
	$(PIN) requirements-reader.in --constraint requirements.txt --output-file requirements-reader.txt
	$(PIN) requirements-dev.in --output-file requirements-dev.txt
	$(filter-out --universal,$(PIN)) tests/litellm/requirements.in --output-file tests/litellm/requirements.txt
	$(filter-out --universal,$(PIN)) tests/interop/requirements.in --output-file tests/interop/requirements.txt

# A chat-completions server of another project. Its many libraries do not belong among ours.
litellm: $(VENV)/dev.stamp .venv-litellm/stamp
	$(BIN)/pytest -m litellm tests/litellm

# Programs that people read files with, and generators of clients. Their libraries do not belong among ours either.
interop: $(VENV)/dev.stamp .venv-interop/stamp
	$(BIN)/pytest -m interop tests/interop

.venv-%/stamp: tests/%/requirements.txt
	@echo "Installing what tests/$* needs"
	@test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/python $(INSTALL) -r $<
	@touch $@

# From the release before, which has to be in the history here. Its libraries do not belong among ours either.
upgrade: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.upgrade
	$(BIN)/pytest -m upgrade tests/upgrade

install: $(VENV)/run.stamp $(VENV)/reader.stamp staticfiles/staticfiles.json

# dist/vision_playground-….whl, with the templates and the collected static files inside.
wheel: $(VENV)/dev.stamp
	@$(BIN)/python -m hatchling build --target wheel

# By what the lock says and whether its Python is there, not by times: those of a copied checkout may be old.
OTHER_LOCK := $(shell test -x $(BIN)/python && cmp -s requirements.txt $(VENV)/run.stamp || echo FORCE)
FORCE:
$(VENV)/run.stamp: $(OTHER_LOCK)
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This Python is too old. Install Python 3.11 or newer, or set PYTHON=python3.11."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear $(VENV) >/dev/null || { rm -rf $(VENV); echo "Python's venv does not work. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what the playground needs"
	$(call install,-r requirements.txt)
	@cp requirements.txt $@

# The text reader has no build for every machine: without it the rest works, and says that it is not there.
$(VENV)/reader.stamp: $(VENV)/run.stamp requirements-reader.txt
	@echo "Installing the text reader"
	@$(BIN)/python $(INSTALL) --only-binary :all: -r requirements-reader.txt >$(VENV)/reader.log 2>&1 || { \
	  echo "The text reader cannot be installed here; everything else works without it: $$(grep -m 1 ERROR $(VENV)/reader.log) ($(VENV)/reader.log)"; \
	  echo "To try again: rm $@, then make run."; }
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp $(VENV)/reader.stamp requirements-dev.txt
	@echo "Installing what the tests need"
	$(call install,-r requirements-dev.txt)
	@$(BIN)/python $(INSTALL) --upgrade --target $(VENV)/oldest-pip -r tests/whole/oldest-pip.txt
	@touch $@

staticfiles/staticfiles.json: $(VENV)/run.stamp $(STATIC)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

# The image, by buildah on a bare Debian, with no registry and no Docker; carries a run.
container-test: $(VENV)/dev.stamp
	$(BIN)/pytest -m container tests/container

screenshots: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.screenshots

# docs/pictures, of the real product in front of a fake provider.
pictures: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.readme_pictures

clean:
	rm -rf $(VENV) .venv-litellm .venv-interop .venv-before staticfiles dist .coverage* .mypy_cache .ruff_cache .pytest_cache
