package main

import "context"

// ScanDockerfile scans the Dockerfiles for faults.
//
//	dagger call scan-dockerfile
//
// +check
// +cache="session"
func (m *Octocode) ScanDockerfile(ctx context.Context) (*ScanResult, error) {
	return m.defaultScan().config(ctx, "scan-dockerfile", "dockerfile")
}

// ScanCompose scans the Compose files for faults.
//
//	dagger call scan-compose
//
// +check
// +cache="session"
func (m *Octocode) ScanCompose(ctx context.Context) (*ScanResult, error) {
	return m.defaultScan().config(ctx, "scan-compose", "compose")
}

// ScanWorkflows scans the GitHub workflows for faults.
//
//	dagger call scan-workflows
//
// +check
// +cache="session"
func (m *Octocode) ScanWorkflows(ctx context.Context) (*ScanResult, error) {
	return m.defaultScan().config(ctx, "scan-workflows", "workflows")
}

// ScanSecrets scans the sources for secrets.
//
//	dagger call scan-secrets
//
// +check
// +cache="session"
func (m *Octocode) ScanSecrets(ctx context.Context) (*ScanResult, error) {
	return m.defaultScan().Secrets(ctx, nil)
}

// ScanDependencies scans the lockfiles for packages with vulnerabilities.
// It fails where no database can be had; `scan` has the options.
//
//	dagger call scan-dependencies
//
// +check
// +cache="session"
func (m *Octocode) ScanDependencies(ctx context.Context) (*ScanResult, error) {
	return m.defaultScan().Source(ctx, false)
}

// ScanImage scans the production image for vulnerabilities and secrets.
// It fails where no database can be had; `scan` has the options.
//
//	dagger call scan-image
//
// +check
// +cache="session"
func (m *Octocode) ScanImage(ctx context.Context) (*ScanResult, error) {
	return m.defaultScan().Image(ctx, nil, nil, "")
}
