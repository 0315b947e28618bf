package main

import (
	"context"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/project"
)

// Stage is a stage of the Dockerfile.
type Stage string

const (
	// Operating system, Node.js, init, user 1001
	Base Stage = "BASE"
	// Packages of the lockfile and the Prisma client
	Dependencies Stage = "DEPENDENCIES"
	// Sources and dev server; the checks run here
	Development Stage = "DEVELOPMENT"
	// The production build
	Builder Stage = "BUILDER"
	// Only what runs
	Production Stage = "PRODUCTION"
)

func (s Stage) target() string { return strings.ToLower(string(s)) }

// Image builds the container of a stage.
//
//	dagger call image --stage development terminal
func (m *Octocode) Image(
	ctx context.Context,
	// Stage of the Dockerfile.
	//
	// +default="PRODUCTION"
	stage Stage,
) (*dagger.Container, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	return m.stage(p, stage.target(), nil)
}

// builtInDockerfile is the name of our Dockerfile inside the build context.
const builtInDockerfile = "Dockerfile.octocode"

// stage is the container of a target of the application's own Dockerfile, or
// of ours.
func (m *Octocode) stage(p *project.Project, target string, labels []dagger.BuildArg) (*dagger.Container, error) {
	args, err := m.buildArgs(p)
	if err != nil {
		return nil, err
	}
	opts := dagger.DirectoryDockerBuildOpts{Target: target, BuildArgs: append(args, labels...)}
	if m.Npmrc != nil {
		opts.Secrets = append(opts.Secrets, m.Npmrc)
	}
	if m.BuildEnv != nil {
		opts.Secrets = append(opts.Secrets, m.BuildEnv)
	}
	if p.Dockerfile != "" {
		opts.Dockerfile = p.Dockerfile
		return m.Source.DockerBuild(opts), nil
	}
	opts.Dockerfile = builtInDockerfile
	return m.Source.Directory(p.Root).WithFile(builtInDockerfile, ourDockerfile()).DockerBuild(opts), nil
}

// ourDockerfile comes with this module, wherever it was installed from.
func ourDockerfile() *dagger.File {
	return dag.CurrentModule().Source().File("../docker/Dockerfile")
}

// buildArgs are the arguments of our Dockerfile, then the caller's, which win.
// An application's own Dockerfile gets the caller's alone.
func (m *Octocode) buildArgs(p *project.Project) ([]dagger.BuildArg, error) {
	var args []dagger.BuildArg
	if p.Dockerfile == "" {
		base, node := m.images()
		args = []dagger.BuildArg{
			{Name: "BASE_IMAGE", Value: base},
			{Name: "NODE_IMAGE", Value: node},
			{Name: "APP", Value: inRoot(p)},
			{Name: "CACHE", Value: cacheName(p)},
		}
	}
	for _, arg := range m.BuildArgs {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--build-args %q: write it as NAME=VALUE", arg)
		}
		args = append(args, dagger.BuildArg{Name: name, Value: value})
	}
	return args, nil
}

// images are the references of base image and Node.js image. Node.js is built
// for one C library: Alpine has musl, the other families glibc.
func (m *Octocode) images() (base, node string) {
	base = m.BaseImage
	if ref := pins.Ref(base); ref != "" {
		base = ref
	}
	node = m.Node
	if strings.ContainsAny(node, ":/@") {
		return base, node
	}
	name := "node"
	if strings.Contains(base, "alpine") {
		name = "node-alpine"
	}
	if node == pins.Node {
		return base, pins.Ref(name)
	}
	return base, strings.Replace(pins.Tag(name), pins.Node, node, 1)
}

// cacheName keeps the caches of one application apart from another's.
func cacheName(p *project.Project) string {
	clean := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}
	return strings.Map(clean, strings.ToLower(p.Name+"-"+p.App))
}
