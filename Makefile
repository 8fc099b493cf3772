# Everything a newcomer types. The environment is made on first need and again when requirements/ change.
SHELL := /bin/sh
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/ready
LOCKED := requirements/dev.txt requirements/uv.txt
CARDS := requirements/eid.txt
BUILD := requirements/build.txt
# The first that is new enough; PYTHON=... chooses another.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))

# The stack and the tests start hundreds of processes; without kept bytecode each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo up test proofs races contingent kills alike large examples odd-hours pictures check bench soak clean environment requirements frontend messages

demo: $(READY)
	@$(RUN)/guichet demo $(if $(EXIT),--exit)

up: $(READY)
	@$(RUN)/guichet up

# The whole stack is tested alone: beside others its start takes minutes, and what it waits for comes too late. The pages in the
# browser are `make pictures`.
test: $(READY)
ifdef ARGS
	@$(RUN)/python -m pytest -n $(or $(PROCESSES),4) $(ARGS)
else
	@$(RUN)/python -m pytest tests/whole_stack
	@$(RUN)/python -m pytest -n $(or $(PROCESSES),4) --ignore tests/whole_stack --ignore tests/portal/browser
endif

proofs: $(READY)
	@$(RUN)/python -m pytest --timeout 3600 -s -m proof $(ARGS)

races: $(READY)
	@RACES=1000 $(RUN)/python -m pytest --timeout 3600 tests/ingest/test_overwrite_races.py tests/registers/test_races.py tests/registers/test_lock_order.py $(ARGS)

contingent: $(READY)
	@OPERATIONS=20000 $(RUN)/python -m pytest --timeout 3600 -s tests/registers/test_against_the_model.py tests/registers/access/test_no_way_up.py $(ARGS)

kills: $(READY)
	@$(RUN)/python -m pytest -s -m proof tests/whole_stack/test_kills.py tests/whole_stack/test_kills_while_filing.py $(ARGS)

alike: $(READY)
	@FORMS=5000 $(RUN)/python -m pytest --timeout 3600 tests/ingest/test_large_payloads.py -k answered_as_the_same $(ARGS)

large: $(READY)
	@LARGE_MB=50 $(RUN)/python -m pytest --timeout 3600 tests/door/test_large_deliveries.py $(ARGS)

examples: $(READY)
	@EXAMPLES=500 $(RUN)/python -m pytest --timeout 3600 tests/web/test_described_operations.py tests/registers/test_set_filing.py tests/registers/test_lanes.py tests/registers/test_forgotten_ledgers.py $(ARGS)

odd-hours: $(READY)
	@$(RUN)/python -m tests.odd_hours $(ARGS)

pictures: $(READY)
	@PICTURES=1 $(RUN)/python -m pytest -n $(or $(PROCESSES),4) tests/portal/browser $(ARGS)
	@echo "they are in var/screenshots"

check: $(READY)
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python -m pytest -q tests/architecture

bench: $(READY)
	@$(RUN)/guichet bench $(ARGS)

bench-%: $(READY)
	@$(RUN)/guichet bench $*

soak: $(READY)
	@$(RUN)/guichet soak --minutes $(or $(SOAK_MINUTES),60) $(ARGS)

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "var/ stays: it holds what was received; remove it by hand"

environment: $(READY)

$(READY): $(LOCKED) $(BUILD) $(CARDS) pyproject.toml requirements/make-environment
	@PYTHON='$(PYTHON)' requirements/make-environment $(VENV) $(LOCKED)
	@touch $@

requirements: $(READY)
	cd requirements && for name in build app dev eid; do \
	  ../$(RUN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --only-binary :all: --no-binary pyftpdlib --no-binary pyscard \
	    --no-emit-index-url --no-annotate --no-header $$name.in -o $$name.txt || exit 1; \
	done

frontend:
	@cd portal/frontend && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build

messages: $(READY)
	@$(RUN)/python -m portal.catalogues
