package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/scan"
	"github.com/octocode/octocode-ci/ci/scan/entry"
)

// Image scans the production image.
// It looks for vulnerabilities in the packages of system and application, and for secrets in all layers.
//
//	dagger call scan image
//	dagger call scan image cyclonedx export --path sbom.cdx.json
//	dagger call scan image --archive release.tar cyclonedx export --path sbom.cdx.json
//
// +cache="session"
func (s *Scan) Image(
	ctx context.Context,
	// The image. Default: the production image is built of the sources.
	//
	// +optional
	image *dagger.Container,
	// Archive of an image, such as that of release-image: what is published has other labels and keys than a build of the sources.
	//
	// +optional
	archive *dagger.File,
	// The platform to look at, in an archive with several.
	//
	// +optional
	platform string,
) (*ScanResult, error) {
	if image != nil && archive != nil {
		return nil, errors.New("--image and --archive: give one of them")
	}
	if platform != "" && archive == nil {
		return nil, errors.New("--platform: it chooses from an archive, give --archive")
	}
	if archive != nil {
		var err error
		if archive, err = single(ctx, archive, platform); err != nil {
			return nil, err
		}
		image = dag.Container(dagger.ContainerOpts{Platform: dagger.Platform(platform)}).Import(archive)
	}
	db, err := s.openDatabase(ctx)
	if err != nil {
		return nil, err
	}
	return s.image(ctx, image, db)
}

func (s *Scan) image(ctx context.Context, image *dagger.Container, db database) (*ScanResult, error) {
	required := []string{scan.OSPackages}
	if image == nil {
		required = append(required, scan.LangPackages)
		built, err := s.Project.Build(ctx, "", "", "", "")
		if err != nil {
			return nil, err
		}
		image = built.Container
	}
	j := job{name: "image", argv: scan.ImageArgs(db.dir != nil, s.Timeout), database: &db,
		planted: []scan.Kind{scan.Secret}, kinds: []scan.Kind{scan.Secret},
		verify: func(r *scan.Report) error { return r.Require(required...) },
	}
	canary := plant(dag.Directory(), scan.CanarySecret())
	if db.dir != nil {
		canary = plant(canary, scan.CanaryPackages())
		j.planted, j.kinds = append(j.planted, scan.Vulnerability), append(j.kinds, scan.Vulnerability, scan.Misconfiguration) // which is the end of its life
	}
	// In a layer above all others.
	archive := (&ProductionImage{Container: image.WithDirectory("/", canary)}).AsTarball()
	j.with = func(ctr *dagger.Container) *dagger.Container {
		return withSecretConfig(ctr).WithMountedFile(scan.ImageFile, archive)
	}
	return s.run(ctx, j)
}

// plant puts canaries into what is scanned.
func plant(dir *dagger.Directory, files map[string]string) *dagger.Directory {
	for name, text := range files {
		dir = dir.WithNewFile(name, text)
	}
	return dir
}

func withSecretConfig(ctr *dagger.Container) *dagger.Container {
	return ctr.WithNewFile(scan.SecretConfigFile, string(scan.SecretConfig))
}

// Source scans the lockfiles for packages with vulnerabilities.
//
//	dagger call scan source
//	dagger call scan source findings rule
//
// +cache="session"
func (s *Scan) Source(
	ctx context.Context,
	// Look at the licences of the packages, too.
	//
	// +optional
	licences bool,
) (*ScanResult, error) {
	db, err := s.openDatabase(ctx)
	if err != nil {
		return nil, err
	}
	return s.source(ctx, licences, db)
}

func (s *Scan) source(ctx context.Context, licences bool, db database) (*ScanResult, error) {
	locks, err := s.lockfiles(ctx)
	if err != nil {
		return nil, err
	}
	j := job{name: "source", argv: scan.SourceArgs(db.dir != nil, licences, s.Timeout), database: &db,
		verify: func(r *scan.Report) error {
			if db.dir == nil && !licences {
				r.Findings = nil // of the scan for secrets, which stood in for the other
			}
			return cmp.Or(r.Require(scan.LangPackages), r.RequireFiles(locks...))
		},
	}
	source := s.Project.Source
	if db.dir != nil {
		source = plant(source, scan.CanaryPackages())
		j.planted, j.kinds = []scan.Kind{scan.Vulnerability}, []scan.Kind{scan.Vulnerability}
	}
	if licences {
		j.kinds = append(j.kinds, scan.License)
	}
	j.with = s.withSource(source)
	return s.run(ctx, j)
}

// lockfiles are those of the sources that name packages.
func (s *Scan) lockfiles(ctx context.Context) ([]string, error) {
	names, err := s.Project.Source.Glob(ctx, "**")
	if err != nil {
		return nil, err
	}
	var locks []string
	for _, name := range names {
		if !scan.IsLockfile(name) {
			continue
		}
		text, err := s.Project.Source.File(name).Contents(ctx)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if scan.HasPackages(name, text) {
			locks = append(locks, name)
		}
	}
	return locks, nil
}

func (s *Scan) withSource(source *dagger.Directory) func(*dagger.Container) *dagger.Container {
	return func(ctr *dagger.Container) *dagger.Container { return ctr.WithMountedDirectory(scan.SourceTo, source) }
}

// Secrets scans the sources for keys, tokens and passwords.
// Files that Git ignores are left out. So are all files named .env*, which the pipeline never reads: one that was
// committed is found only with --history.
//
//	dagger call scan secrets
//	dagger call scan secrets --history .git
//
// +cache="session"
func (s *Scan) Secrets(
	ctx context.Context,
	// The repository's .git folder: every version of every file is scanned, too, as history/COMMIT/PATH.
	//
	// +optional
	history *dagger.Directory,
) (*ScanResult, error) {
	source := s.Project.Source
	notes := []string{"files named .env* were not read: --history .git finds those that were committed"}
	if history != nil {
		past, n, err := s.history(ctx, history)
		if err != nil {
			return nil, err
		}
		source, notes = source.WithDirectory("history", past), n
	}
	source = plant(source, scan.CanarySecret())
	kinds := []scan.Kind{scan.Secret}
	return s.run(ctx, job{
		name: "secrets", argv: scan.SecretsArgs(s.Timeout), planted: kinds, kinds: kinds, history: history != nil, notes: notes,
		with: func(ctr *dagger.Container) *dagger.Container { return s.withSource(source)(withSecretConfig(ctr)) },
	})
}

// history writes out the past of the sources.
func (s *Scan) history(ctx context.Context, git *dagger.Directory) (*dagger.Directory, []string, error) {
	ctr, err := withScanTool(dag.Container().From(pins.Ref("debian")).WithExec([]string{"sh", "-c", installGit}))
	if err != nil {
		return nil, nil, err
	}
	var past entry.Past
	ctr = ctr.WithMountedDirectory("/git", git).WithMountedDirectory("/tree", s.Project.Source).
		WithDirectory("/out", dag.Directory()).
		WithExec(entry.History{Git: "/git", Tree: "/tree", Out: "/out"}.Command())
	if err := toolAnswer(ctx, ctr, &past); err != nil {
		return nil, nil, err
	}
	return ctr.Directory("/out"), []string{past.String()}, nil
}

const installGit = `set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends git >/dev/null
rm -rf /var/lib/apt/lists/*`
