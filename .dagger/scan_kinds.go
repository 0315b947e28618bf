package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

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
	}
	db, err := s.openDatabase(ctx)
	if err != nil {
		return nil, err
	}
	if archive != nil {
		return s.archive(ctx, archive, db)
	}
	return s.image(ctx, image, db)
}

func (s *Scan) image(ctx context.Context, image *dagger.Container, db database) (*ScanResult, error) {
	if image == nil {
		built, err := s.Project.Build(ctx, "", "", "", "")
		if err != nil {
			return nil, err
		}
		image = built.Container
	}
	return s.archive(ctx, (&ProductionImage{Container: image}).AsTarball(), db)
}

func (s *Scan) archive(ctx context.Context, archive *dagger.File, db database) (*ScanResult, error) {
	return s.run(ctx, job{
		name: "image", argv: scan.ImageArgs(db.dir != nil), database: &db,
		with:   func(ctr *dagger.Container) *dagger.Container { return ctr.WithMountedFile(scan.ImageFile, archive) },
		verify: func(r *scan.Report) error { return r.Require(scan.OSPackages) },
	})
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
	return s.run(ctx, job{
		name: "source", argv: scan.SourceArgs(db.dir != nil, licences), database: &db,
		with: s.withSource(s.Project.Source),
		verify: func(r *scan.Report) error {
			if db.dir == nil && !licences {
				r.Findings = nil // of the scan for secrets, which stood in for the other
			}
			return r.Require(scan.LangPackages)
		},
	})
}

func (s *Scan) withSource(source *dagger.Directory) func(*dagger.Container) *dagger.Container {
	return func(ctr *dagger.Container) *dagger.Container { return ctr.WithMountedDirectory(scan.SourceDir, source) }
}

// Secrets scans the sources for keys, tokens and passwords.
// Files that Git ignores are left out, and .env files, which the pipeline never
// reads; one that was committed is found in the history.
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
	var notes []string
	if history != nil {
		past, n, err := s.history(ctx, history)
		if err != nil {
			return nil, err
		}
		source, notes = source.WithDirectory("history", past), n
	}
	source = source.WithNewFile(scan.CanaryFile, string(scan.Canary()))
	return s.run(ctx, job{
		name: "secrets", argv: scan.SecretsArgs(), planted: true, notes: notes,
		with: func(ctr *dagger.Container) *dagger.Container {
			return s.withSource(source)(ctr.WithNewFile(scan.SecretConfigFile, string(scan.SecretConfig)))
		},
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
		WithExec(entry.History{Git: "/git", Tree: "/tree", Out: "/out"}.Command(), dagger.ContainerWithExecOpts{Expect: dagger.ReturnTypeAny})
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

// configKinds are the files whose configuration is scanned.
var configKinds = map[string]struct {
	patterns []string
	is       func(name string) bool
}{
	"dockerfile": {[]string{"**/Dockerfile", "**/Dockerfile.*", "**/*.Dockerfile", "**/Containerfile"}, nil},
	"compose":    {[]string{"**/docker-compose*.yml", "**/docker-compose*.yaml", "**/compose*.yml", "**/compose*.yaml"}, nil},
	"workflows":  {[]string{"**/.github/workflows/*.yml", "**/.github/workflows/*.yaml", "**/action.yml", "**/action.yaml"}, nil},
}

// Config scans Dockerfiles, Compose files and GitHub workflows for faults.
//
//	dagger call scan config
//
// +cache="session"
func (s *Scan) Config(ctx context.Context) (*ScanResult, error) {
	return s.config(ctx, "config", "dockerfile", "compose", "workflows")
}

// config scans the files of some kinds. Files of a kind that the sources do not
// have are none that had to be scanned; our own Dockerfile stands in for the
// application's.
func (s *Scan) config(ctx context.Context, name string, kinds ...string) (*ScanResult, error) {
	source := dag.Directory()
	var files, notes []string
	for _, kind := range kinds {
		var found []string
		for _, pattern := range configKinds[kind].patterns {
			names, err := s.Project.Source.Glob(ctx, pattern)
			if err != nil {
				return nil, err
			}
			found = append(found, names...)
		}
		if len(found) == 0 && kind == "dockerfile" {
			const own = "octocode/Dockerfile"
			source = source.WithFile(own, dag.CurrentModule().Source().File("../docker/Dockerfile"))
			files, notes = append(files, own), append(notes, "the sources have no Dockerfile: this module's own was scanned")
			continue
		}
		if len(found) == 0 {
			notes = append(notes, "the sources have no files of the kind "+kind)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		r := &ScanResult{Name: name, Passed: true, Verdict: name + ": passed: " + strings.Join(notes, ", "), Unused: "null"}
		r.Text = r.Verdict
		return r, nil
	}
	include := make([]string, len(files))
	for i, file := range files {
		include[i] = escape(file)
	}
	source = source.WithDirectory("/", s.Project.Source, dagger.DirectoryWithDirectoryOpts{Include: include})
	for _, file := range files {
		text, err := source.File(file).Contents(ctx)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		notes = append(notes, scan.InlineIgnores(file, text)...)
	}
	rules := dag.Directory()
	for name, text := range scan.Rules() {
		rules = rules.WithNewFile(name, text)
	}
	return s.run(ctx, job{
		name: name, argv: scan.ConfigArgs(), notes: notes, config: source,
		with: func(ctr *dagger.Container) *dagger.Container {
			return s.withSource(source)(ctr).WithMountedDirectory(scan.RulesDir, rules)
		},
		verify: func(r *scan.Report) error { return r.RequireFiles(files...) },
	})
}

// escape makes a pattern of a name that matches nothing else.
func escape(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path.Clean(name))
}
