package main

import (
	"context"
	"fmt"
	"slices"
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
	secrets, names, err := m.buildSecrets(ctx)
	if err != nil {
		return nil, err
	}
	text, err := m.recipe(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := hasStages(p, text, target); err != nil {
		return nil, err
	}
	// The context is the folder of the lockfile.
	return m.Source.Directory(p.Root).
		WithNewFile(dockerfileName, dockerfile.WithoutSecrets(text, names)).
		DockerBuild(dagger.DirectoryDockerBuildOpts{
			Dockerfile: dockerfileName, Target: target, BuildArgs: append(m.buildArgs(p), labels...), Secrets: secrets, Platform: m.Platform,
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

// recipe is the text of the application's own Dockerfile, or of ours, which
// comes with this module wherever it was installed from.
func (m *Octocode) recipe(ctx context.Context, p *project.Project) (string, error) {
	file := dag.CurrentModule().Source().File("../docker/Dockerfile")
	if p.Dockerfile != "" {
		file = m.Source.File(p.Dockerfile)
	}
	text, err := file.Contents(ctx)
	if err != nil {
		return "", fmt.Errorf("read Dockerfile: %w", err)
	}
	return text, nil
}

// hasStages makes sure that the Dockerfile has the stages that are to be built.
func hasStages(p *project.Project, text string, targets ...string) error {
	have := dockerfile.Stages(text)
	missing := slices.DeleteFunc(targets, func(target string) bool { return slices.Contains(have, target) })
	if len(missing) == 0 {
		return nil
	}
	names := "no stage with a name"
	if len(have) > 0 {
		names = "the stages " + strings.Join(have, ", ")
	}
	return fmt.Errorf("%s: it has %s, but %s is needed: add `FROM … AS %s`, or take ours with --dockerfile none",
		p.Dockerfile, names, strings.Join(missing, " and "), missing[0])
}

// buildArgs are the arguments of our Dockerfile, then the caller's, which win.
// An application's own Dockerfile gets the caller's alone.
func (m *Octocode) buildArgs(p *project.Project) []dagger.BuildArg {
	var list []string
	if p.Dockerfile == "" {
		base, node := pins.ForStages(m.BaseImage, m.Node)
		list = append(p.BuildArgs(), "BASE_IMAGE="+base, "NODE_IMAGE="+node, "CACHE="+cacheName(p))
	}
	var args []dagger.BuildArg
	for _, arg := range append(list, m.BuildArgs...) {
		name, value, _ := strings.Cut(arg, "=")
		args = append(args, dagger.BuildArg{Name: name, Value: value})
	}
	return args
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
