# A machine with make and Python 3.11, 3.12 or 3.13 (with venv) is all it takes; the rest is made here.
#
#   make figures     render every figure of seeds/ into figures/
#   make test        unit tests, doctests, and every notebook compared with its committed output
#   make test-all    the same and the tests that take long (.ci/run)
#   make lab         open the notebooks in JupyterLab
#   make notebooks   execute the notebooks again and save them
#   make check       lint, format, types
#   make bench       measure speed
#   make lock        resolve the dependencies anew (needs uv)
#   make clean       remove all that was made, .venv included
#
# Another Python: make PYTHON=python3.12 test

PYTHON ?= python3
WORKERS ?= 2

BIN := .venv/bin
CACHE := $(CURDIR)/.venv/cache
TAG := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)
LOCKED := .venv/locked-$(TAG)
INSTALLED := .venv/installed-$(TAG)
DEVELOP := .venv/develop-$(TAG)

# The lock is complete and hashed: nothing is resolved, nothing unhashed is fetched, no builder is downloaded.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install --quiet --progress-bar off --no-deps --no-build-isolation
COMPILE := uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-header --no-annotate --quiet

# A prepared font cache, and no settings of the machine's user: notebooks print the same everywhere.
# MPLBACKEND stays unset where notebooks run, or their plots would not show.
export MPLCONFIGDIR := $(CACHE)/matplotlib
test test-all notebooks: export IPYTHONDIR := $(CACHE)/ipython
test test-all notebooks: export JUPYTER_CONFIG_DIR := $(CACHE)/jupyter/config
test test-all notebooks: export JUPYTER_DATA_DIR := $(CACHE)/jupyter/data
test test-all notebooks: export JUPYTER_RUNTIME_DIR := $(CACHE)/jupyter/runtime
test test-all notebooks: export JUPYTER_PLATFORM_DIRS := 1
figures bench: export MPLBACKEND := Agg

.PHONY: figures test test-all lab notebooks check bench lock clean
.DELETE_ON_ERROR:

figures: $(INSTALLED)
	$(BIN)/township figures seeds --out figures

# pytest-benchmark, if `make check` brought it, warns beside xdist, and a warning is an error here.
test: $(INSTALLED)
	$(BIN)/python -m pytest -m "not slow" --nbval --nbval-current-env -n $(WORKERS) --dist loadfile -p no:benchmark

test-all: $(INSTALLED)
	$(BIN)/python -m pytest --nbval --nbval-current-env -n $(WORKERS) --dist loadfile -p no:benchmark

lab: $(INSTALLED)
	$(BIN)/jupyter lab notebooks

# Without timing records, so that the same results give the same file.
notebooks: $(INSTALLED)
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

check: $(DEVELOP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(DEVELOP)
	$(BIN)/python -m pytest benchmarks --benchmark-only -p no:xdist

lock:
	$(COMPILE) pyproject.toml --extra test --group build --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --group build --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .benchmarks build dist
	find analysis tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# jieba comes as source: what builds it (three packages of the lock) goes in before the rest.
$(LOCKED): requirements.lock
	@command -v $(PYTHON) >/dev/null || \
		{ echo "township-reports needs Python 3.11, 3.12 or 3.13: '$(PYTHON)' was not found. Install it, or name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "township-reports needs Python 3.11, 3.12 or 3.13: '$(PYTHON)' is $(TAG). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "township-reports needs the venv module: '$(PYTHON)' has none. Install it (Debian: python3-venv), then make $(MAKECMDGOALS) again." >&2; exit 1; }
	@echo "Installing the locked packages into .venv (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^(setuptools|wheel|packaging)==/ { keep = 1 } keep; !/\\$$/ { keep = 0 }' requirements.lock > .venv/builders.txt
	@$(INSTALL) --require-hashes --requirement .venv/builders.txt
	@$(INSTALL) --require-hashes --use-pep517 --requirement requirements.lock
	@mkdir -p $(MPLCONFIGDIR)
	@$(BIN)/python -c 'import matplotlib.font_manager'
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@$(INSTALL) --editable .
	@$(PIP) check
	@touch $@

$(DEVELOP): $(INSTALLED) requirements-dev.lock
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@
