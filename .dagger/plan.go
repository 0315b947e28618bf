package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/project"
)

// plan finds out what the application is, from the few files that say so.
func (m *Octocode) plan(ctx context.Context) (*project.Project, error) {
	if err := errors.Join(assignments("--build-args", m.BuildArgs), assignments("--env", m.Env)); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "plan")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	files := m.Source.Filter(dagger.DirectoryFilterOpts{Include: project.Patterns, Exclude: []string{"**/node_modules"}})
	if _, err := files.Export(ctx, dir); err != nil {
		return nil, fmt.Errorf("read source: %w", err)
	}
	fsys := os.DirFS(dir)
	app := m.App
	if app == "" {
		apps, err := project.Apps(fsys)
		switch {
		case err != nil:
			return nil, err
		case len(apps) > 1:
			return nil, fmt.Errorf("there are several Next.js applications here: name one with --app (%s)", strings.Join(apps, ", "))
		case len(apps) == 1:
			app = apps[0]
		}
	}
	options := project.Options{App: app, Dockerfile: m.Dockerfile}
	if m.Dockerfile == "none" {
		options.Dockerfile, options.BuiltIn = "", true
	}
	if !strings.ContainsAny(m.Node, ":/@") {
		options.Node = m.Node
	}
	p, err := project.Detect(fsys, options)
	if err != nil {
		return nil, errors.New(err.Error())
	}
	return p, pins.CheckStages(m.BaseImage, m.Node, p.Dockerfile)
}

// assignments makes sure that all values of a flag are of the form NAME=VALUE.
func assignments(flag string, values []string) error {
	for _, value := range values {
		if name, _, ok := strings.Cut(value, "="); !ok || name == "" {
			return fmt.Errorf("%s %q: write it as NAME=VALUE", flag, value)
		}
	}
	return nil
}
