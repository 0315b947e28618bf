# `make help` lists all commands. Everything that they need beyond Go, Git and
# make, they install: into bin/, build/ and the engine's own folder.
SHELL := /bin/bash
.DEFAULT_GOAL := help

OCTOCODE := bin/octocode
DAGGER := $(OCTOCODE) dagger
GO_SOURCES := $(shell find ci -name '*.go' -not -name '*_test.go' -not -path '*/e2e/*' -not -path '*/upstream/*' -not -path '*/warm/*') go.mod go.sum
# More for the pipeline, such as ARGS="--app apps/web".
ARGS ?=

.PHONY: help
help: ## List all commands
	@awk -F ':.*## ' '/^[a-z0-9 -]+:.*## / {printf "  %-25s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(OCTOCODE): $(GO_SOURCES)
	@go build -trimpath -buildvcs=false -o $@ ./ci/cmd/octocode

.PHONY: engine engine-down clean
engine: $(OCTOCODE) ## Bring the engine up: configured, Docker, or our own on a bare machine
	@$(OCTOCODE) engine up
engine-down: $(OCTOCODE) ## Stop our own engine and put the network back
	@$(OCTOCODE) engine down
clean: $(OCTOCODE) ## Remove everything: engine, images, caches, reports
	@$(OCTOCODE) engine clean
	@rm -rf bin build

.PHONY: ci lint typecheck test-app build
ci: engine ## The main job on the example application: lint, typecheck, tests, production image
	@rm -rf build/ci
	@$(DAGGER) call $(ARGS) ci directory export --path build/ci >/dev/null
	@$(OCTOCODE) verdict build/ci
lint: engine ## Lint the application
	@$(DAGGER) call $(ARGS) lint
typecheck: engine ## Check the application's types
	@$(DAGGER) call $(ARGS) typecheck
test-app: engine ## Run the application's tests
	@$(DAGGER) call $(ARGS) test
build: engine ## Build the production image into build/image.tar
	@$(DAGGER) call $(ARGS) build as-tarball export --path build/image.tar

# What follows uses Docker where a daemon answers, and the engine elsewhere:
# $(call stack,command with Docker,command with Dagger)
stack = @if docker info >/dev/null 2>&1; then $(1); else $(MAKE) --no-print-directory engine && { $(2); }; fi
say = echo $(1) >&2; exit 1
DEV := docker compose --file docker/docker-compose.dev.yml
PROD := docker compose --file docker/docker-compose.prod.yml
# pgAdmin and MailHog have no stand-in for machines that reach no registry.
WITHOUT ?= oc_pgadmin,oc_mailhog
# Where "make prod" is reached, and what of.
PORTS ?= --ports 443:443 --ports 80:80
REPLICAS ?= 2
PROFILE ?= dev
export APP_IMAGE ?= octocode:local
ONE_RUN = "without Docker the stack runs in the terminal of make dev or make prod:"
# The database of the variable DATABASE_URL, or a new one that is gone afterwards.
URL = $(if $(DATABASE_URL),--url env://DATABASE_URL)

.PHONY: quick-start dev dev-build dev-stop dev-restart dev-logs dev-shell dev-db-shell dev-redis-shell clean-dev
quick-start: check-env dev ## Check the variables and run the development stack
dev: ## Run the development stack, on localhost:3000
	$(call stack,$(DEV) up --build --detach --wait,$(DAGGER) call $(ARGS) dev --without $(WITHOUT) up)
dev-build: ## Build the development image
	$(call stack,$(DEV) build,$(DAGGER) call $(ARGS) image --stage DEVELOPMENT sync)
dev-stop: ## Stop the development stack
	$(call stack,$(DEV) stop,$(call say,$(ONE_RUN) stop it there with Ctrl-C))
dev-restart: ## Restart the application of the development stack
	$(call stack,$(DEV) restart oc_app,$(call say,$(ONE_RUN) stop it there with Ctrl-C and start it again))
dev-logs: ## Follow the logs of the development stack
	$(call stack,$(DEV) logs --follow,$(call say,$(ONE_RUN) its logs are there))
dev-shell: ## A shell in the development container
	$(call stack,$(DEV) exec oc_app bash,$(DAGGER) call $(ARGS) image --stage DEVELOPMENT terminal)
dev-db-shell: ## psql in the development database
	$(call stack,$(DEV) exec oc_database psql --username octocode,$(call say,$(ONE_RUN) psql postgresql://octocode:octocode-dev@localhost:5432/octocode))
dev-redis-shell: ## redis-cli in the development stack
	$(call stack,$(DEV) exec oc_redis redis-cli,$(call say,$(ONE_RUN) redis-cli -h localhost))
clean-dev: ## Remove the development stack with its data
	$(call stack,$(DEV) down --volumes --remove-orphans,echo "nothing to remove: without Docker a stack keeps no data")

.PHONY: migrate migrate-reset seed drift check-env
migrate: ## Apply the migrations (Dagger: to DATABASE_URL, or to a new database)
	$(call stack,$(DEV) run --rm oc_migrate pm run db:migrate,$(DAGGER) call $(ARGS) migrate $(URL) output)
migrate-reset: ## Drop everything in the database and apply the migrations (Dagger: YES=1 for DATABASE_URL)
	$(call stack,$(DEV) run --rm oc_migrate pm run db:reset,$(DAGGER) call $(ARGS) migrate-reset $(URL) $(if $(YES),--yes) output)
seed: ## Put the example data into the database
	$(call stack,$(DEV) run --rm oc_migrate pm run db:seed,$(DAGGER) call $(ARGS) seed $(URL) output)
drift: engine ## Compare the schema with the migrations
	@$(DAGGER) call $(ARGS) drift
check-env: $(OCTOCODE) ## Check all variables (PROFILE=dev or prod)
	@$(OCTOCODE) env check --profile $(PROFILE) $(if $(filter dev,$(PROFILE)),--env-file $(firstword $(wildcard $(addprefix examples/octocode/,.env .env.example)))) \
		$(if $(filter prod,$(PROFILE)),$(addprefix --secrets ,$(wildcard docker/prod/secrets)))

.PHONY: prod prod-build prod-scale prod-stop prod-logs logs logs-app logs-db status integration-test
prod: ## Run the production stack, on https://localhost
	$(call stack,$(MAKE) --no-print-directory prod-build $(OCTOCODE) && $(OCTOCODE) secrets generate --dir docker/prod/secrets && $(PROD) up --detach --wait,$(DAGGER) call $(ARGS) prod --replicas $(REPLICAS) up $(PORTS))
prod-build: ## Build the production image
	$(call stack,docker build --tag $(APP_IMAGE) --file docker/Dockerfile --target production examples/octocode,$(DAGGER) call $(ARGS) build as-tarball export --path build/image.tar)
prod-scale: ## Run REPLICAS=n of the application
	$(call stack,APP_REPLICAS=$(REPLICAS) $(PROD) up --detach --wait --no-recreate,$(DAGGER) call $(ARGS) prod --replicas $(REPLICAS) up $(PORTS))
prod-stop: ## Stop the production stack
	$(call stack,$(PROD) stop,$(call say,$(ONE_RUN) stop it there with Ctrl-C))
prod-logs logs: ## Follow the logs of the production stack
	$(call stack,$(PROD) logs --follow,$(call say,$(ONE_RUN) its logs are there))
logs-app: ## Follow the logs of the application
	$(call stack,$(PROD) logs --follow oc_app,$(call say,$(ONE_RUN) its logs are there))
logs-db: ## Follow the logs of the database
	$(call stack,$(PROD) logs --follow oc_database,$(call say,$(ONE_RUN) its logs are there))
status: ## What runs
	$(call stack,$(DEV) ps; $(PROD) ps,$(OCTOCODE) engine status)
integration-test: engine ## Test the production stack as a whole; reports in build/integration
	@rm -rf build/integration
	@$(DAGGER) call $(ARGS) integration-test directory export --path build/integration >/dev/null
	@$(OCTOCODE) verdict build/integration

.PHONY: ci-build ci-deploy deploy-check
# From the checkout, which has to be committed: the commit gives the time, and
# stands in the provenance.
RELEASE_ORIGIN = --commit "$$(git rev-parse HEAD)" $(if $(VERSION),--version "$(VERSION)",--branch "$$(git symbolic-ref -q --short HEAD)")
ci-build: engine ## Build the release image into build/release.tar; BUILD_SECRET makes it reproducible
	@$(DAGGER) call $(ARGS) release-image --created "$$(git log -1 --format=%cI)" --commit "$$(git rev-parse HEAD)" \
		$(if $(VERSION),--version "$(VERSION)") $(if $(BUILD_SECRET),--build-secret env://BUILD_SECRET) \
		archive export --path build/release.tar
deploy-check: $(OCTOCODE)
	@test -n "$(REPOSITORY)" || { $(call say,"REPOSITORY is empty: say where to publish such as make ci-deploy REPOSITORY=registry.example.com/shop"); }
	@$(if $(filter undefined,$(origin VERSION)),:,test -n "$(VERSION)") || { $(call say,"VERSION is empty: give one or leave it out to publish the branch"); }
	@test -z "$$(git status --porcelain)" || { $(call say,"the checkout is not committed: what is published has to be what the commit says; git status shows the files"); }
	@$(OCTOCODE) tags $(RELEASE_ORIGIN) >/dev/null
ci-deploy: deploy-check ci-build ## Publish it: REPOSITORY=…, VERSION=… for a release, DRY_RUN=1; more in PUBLISH="--sbom …"
	@$(OCTOCODE) publish --archive build/release.tar --repository "$(REPOSITORY)" $(RELEASE_ORIGIN) $(if $(DRY_RUN),--dry-run) $(PUBLISH)

.PHONY: security security-start security-scan-dockerfile security-scan-secrets ci-security
# More for the scans, such as SCAN="--offline --database build/db".
SCAN ?=
GIT_DIR = $(shell git rev-parse --git-common-dir)
security: engine ## Scan everything and show the tables: lockfiles, secrets, configuration, image
	@$(DAGGER) call $(ARGS) scan $(SCAN) all --history "$(GIT_DIR)" table
security-start: ## Run the production stack with Falco watching it
	$(call stack,$(MAKE) --no-print-directory prod-build $(OCTOCODE) && $(OCTOCODE) secrets generate --dir docker/prod/secrets && $(PROD) --file docker/security/docker-compose.security.yml up --detach --wait,$(call say,Falco watches the containers of Docker: without Docker there is nothing to start))
security-scan-dockerfile: engine ## Scan the Dockerfiles for faults
	@$(DAGGER) call $(ARGS) scan $(SCAN) dockerfile
security-scan-secrets: engine ## Scan the sources and all their history for secrets
	@$(DAGGER) call $(ARGS) scan $(SCAN) secrets --history "$(GIT_DIR)"
ci-security: engine ## The job of CI: all scans as a gate, reports in build/security
	@rm -rf build/security
	@$(DAGGER) call $(ARGS) scan $(SCAN) all --history "$(GIT_DIR)" directory export --path build/security >/dev/null
	@cat build/security/verdict.txt && test -e build/security/passed

.PHONY: test test-unit test-e2e
test: test-unit test-e2e ## All tests of this repository
test-unit: $(OCTOCODE) ## Formatting, vet and the tests that need no engine
	@test -z "$$(gofmt -l ci .dagger/*.go)" || { gofmt -l ci .dagger/*.go; echo "run gofmt -w on these"; exit 1; }
	@go vet ./...
	@GOOS=darwin go build -o /dev/null ./ci/cmd/octocode
	@go test ./...
test-e2e: engine ## The tests on a real engine
	@go test -tags e2e -count 1 -parallel 4 -timeout 50m ./ci/e2e/...

.PHONY: bench bench-ready
bench: engine ## Measure the pipeline against what it replaces
	@go run ./ci/bench
bench-ready: engine ## Measure when the stacks are ready, beside docker compose up
	@go run ./ci/bench/ready
