# FER Course. Every target sets itself up: it makes .venv and installs what it needs, once.
#
#   make lab                 open the notebooks in JupyterLab
#   make course              execute all notebooks; pages, copies and an index in build/course/
#   make test                lint, unit tests, and every notebook, held to its effects; two at a time (runs go to build/)
#   make lint                the lint alone
#   make bench               measure how fast training is here (half an hour; results in benchmarks/results/)
#   make labs                repeat the labs' experiments with five seeds (four and a half hours), and make their tables
#   make bench-tables        put the results into the tables of the texts
#   make stamp               write the repository's address where it belongs (REPOSITORY=https://… after a fork)
#   make clean               remove .venv and build/ (data/ and runs/ stay: they may have cost you hours)
#
# What may be given:  FER_DATA=puppets|PATH|kaggle|huggingface   FER_PROFILE=quick|full   FER_HOME=PATH   PYTHON=python3.12   WORKERS=1 (make test, with little memory)

PYTHON ?= python3
VENV ?= .venv
FER_DATA ?= puppets
FER_PROFILE ?= quick
WORKERS ?= 2
export FER_DATA FER_PROFILE
# On Linux, memory that a training step frees stays with the program for the next one: docs/benchmarks.md has what it brings.
export MALLOC_MMAP_MAX_ ?= 0
export MALLOC_TRIM_THRESHOLD_ ?= 4294967296

# There too, threads sleep while they wait for work, so that two notebooks that train do not stop each other: the same page.
ifeq ($(shell uname),Linux)
lab course test: export OMP_WAIT_POLICY ?= passive
endif

# Notebooks run in this environment, and not in one that a kernelspec of the user's own names python3.
export JUPYTER_PREFER_ENV_PATH = 1

IN_VENV = $(VENV)/bin/python
LAB = $(VENV)/.installed-lab
TEST = $(VENV)/.installed-test

.PHONY: help lab course test lint bench labs bench-tables stamp clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   make/make/p' Makefile

lab: $(LAB)
	$(IN_VENV) -m jupyterlab notebooks/00_start_here.ipynb

course: $(LAB)
	$(IN_VENV) -m tools.run_notebooks

test: lint
	FER_HOME="$(CURDIR)/build/home" FER_DATA=puppets FER_PROFILE=quick FER_STRICT=1 OMP_NUM_THREADS=1 $(IN_VENV) -m pytest \
	  -n $(WORKERS) --dist loadfile --no-loadscope-reorder --nbmake --nbmake-timeout=900 tests notebooks

lint: $(TEST)
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .

bench: $(LAB)
	$(IN_VENV) -m benchmarks.bench

labs: $(LAB)
	$(IN_VENV) -m research.labs
	$(IN_VENV) -m tools.tables

bench-tables: $(LAB)
	$(IN_VENV) -m tools.tables

stamp:
	$(PYTHON) tools/stamp.py $(if $(REPOSITORY),--repository "$(REPOSITORY)")

clean:
	rm -rf $(VENV) build

# One rule for both: .installed-lab installs the extra "lab", .installed-test the extra "test".
$(VENV)/.installed-%: pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "$(PYTHON) was not found. Install Python 3.11 or newer, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The course needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)."; \
	  echo "If you have a newer one, name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(VENV)/bin/pip || "$(PYTHON)" -m venv $(VENV) || { \
	  echo "$(PYTHON) could not make a virtual environment in $(VENV) (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Installing the course into $(VENV): a few minutes the first time, and some gigabytes if PyTorch comes with CUDA."
	$(IN_VENV) -m pip install --quiet --disable-pip-version-check -e ".[$*]" -c constraints.txt
	@touch $@
