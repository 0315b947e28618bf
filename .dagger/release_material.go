package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/dockerfile"
	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/release/entry"
)

// bases are the references of the images that the build begins with.
func (m *Octocode) bases(ctx context.Context, p *project.Project) ([]string, error) {
	text, err := m.recipe(ctx, p)
	if err != nil {
		return nil, err
	}
	args := map[string]string{}
	for _, arg := range m.buildArgs(p) {
		args[arg.Name] = arg.Value
	}
	return dockerfile.Images(text, args), nil
}

// materials are the base images with their digests, for the provenance.
func (m *Octocode) materials(ctx context.Context, platforms []string) (map[string]string, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := m.bases(ctx, p)
	if err != nil {
		return nil, err
	}
	if len(platforms) == 0 {
		platforms = []string{""}
	}
	materials := map[string]string{}
	for _, ref := range refs {
		for _, platform := range platforms {
			image, err := dag.Container(dagger.ContainerOpts{Platform: dagger.Platform(platform)}).From(ref).ImageRef(ctx)
			if err != nil {
				return nil, fmt.Errorf("find the digest of %s: %w", ref, err)
			}
			name, digest, ok := strings.Cut(image, "@")
			if !ok {
				return nil, fmt.Errorf("find the digest of %s: the engine names none", ref)
			}
			if name = "docker://" + name; platform != "" {
				name += "?platform=" + platform
			}
			materials[name] = digest
		}
	}
	return materials, nil
}

// inputs are the arguments of the build, for the provenance. Secrets are named,
// never given.
func (m *Octocode) inputs(version, created string, platforms []string, buildSecret *dagger.Secret) map[string]string {
	inputs := map[string]string{}
	for name, value := range map[string]string{
		"version": version, "created": created, "app": m.App, "baseImage": m.BaseImage, "node": m.Node, "dockerfile": m.Dockerfile,
		"buildArgs": strings.Join(m.BuildArgs, "\n"), "platforms": strings.Join(platforms, ","),
	} {
		if value != "" {
			inputs[name] = value
		}
	}
	var secrets []string
	for name, secret := range map[string]*dagger.Secret{"build-secret": buildSecret, "build-env": m.BuildEnv, "npmrc": m.Npmrc} {
		if secret != nil {
			secrets = append(secrets, name)
		}
	}
	if len(secrets) > 0 {
		slices.Sort(secrets)
		inputs["secrets"] = strings.Join(secrets, ", ")
	}
	return inputs
}

// hasPlatform makes sure that the base images offer a platform, before anything
// is built on another's in its name.
func (m *Octocode) hasPlatform(ctx context.Context, p *project.Project, platform string) error {
	refs, err := m.bases(ctx, p)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		tool, err := releaseTool()
		if err != nil {
			return err
		}
		archive := dag.Container(dagger.ContainerOpts{Platform: dagger.Platform(platform)}).From(ref).AsTarball()
		var result entry.Result
		if _, err := answer(ctx, tool.WithMountedFile("/base.tar", archive), entry.Platform{Archive: "/base.tar", Platform: platform}.Command(), &result); err != nil {
			return fmt.Errorf("%s for %s: %w", ref, platform, err)
		}
	}
	return nil
}
