package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
)

// Scan is what to scan with, and which findings fail.
type Scan struct {
	// Whose sources and image.
	Project *Octocode // +private
	// The caller's scanner.
	Scanner *dagger.Container // +private
	// Severities that fail.
	Severities []string // +private
	// Whether vulnerabilities without a fix pass.
	FixedOnly bool // +private
	// Ignore files beside those in the sources.
	Ignore []*dagger.File // +private
	// Findings that were known before.
	Baseline *dagger.File // +private
	// Where the database comes from.
	Sources []string // +private
	// A registry that no name leads to.
	Registry *dagger.Service // +private
	// The caller's database.
	Database *dagger.Directory // +private
	// Whether the database is not to be fetched.
	Offline bool // +private
	// Whether a scan without a database may pass.
	AllowNoDatabase bool // +private
	// Age of the database that is a warning, in hours.
	WarnAge int // +private
	// Age of the database that fails, in hours.
	MaxAge int // +private
	// Time limit of one scan, in seconds.
	Timeout int // +private
}

// Scan looks for vulnerabilities, secrets and faults of configuration.
// The scanner is Trivy, built of checksummed sources. It gets no secret, no
// network, and cannot write to what it scans. Of every scan the report is there
// also when it fails; the verdict is that of `sync`, which `dagger call` asks
// for by itself.
//
//	dagger call scan source                               # verdict and exit code
//	dagger call scan image sarif export --path image.sarif
//	dagger call scan --offline --database ./db all
//
// +cache="session"
func (m *Octocode) Scan(
	// Container with trivy in its PATH. Default: it is built, about 6 minutes the first time.
	//
	// +optional
	scanner *dagger.Container,
	// Severities that fail: UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL.
	//
	// +default=["HIGH", "CRITICAL"]
	severity []string,
	// Let vulnerabilities pass that have no fix yet.
	//
	// +optional
	fixedOnly bool,
	// More ignore files; those that are named *.yaml have the YAML form. .trivyignore and .trivyignore.yaml of the
	// sources, at their root and in docker/security, are always read.
	//
	// +optional
	ignoreFile []*dagger.File,
	// Findings that are known, as `baseline` has written them: only new ones fail.
	//
	// +optional
	baseline *dagger.File,
	// Where the database of vulnerabilities is, as OCI references; they are tried in this order.
	//
	// +default=["mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"]
	dbRepository []string,
	// A registry that only the caller reaches, such as tcp://localhost:5000: the host in --db-repository stands for it.
	//
	// +optional
	dbRegistry *dagger.Service,
	// Folder with trivy.db and metadata.json, instead of a source.
	//
	// +optional
	database *dagger.Directory,
	// Take the database that is in the cache, see db-import.
	//
	// +optional
	offline bool,
	// Pass without a database: vulnerabilities are not looked for, and the verdict says so.
	//
	// +optional
	allowNoDatabase bool,
	// Age of the database from which on there is a warning, in hours.
	//
	// +default=48
	dbWarnAge int,
	// Age of the database from which on scans fail, in hours.
	//
	// +default=168
	dbMaxAge int,
	// Time limit of one scan, in seconds.
	//
	// +default=600
	timeout int,
) (*Scan, error) {
	if _, err := scan.ParseSeverities(strings.Join(severity, ",")); err != nil {
		return nil, fmt.Errorf("--severity: %w", err)
	}
	if timeout <= 0 || dbWarnAge <= 0 || dbMaxAge <= 0 {
		return nil, fmt.Errorf("--timeout, --db-warn-age and --db-max-age have to be more than 0")
	}
	if dbWarnAge > dbMaxAge {
		return nil, fmt.Errorf("--db-warn-age %d is more than --db-max-age %d, so it would never warn: make it less", dbWarnAge, dbMaxAge)
	}
	if len(dbRepository) == 0 && database == nil && !offline {
		return nil, fmt.Errorf("--db-repository is empty: name a source, give a --database, or say --offline")
	}
	return &Scan{
		Project: m, Scanner: scanner, Severities: severity, FixedOnly: fixedOnly, Ignore: ignoreFile, Baseline: baseline,
		Sources: dbRepository, Registry: dbRegistry, Database: database, Offline: offline, AllowNoDatabase: allowNoDatabase,
		WarnAge: dbWarnAge, MaxAge: dbMaxAge, Timeout: timeout,
	}, nil
}

// defaultScan is that of the checks.
func (m *Octocode) defaultScan() *Scan {
	return &Scan{Project: m, Severities: []string{"HIGH", "CRITICAL"}, Sources: scan.DatabaseSources, WarnAge: 48, MaxAge: 168, Timeout: 600}
}

// policy reads ignore files and baseline.
func (s *Scan) policy(ctx context.Context) (scan.Policy, error) {
	severities, err := scan.ParseSeverities(strings.Join(s.Severities, ","))
	if err != nil {
		return scan.Policy{}, err
	}
	policy := scan.Policy{Severities: severities, FixedOnly: s.FixedOnly, Now: time.Now()}
	add := func(name string, file *dagger.File) error {
		text, err := file.Contents(ctx)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		parse := scan.ParseIgnore
		if strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
			parse = scan.ParseIgnoreYAML
		}
		list, err := parse(name, []byte(text))
		policy.Ignores = append(policy.Ignores, list...)
		return err
	}
	for _, pattern := range []string{".trivyignore", ".trivyignore.yaml", "docker/security/.trivyignore", "docker/security/.trivyignore.yaml"} {
		names, err := s.Project.Source.Glob(ctx, pattern)
		if err != nil {
			return policy, err
		}
		for _, name := range names {
			if err := add(name, s.Project.Source.File(name)); err != nil {
				return policy, err
			}
		}
	}
	for _, file := range s.Ignore {
		name, err := file.Name(ctx)
		if err != nil {
			return policy, fmt.Errorf("--ignore-file: %w", err)
		}
		if err := add(name, file); err != nil {
			return policy, err
		}
	}
	if s.Baseline == nil {
		return policy, nil
	}
	text, err := s.Baseline.Contents(ctx)
	if err != nil {
		return policy, fmt.Errorf("--baseline: %w", err)
	}
	policy.Baseline, err = scan.ParseBaseline([]byte(text))
	return policy, err
}
