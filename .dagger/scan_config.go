package main

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
)

// Config scans Dockerfiles, Compose files and GitHub workflows for faults.
//
//	dagger call scan config
//
// +cache="session"
func (s *Scan) Config(ctx context.Context) (*ScanResult, error) {
	return s.config(ctx, "config", "dockerfile", "compose", "workflows")
}

// Dockerfile scans the Dockerfiles alone.
//
//	dagger call scan dockerfile
//
// +cache="session"
func (s *Scan) Dockerfile(ctx context.Context) (*ScanResult, error) {
	return s.config(ctx, "dockerfile", "dockerfile")
}

// config scans the files of some kinds. Files of a kind that the sources do not
// have are none that had to be scanned; our own Dockerfile stands in for the
// application's.
func (s *Scan) config(ctx context.Context, name string, kinds ...string) (*ScanResult, error) {
	source := dag.Directory()
	names, err := s.Project.Source.Glob(ctx, "**")
	if err != nil {
		return nil, err
	}
	var files, dockerfiles, notes []string
	for _, kind := range kinds {
		found := scan.ConfigFiles(kind, names)
		if own := s.Project.Dockerfile; kind == "dockerfile" && own != "" && own != "none" && !slices.Contains(found, path.Clean(own)) {
			if !slices.Contains(names, path.Clean(own)) {
				return nil, fmt.Errorf("--dockerfile %s: the sources have no such file", own)
			}
			found = append(found, path.Clean(own))
		}
		if len(found) == 0 && kind == "dockerfile" {
			const own = "octocode/Dockerfile"
			source = source.WithFile(own, dag.CurrentModule().Source().File("../docker/Dockerfile"))
			files, notes = append(files, own), append(notes, "the sources have no Dockerfile: this module's own was scanned")
			dockerfiles = append(dockerfiles, own)
			continue
		}
		if len(found) == 0 {
			notes = append(notes, "the sources have no files of the kind "+kind)
		}
		if kind == "dockerfile" {
			dockerfiles = found
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		r := &ScanResult{Name: name, Passed: true, Verdict: name + ": passed: " + strings.Join(notes, ", "), Looked: "{}"}
		r.Text = r.Verdict
		return r, nil
	}
	include := make([]string, len(files))
	for i, file := range files {
		include[i] = escape(file)
	}
	source = source.WithDirectory("/", s.Project.Source, dagger.DirectoryWithDirectoryOpts{Include: include})
	var hidden []scan.Finding
	for _, file := range files {
		text, err := source.File(file).Contents(ctx)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		hidden = append(hidden, scan.InlineIgnores(file, text)...)
		if seen := scan.AsProduction(file, text); seen != text {
			source = source.WithNewFile(file, seen)
		}
	}
	rules := dag.Directory()
	for name, text := range scan.Rules() {
		rules = rules.WithNewFile(name, text)
	}
	return s.run(ctx, job{
		name: name, argv: scan.ConfigArgs(s.Timeout, dockerfiles), notes: notes, config: source, found: hidden,
		kinds: []scan.Kind{scan.Misconfiguration},
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
