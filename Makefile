# Two commands: `make demo` shows what KPI Review does, `make test` proves it.
BIN := .venv/bin
SITE := demo
MONTH := 2026-10

.PHONY: demo test set-up lock
.DEFAULT_GOAL := demo

demo: .venv/.ready
	@[ -f $(SITE)/kpi.toml ] || $(BIN)/kpi sample $(SITE)
	@$(BIN)/kpi nightly $(SITE) || [ $$? -eq 4 ]
	@$(BIN)/kpi review $(SITE) $(MONTH)
	@$(BIN)/kpi review $(SITE) $(MONTH) --group song_xanh S001 --language en
	@echo "The bad rows told above are planted. Open first: $(SITE)/reviews/$(MONTH)/store-S001.en.pdf"

# Compiled modules are kept, whatever the shell says: every worker and child would compile them again.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder

set-up: .venv/.ready

.venv/.ready: constraints.txt pyproject.toml .ci/set-up
	@.ci/set-up
	@touch $@

# Resolve again after pyproject.toml changed; needs uv.
lock:
	uv pip compile --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
		pyproject.toml --group dev --output-file constraints.txt
