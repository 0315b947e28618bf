package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

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
	// Whether the same commit gives the same digest: false without a build secret.
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
	return m.releaseImage(ctx, created, releaseLabels(version, commit, created, url), buildSecret, platforms)
}

// releaseLabels are labels, the same for a tag v1.2.3 and a version 1.2.3.
func releaseLabels(version, commit, created, url string) []dagger.BuildArg {
	return labels(strings.TrimPrefix(version, "v"), commit, created, url)
}

func (m *Octocode) releaseImage(ctx context.Context, created string, labels []dagger.BuildArg, secret *dagger.Secret, platforms []string) (*ReleaseImage, error) {
	t, err := time.Parse(time.RFC3339, created)
	if err != nil {
		return nil, fmt.Errorf("--created %q: give the time of the commit: \"$(git log -1 --format=%%cI)\"", created)
	}
	if err := oci.CheckPlatforms(platforms); err != nil {
		return nil, err
	}
	next, err := m.keyed(ctx, secret)
	if err != nil {
		return nil, err
	}
	archives, err := next.archives(ctx, labels, platforms)
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
	r := &ReleaseImage{Archive: ctr.File("/release.tar"), Digest: result.Digest, Bytes: int(result.Bytes), Platforms: result.Platforms,
		Reproducible: secret != nil, Remark: "the keys that Next.js builds in come from the build secret"}
	if secret == nil {
		r.Remark = "without --build-secret Next.js makes random keys, so each build has another digest"
	}
	return r, nil
}

// archives builds the production image for each platform, or for the engine's.
func (m *Octocode) archives(ctx context.Context, labels []dagger.BuildArg, platforms []string) ([]*dagger.File, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
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

// VerifyReproducible builds twice, without a cache that both share, and compares the images.
// When they differ, it names the layers and files that do.
//
//	dagger call verify-reproducible --created "$(git log -1 --format=%cI)" --commit "$(git rev-parse HEAD)" --build-secret env://BUILD_SECRET
//
// +cache="session"
func (m *Octocode) VerifyReproducible(
	ctx context.Context,
	// Time of the commit, as RFC 3339.
	created string,
	// Commit, as for release-image.
	commit string,
	// Secret, as for release-image.
	//
	// +optional
	buildSecret *dagger.Secret,
) (string, error) {
	var images [2]*ReleaseImage
	work, inner := errgroup.WithContext(ctx)
	for n := range images {
		work.Go(func() (err error) {
			next := *m
			// Each has caches of its own, which begin empty. Names of two lengths, for
			// tools have been seen whose output hangs on the size of the environment.
			cache := fmt.Sprintf("CACHE=reproducible-%d%s", time.Now().UnixNano(), strings.Repeat("-again", n))
			next.BuildArgs = append(slices.Clone(m.BuildArgs), cache)
			images[n], err = next.releaseImage(inner, created, labels("", commit, created, ""), buildSecret, nil)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return "", err
	}
	a, b := images[0], images[1]
	if a.Digest == b.Digest {
		return fmt.Sprintf("reproducible: two builds gave %s", a.Digest), nil
	}
	tool, err := releaseTool()
	if err != nil {
		return "", err
	}
	var found []oci.Difference
	if _, err := answer(ctx, tool.WithMountedFile("/a.tar", a.Archive).WithMountedFile("/b.tar", b.Archive),
		entry.Compare{A: "/a.tar", B: "/b.tar"}.Command(), &found); err != nil {
		return "", fmt.Errorf("compare the images: %w", err)
	}
	return "", differing(found, a.Remark)
}

// differing is the error that names what differs.
func differing(found []oci.Difference, remark string) error {
	lines := []string{fmt.Sprintf("not reproducible: two builds differ in %d places; %s", len(found), remark)}
	for n, d := range found {
		if n == 30 {
			lines = append(lines, fmt.Sprintf("… and %d more", len(found)-n))
			break
		}
		lines = append(lines, d.String())
	}
	return errors.New(strings.Join(lines, "\n"))
}
