package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/entry"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"golang.org/x/sync/errgroup"
)

// ReleaseImage is a production image that depends on nothing but its contents.
type ReleaseImage struct {
	// The image as an archive that `docker load`, `crane push` and `octocode publish` take.
	Archive *dagger.File
	// Digest of its manifest, or of its index.
	Digest string
	// Size of its layers in bytes, compressed.
	Bytes int
	// What it runs on, such as "linux/amd64".
	Platforms []string
	// Whether the same commit on the same base images is to give the same digest: false without a build secret, with
	// an own Dockerfile that does not use its keys, and without a generateBuildId in next.config.
	Reproducible bool
	// What is to be known about it, in one line.
	Remark string
}

// ReleaseImage builds the production image so that the same commit has the same digest.
// For that it needs a secret, from which it derives the keys that Next.js
// builds in; without one they are random, and the result says so.
//
//	dagger call release-image --created "$(git log -1 --format=%cI)" --commit "$(git rev-parse HEAD)" \
//	  --build-secret env://BUILD_SECRET archive export --path release.tar
//
// +cache="session"
func (m *Octocode) ReleaseImage(
	ctx context.Context,
	// Time of the commit, as RFC 3339.
	created string,
	// Commit for the image's labels; it also names the build where next.config asks for NEXT_BUILD_ID.
	commit string,
	// Version for the image's labels.
	//
	// +optional
	version string,
	// URL of the sources for the image's labels.
	//
	// +optional
	url string,
	// Secret of 32 characters or more, the same for all releases of an application.
	//
	// +optional
	buildSecret *dagger.Secret,
	// Platforms to build for, such as linux/amd64,linux/arm64. One that a base image lacks is an error.
	// Default: the engine's own.
	//
	// +optional
	platforms []string,
) (*ReleaseImage, error) {
	if err := release.CheckSource(url); err != nil {
		return nil, err
	}
	return m.releaseImage(ctx, created, releaseLabels(version, commit, created, url), buildSecret, platforms)
}

// releaseLabels are labels, the same for a tag v1.2.3 and a version 1.2.3.
func releaseLabels(version, commit, created, url string) []dagger.BuildArg {
	return labels(strings.TrimPrefix(version, "v"), commit, created, url)
}

func (m *Octocode) releaseImage(ctx context.Context, created string, labels []dagger.BuildArg, secret *dagger.Secret, platforms []string) (*ReleaseImage, error) {
	t, err := oci.ParseCreated(created)
	if err != nil {
		return nil, err
	}
	if err := oci.CheckPlatforms(platforms); err != nil {
		return nil, err
	}
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	recipe, err := m.recipe(ctx, p)
	if err != nil {
		return nil, err
	}
	next, err := m.keyed(ctx, secret)
	if err != nil {
		return nil, err
	}
	archives, err := next.archives(ctx, p, labels, platforms)
	if err != nil {
		return nil, err
	}
	tool, err := releaseTool()
	if err != nil {
		return nil, err
	}
	request := entry.Canonical{Created: t, Out: "/release.tar", Platforms: platforms}
	for n, archive := range archives {
		path := fmt.Sprintf("/image-%d.tar", n)
		tool, request.In = tool.WithMountedFile(path, archive), append(request.In, path)
	}
	var result entry.Result
	ctr, err := answer(ctx, tool, request.Command(), &result)
	if err != nil {
		return nil, fmt.Errorf("make the image canonical: %w", err)
	}
	r := &ReleaseImage{Archive: ctr.File("/release.tar"), Digest: result.Digest, Bytes: int(result.Bytes), Platforms: result.Platforms}
	r.Reproducible, r.Remark = release.Reproducible(recipe, p.Next.BuildID, secret != nil)
	return r, nil
}

// archives builds the production image for each platform, or for the engine's.
func (m *Octocode) archives(ctx context.Context, p *project.Project, labels []dagger.BuildArg, platforms []string) ([]*dagger.File, error) {
	if len(platforms) == 0 {
		platforms = []string{""}
	}
	archives := make([]*dagger.File, len(platforms))
	work, ctx := errgroup.WithContext(ctx)
	for n, platform := range platforms {
		work.Go(func() error {
			next := *m
			if platform != "" {
				next.Platform = dagger.Platform(platform)
				next.BuildArgs = append([]string{"CACHE=" + cacheName(p) + "-" + strings.ReplaceAll(platform, "/", "-")}, m.BuildArgs...)
				if err := next.hasPlatform(ctx, p, platform); err != nil {
					return err
				}
			}
			o, image, err := next.production(ctx, p, labels)
			if err != nil {
				return err
			}
			if image == nil {
				return fmt.Errorf("%s failed\n\n%s", o.part.Name, tail(o.part.Output, 40))
			}
			archives[n] = image.AsTarball()
			return nil
		})
	}
	return archives, work.Wait()
}

// keyed is the pipeline with the keys that the secret gives.
func (m *Octocode) keyed(ctx context.Context, secret *dagger.Secret) (*Octocode, error) {
	if secret == nil {
		return m, nil
	}
	text, err := secret.Plaintext(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the build secret: %w", err)
	}
	keys, err := release.Keys(strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	lines := keys.Variables
	if m.BuildEnv != nil {
		more, err := m.BuildEnv.Plaintext(ctx)
		if err != nil {
			return nil, fmt.Errorf("read --build-env: %w", err)
		}
		lines = append([]string{more}, lines...)
	}
	next := *m
	next.BuildEnv = dag.SetSecret("build_keys", strings.Join(lines, "\n")+"\n")
	next.BuildArgs = append(slices.Clone(m.BuildArgs), "BUILD_KEYS="+keys.Fingerprint)
	return &next, nil
}
