# Every command of the project; `make` alone lists them. README has the same lines for Windows and conda.

# Another interpreter can be named: PYTHON=python3.13 make lab
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check
READY := $(VENV)/.ready
# More words for pytest (make test ARGS="-k rfm") or notebooks to refresh (make notebooks ARGS=notebooks/00_start_here.ipynb).
ARGS ?=

# The stamp names the folder it was made in. A .venv that was moved, half made (no stamp), whose Python is gone, or that
# another interpreter than the one named by hand made, is of no use and is built anew.
BASE := import sys; print(sys.base_prefix, sys.version_info[:3])
ifneq ($(shell $(PY) -c 'print(open("$(READY)").read())' 2>/dev/null),$(CURDIR))
  ANEW := anew
else ifneq ($(filter environment command,$(firstword $(origin PYTHON))),)
  ifneq ($(shell $(PYTHON) -c '$(BASE)' 2>/dev/null),$(shell $(PY) -c '$(BASE)'))
    ANEW := anew
  endif
endif

.PHONY: help setup lab test notebooks exercises datasets bench format lock clean anew
.DEFAULT_GOAL := help

help:  ## this list
	@echo "crmkit: make a command"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(READY)  ## the virtual environment .venv with the pinned packages and crmkit

lab: $(READY)  ## set up what is missing, then JupyterLab at the start page
	@exec $(VENV)/bin/crmkit lab

test: $(READY)  ## set up what is missing, then every check (ARGS go to pytest)
	@exec $(PY) tools/run_checks.py $(ARGS)

notebooks: $(READY)  ## run the notebooks, store their outputs, write the blank exercises
	@$(PY) tools/refresh.py $(ARGS)
	@$(PY) -m crmkit.classroom.blanks exercises
	@$(PY) tools/case_map.py

exercises: $(READY)  ## write the blank exercises from their solutions
	@exec $(PY) -m crmkit.classroom.blanks exercises

datasets: $(READY)  ## draw the committed datasets anew
	@exec $(PY) datasets/make.py $(ARGS)

bench: $(READY)  ## time crmkit against its peers
	@set -e; for script in benchmarks/[!_]*.py; do echo "== $$script"; $(PY) "$$script"; done

format: $(READY)  ## lay out the code and mend what ruff can
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

# One file for Linux, macOS and Windows and every Python from 3.11. Pins stay as they are unless pyproject.toml asks for
# more: stored outputs depend on them. UPGRADE=--upgrade lifts them all.
lock:  ## write constraints.txt from pyproject.toml (UPGRADE=--upgrade for the newest versions)
	@$(PYTHON) tools/check_python.py
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && $(PYTHON) -m venv "$$dir" && "$$dir/bin/pip" install --quiet uv && \
	"$$dir/bin/uv" pip compile --quiet pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header $(UPGRADE) --output-file constraints.txt

clean:  ## remove .venv and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +

# The old stamp goes before anything is changed and the new one comes last, so an interruption anywhere leaves none.
# Compiling by all cores afterwards is faster than by pip's one; packages may carry files for other Pythons, hence || true.
# The font cache is built here, because matplotlib would otherwise talk about it in somebody's first notebook.
$(READY): pyproject.toml constraints.txt $(ANEW)
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). crmkit needs Python 3.11 or newer: install it," \
	  "or name one you have, for example: PYTHON=python3.12 make lab"; exit 1; }
	@$(PYTHON) tools/check_python.py
	@$(if $(ANEW),rm -rf $(VENV),rm -f $(READY))
	@echo "$(if $(ANEW),Setting up $(VENV): once; about a minute and the time to download 260 MB.,Updating $(VENV).)"
	@[ -x $(PY) ] || $(PYTHON) -m venv $(VENV)
	@$(PIP) --no-compile --require-hashes -r constraints.txt $(if $(ANEW),,--quiet)
	@$(PIP) --no-deps --no-build-isolation --quiet -e .
	@$(PY) -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	@$(PY) -c 'import matplotlib.font_manager'
	@printf '%s' "$(CURDIR)" >$(READY)
