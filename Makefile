# Two commands on a machine with Python 3.11+ and make: `make demo` shows the desk at work, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test servers-test lint bench lock audit clean

.venv: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch .venv

demo: .venv
	$(BIN)/python run.py demo

test: .venv lint
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not servers and not proof"

# Real servers: Debian's packages dovecot-imapd dovecot-lmtpd postfix postgresql tesseract-ocr tesseract-ocr-vie fonts-dejavu-core openssl.
# Each test says which one it misses.
servers-test: .venv
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "servers or proof"

lint: .venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv
	$(BIN)/python -m benchmarks

# The lock file has a hash for every package on every supported Python; `uv` is only needed here.
lock:
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --extra dev --upgrade pyproject.toml --output-file requirements.lock

# 0: no advisory is known; 1: some are; 2: not checked, because no index of advisories can be reached. Not part of CI.
audit:
	@PYTHON=$(PYTHON) deploy/audit.sh

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .hypothesis
