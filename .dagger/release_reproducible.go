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

// VerifyReproducible builds twice, without a cache that both share, and compares the images.
// Every step is carried out by each of them, from the same base images; for the
// second, JavaScript's clock is ahead by more than a year while the application
// is built. When the images differ, it names the layers and files that do.
// With the arguments of a release, the digest is that of the release.
//
//	dagger call verify-reproducible --created "$(git log -1 --format=%cI)" --commit "$(git rev-parse HEAD)" \
//	  --version 1.2.3 --url https://github.com/acme/shop --build-secret env://BUILD_SECRET
//
// +cache="session"
func (m *Octocode) VerifyReproducible(
	ctx context.Context,
	// Time of the commit, as RFC 3339.
	created string,
	// Commit, as for release-image.
	commit string,
	// Version, as for release-image.
	//
	// +optional
	version string,
	// URL of the sources, as for release-image.
	//
	// +optional
	url string,
	// Secret, as for release-image.
	//
	// +optional
	buildSecret *dagger.Secret,
	// Platforms, as for release-image.
	//
	// +optional
	platforms []string,
) (string, error) {
	start := time.Now().UnixNano()
	var images [2]*ReleaseImage
	work, inner := errgroup.WithContext(ctx)
	for n := range images {
		work.Go(func() (err error) {
			next := *m
			next.BuildArgs = append(slices.Clone(m.BuildArgs), release.Rebuild(start, n)...)
			images[n], err = next.releaseImage(inner, created, releaseLabels(version, commit, created, url), buildSecret, platforms)
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
