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
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

.PHONY: test test-unit test-e2e
test: test-unit test-e2e ## All tests of this repository
test-unit: $(OCTOCODE) ## Formatting, vet and the tests that need no engine
	@test -z "$$(gofmt -l ci .dagger/*.go)" || { gofmt -l ci .dagger/*.go; echo "run gofmt -w on these"; exit 1; }
	@go vet ./...
	@go test ./...
test-e2e: engine ## The tests on a real engine
	@go test -tags e2e -count 1 -parallel 3 -timeout 35m ./ci/e2e/...

.PHONY: bench
bench: engine ## Measure the pipeline against what it replaces
	@go run ./ci/bench
