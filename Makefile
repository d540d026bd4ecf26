# Two commands for everyone: `make book` and `make test`. Both set up .venv first where that is needed.
.DEFAULT_GOAL := help
.PHONY: help setup book test torture lint bench notebooks readme format lock clean
export PYTHON
unexport PYTHONPATH PYTHONHOME

python := .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo
	@echo "  PYTHON=python3.12 chooses another Python (3.10, 3.11 or 3.12)."

setup: ## make .venv from requirements.lock, if it is missing or older than the lock
	@.ci/setup

book: setup ## run every notebook, build the book from the committed records, print its address
	@.venv/bin/claimbook book

# Each stage runs even where an earlier one failed. The store is an empty one, so the notebooks really train.
test: setup ## lint, unit tests, and every notebook run live against its stored outputs
	@failed=; CLAIMBOOK_STORE=$$(mktemp -d) || exit 1; export CLAIMBOOK_STORE; trap 'rm -rf "$$CLAIMBOOK_STORE"' EXIT; \
	echo "== lint"; \
	{ $(python) -m ruff check && $(python) -m ruff format --check; } || failed="$$failed lint"; \
	echo "== unit tests"; \
	$(python) -m pytest -q -n 2 || failed="$$failed unit-tests"; \
	echo "== notebooks"; \
	if ls notebooks/*/*.ipynb >/dev/null 2>&1; then \
	  $(python) -m pytest -q -n 2 --dist loadscope --nbval-lax --nbval-current-env notebooks || failed="$$failed notebooks"; \
	fi; \
	if [ -n "$$failed" ]; then echo "make test: failed:$$failed"; exit 1; fi; echo "make test: all passed"

torture: setup ## kill real trainings sixty times at random moments; no record may differ
	@$(python) tests/faults/kills.py 60

lint: setup ## ruff, check only
	@$(python) -m ruff check && $(python) -m ruff format --check

format: setup ## ruff: mend what can be mended, and format
	@$(python) -m ruff check --fix && $(python) -m ruff format

bench: setup ## measure against PyTorch, JAX and TensorFlow, in turn, and write benchmarks/*.json
	@for paper in overparameterization identity_mapping vgg_depth homotopy math_symbols; do $(python) benchmarks/$$paper.py || exit 1; done

notebooks: setup ## make each notebook's .ipynb, with its smoke outputs, from its .md
	@$(python) -m claimbook.notebook

readme: setup ## write the README's generated tables anew from the committed records
	@.venv/bin/claimbook judge --readme README.md

lock: setup ## resolve requirements.lock anew from pyproject.toml
	@$(python) -m uv pip compile pyproject.toml --extra dev --extra fast --universal --python-version 3.10 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade -q -o requirements.lock
	@echo "Now 'make setup' installs it, and tests/test_setup.py says which pins of environment.yml must follow."

clean: ## remove what was built (not .venv, not your records)
	@rm -rf build .pytest_cache .ruff_cache .hypothesis src/claimbook.egg-info
	@find src tests benchmarks notebooks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
