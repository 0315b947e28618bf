package main

import (
	"context"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/dockerfile"
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
	return m.stage(ctx, p, stage.target(), nil)
}

// dockerfileName is the name of the Dockerfile inside the build context.
const dockerfileName = "Dockerfile.octocode"

// stage is the container of a target of the application's own Dockerfile, or
// of ours.
func (m *Octocode) stage(ctx context.Context, p *project.Project, target string, labels []dagger.BuildArg) (*dagger.Container, error) {
	args, err := m.buildArgs(p)
	if err != nil {
		return nil, err
	}
	secrets, names, err := m.buildSecrets(ctx)
	if err != nil {
		return nil, err
	}
	// The whole source is the context of an application's own Dockerfile, the
	// folder of the lockfile that of ours.
	source, file := m.Source.Directory(p.Root), ourDockerfile()
	if p.Dockerfile != "" {
		source, file = m.Source, m.Source.File(p.Dockerfile)
	}
	text, err := file.Contents(ctx)
	if err != nil {
		return nil, fmt.Errorf("read Dockerfile: %w", err)
	}
	return source.
		WithNewFile(dockerfileName, dockerfile.WithoutSecrets(text, names)).
		DockerBuild(dagger.DirectoryDockerBuildOpts{
			Dockerfile: dockerfileName, Target: target, BuildArgs: append(args, labels...), Secrets: secrets,
		}), nil
}

// buildSecrets are the secrets under the names by which a Dockerfile mounts
// them.
func (m *Octocode) buildSecrets(ctx context.Context) (secrets []*dagger.Secret, names []string, err error) {
	for _, s := range []struct {
		name   string
		secret *dagger.Secret
	}{{"npmrc", m.Npmrc}, {"build_env", m.BuildEnv}} {
		if s.secret == nil {
			continue
		}
		text, err := s.secret.Plaintext(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("read secret %s: %w", s.name, err)
		}
		secrets, names = append(secrets, dag.SetSecret(s.name, text)), append(names, s.name)
	}
	return secrets, names, nil
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
