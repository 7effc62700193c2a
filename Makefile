# Everything a person needs: make help
PYTHON ?= python3
BIN := .venv/bin
STORE := news.duckdb

.DEFAULT_GOAL := help

help: ## list what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/ready ## read the samples into news.duckdb, then ask it something
	$(BIN)/newsbeam run samples/articles --store $(STORE)
	@echo
	$(BIN)/newsbeam query --store $(STORE) -f samples/queries/who-repeats-whom.sql

test: .venv/ready ## run the tests, a file at a time on each core
	$(BIN)/python -m pytest -n auto --dist loadfile

test-prism: .venv/ready .prism/prism ## run the stream on Prism, kills and all (KILLS=20 for more of them)
	PATH="$(CURDIR)/.prism:$$PATH" $(BIN)/python -m pytest tests/engines/prism

test-flink: .venv/ready .flink/ready ## run the graph on a Flink cluster (Java 17, Maven, 360 MB)
	$(BIN)/python -m pytest tests/engines/flink

lint: .venv/ready ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready ## measure speed, memory, duplicates, languages and topics (about half an hour)
	$(BIN)/python -m benchmarks

lock: .venv/ready ## renew requirements.txt from the ranges in setup.py
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate \
		--upgrade --extra dev setup.py -o requirements.txt

clean: ## remove what make run and make test made
	rm -rf .venv .prism .flink build dist *.egg-info $(STORE) $(STORE).lock

.venv/ready: requirements.txt setup.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch .venv/ready

.prism/prism: requirements.txt | .venv/ready
	tests/engines/prism/setup.sh
	touch .prism/prism

.flink/ready: $(wildcard tests/engines/flink/*.sh tests/engines/flink/*.xml) | .venv/ready
	tests/engines/flink/setup.sh
	touch .flink/ready

.PHONY: help run test test-prism test-flink lint bench lock clean
