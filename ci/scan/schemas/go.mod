// Reports checked against the schemas of their formats. It is a module of its
// own, as only tests need it.
module github.com/octocode/octocode-ci/ci/scan/schemas

go 1.26.0

require (
	github.com/CycloneDX/cyclonedx-go v0.11.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/securego/gosec/v2 v2.30.0
)

require (
	github.com/google/uuid v1.6.0 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
)
