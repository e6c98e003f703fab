# Everything a person runs. Each target first makes sure that .venv holds exactly the locked dependencies.
PY := .venv/bin/python
INSTALLED := .venv/.installed
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo var/uv/bin/uv)
COMPILE := pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
ARGS ?=
# Images of containers set it: here dozens of processes would each compile the portal again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lock demo demo-reset test check services services-stop screenshots bench seed-bulk torture

help: ## Ce que l'on peut demander à make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(INSTALLED): requirements/dev.lock dev/setup.sh
	@sh dev/setup.sh

setup: $(INSTALLED) ## Prépare l'environnement Python (.venv)

lock: $(INSTALLED) ## Recalcule les dépendances verrouillées
	@$(UV) $(COMPILE) pyproject.toml --group dev -o requirements/dev.lock
	@$(UV) $(COMPILE) pyproject.toml -c requirements/dev.lock -o requirements/runtime.lock
	@sh dev/setup.sh

demo: $(INSTALLED) ## Démarre la démonstration (PORT=8000)
	@exec $(PY) -m dev.demo --with-parent

demo-reset: $(INSTALLED) ## Efface les données de la démonstration
	@exec $(PY) -m dev.demo --reset

test: $(INSTALLED) ## Passe tous les tests (ARGS="tests/core -q" pour en choisir)
	@exec $(PY) -m dev.tests $(ARGS)

torture: $(INSTALLED) ## Malmène les processus 200 fois, compare rappels et échéances (ARGS="--seed 7")
	@exec $(PY) -m tests.torture $(ARGS)

check: $(INSTALLED) ## Passe tous les contrôles statiques
	@exec $(PY) -m dev.check

services: $(INSTALLED) ## Démarre PostgreSQL et Redis en arrière-plan, écrit var/env
	@$(PY) -m dev.services start

services-stop: $(INSTALLED) ## Arrête PostgreSQL et Redis
	@$(PY) -m dev.services stop

screenshots: $(INSTALLED) ## Refait les captures d'écran du README
	@exec $(PY) -m dev.screenshots

bench: $(INSTALLED) ## Mesure les pages sur 100 000 menaces
	@exec $(PY) -m dev.manage bench $(ARGS)

seed-bulk: $(INSTALLED) ## Remplit la base de mesure
	@exec $(PY) -m dev.manage seed_bulk $(ARGS)
