# The commands of everyday work. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help generate test race lint dashboard demo bench image ci

help: ## Say what there is.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

generate: ## Make gen/ anew from ent/schema and graph/schema.
	cd ent && go generate ./...
	cd graph && go generate ./...

test: ## Run all tests.
	go test ./...

race: ## Run all tests with the race detector, which needs gcc.
	go test -race ./...

lint: ## Check the code by .golangci.yml.
	.ci/lint

dashboard: ## Check the page and build dashboard/dist anew; needs Node.
	cd dashboard && npm ci && npm run check && npm run build

demo: ## Play a workshop with bots and serve the page to watch it on.
	go run ./cmd/breakout demo

bench: ## Run all benchmarks, one package after the other.
	go test -p 1 -run '^$$' -bench . -benchmem ./...

image: ## Build the Docker image breakout:latest; needs Docker.
	.ci/image

ci: ## Check everything that CI checks.
	.ci/run
