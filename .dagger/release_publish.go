package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/entry"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/publish"
)

// Published is an image in its registry.
type Published struct {
	// The image by its digest: what to deploy.
	Reference string
	// Digest of its manifest, or of its index.
	Digest string
	// Its tags, the most exact first.
	Tags []string
	// Size of its layers in bytes, as they are transferred.
	Bytes int
	// What it runs on, such as "linux/amd64".
	Platforms []string
	// Types of the documents beside it: SBOM, and provenance, SBOM and signature as Sigstore bundles.
	Attached []string
	// Whether it was signed.
	Signed bool
	// Whether nothing was sent.
	DryRun bool
	// All of it for people.
	Text string
	// All of it for machines.
	Json string
}

// Publish builds the release image and pushes it with all its tags.
// With the URL of the sources, SBOM and provenance are attached to its digest;
// with a key they are signed. What the registry has is not sent again: a push
// that failed halfway is finished by a repeat. A released version never becomes
// another image.
//
//	dagger call publish --repository registry.example.com/shop --version 1.2.3 \
//	  --created "$(git log -1 --format=%cI)" --commit "$(git rev-parse HEAD)" --build-secret env://BUILD_SECRET \
//	  --user ci --password env://REGISTRY_PASSWORD --url https://github.com/acme/shop \
//	  --builder "$URL_OF_THE_WORKFLOW" --key env://SIGNING_KEY --sbom sbom.json reference
//
// +cache="never"
func (m *Octocode) Publish(
	ctx context.Context,
	// Where to, without a tag, such as "registry.example.com/team/shop".
	repository string,
	// Semantic version, for the tags and the image's labels.
	//
	// +optional
	version string,
	// Branch, for its tag.
	//
	// +optional
	branch string,
	// Number of the pull request, for its tag.
	//
	// +optional
	pullRequest int,
	// Full hash of the commit.
	//
	// +optional
	commit string,
	// Time of the commit, as RFC 3339. Needed unless --archive is given.
	//
	// +optional
	created string,
	// Versions that exist already, beside those that the registry has.
	//
	// +optional
	released []string,
	// User of the registry.
	//
	// +optional
	user string,
	// Password or token of the registry.
	//
	// +optional
	password *dagger.Secret,
	// URL of the sources; with it, provenance is attached.
	//
	// +optional
	url string,
	// URL of what builds, such as that of the workflow: who verifies can ask for it.
	//
	// +optional
	builder string,
	// URL of this run.
	//
	// +optional
	invocation string,
	// CycloneDX SBOM of the image.
	//
	// +optional
	sbom *dagger.File,
	// Key that signs, as PEM; `octocode release-key` makes one.
	//
	// +optional
	key *dagger.Secret,
	// Secret of release-image.
	//
	// +optional
	buildSecret *dagger.Secret,
	// Platforms of release-image.
	//
	// +optional
	platforms []string,
	// An archive that release-image has given before; then nothing is built.
	//
	// +optional
	archive *dagger.File,
	// Arguments of the build of --archive, for its provenance, as NAME=VALUE; never a secret.
	//
	// +optional
	inputs []string,
	// Base images of --archive, for its provenance, as REFERENCE=sha256:…; needed for it.
	//
	// +optional
	materials []string,
	// The registry as a service, where no name leads to it: `tcp://localhost:5000` with the repository registry:5000/shop.
	//
	// +optional
	registry *dagger.Service,
	// Allow HTTP, and certificates of unknown authorities.
	//
	// +optional
	insecure bool,
	// Do all but send.
	//
	// +optional
	dryRun bool,
) (*Published, error) {
	r := publish.Release{
		Archive: "/release.tar", Repository: repository, DryRun: dryRun,
		Origin:     release.Origin{Version: version, Branch: branch, Commit: commit, PullRequest: pullRequest, Released: released},
		Provenance: attest.Provenance{Source: url, Builder: builder, Invocation: invocation},
	}
	a := access{user: user, password: password, insecure: insecure, service: registry}
	if err := a.check(repository); err != nil {
		return nil, err
	}
	if err := r.Given(archive != nil, inputs, materials); err != nil {
		return nil, err
	}
	if err := checkPublish(ctx, r, key, sbom); err != nil {
		return nil, err
	}
	if archive == nil {
		if _, err := oci.ParseCreated(created); err != nil {
			return nil, err
		}
		if !dryRun {
			if err := a.reach(ctx, repository); err != nil {
				return nil, err
			}
		}
		image, err := m.releaseImage(ctx, created, releaseLabels(version, commit, created, url), buildSecret, platforms)
		if err != nil {
			return nil, err
		}
		archive = image.Archive
		if url != "" {
			if r.Provenance.Materials, err = m.materials(ctx, platforms); err != nil {
				return nil, err
			}
			r.Provenance.Inputs = m.inputs(version, created, platforms, buildSecret)
		}
	}
	tool, err := a.tool(repository)
	if err != nil {
		return nil, err
	}
	tool = tool.WithMountedFile(r.Archive, archive)
	if sbom != nil {
		r.SBOM = "/sbom.json"
		tool = tool.WithMountedFile(r.SBOM, sbom)
	}
	if key != nil {
		tool = tool.WithSecretVariable(entry.KeyVariable, key)
	}
	var result publish.Published
	if _, err := answer(ctx, tool, entry.Publish{Access: a.entry(), Release: r}.Command(), &result); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return nil, err
	}
	return &Published{
		Reference: result.Reference, Digest: result.Digest, Tags: result.Tags, Bytes: int(result.Bytes), Platforms: result.Platforms,
		Attached: result.Attached, Signed: result.Signed, DryRun: result.DryRun, Text: result.Text(), Json: string(text),
	}, nil
}

// checkPublish finds what cannot be right before anything is built.
func checkPublish(ctx context.Context, r publish.Release, key *dagger.Secret, sbom *dagger.File) error {
	text := ""
	if key != nil {
		var err error
		if text, err = key.Plaintext(ctx); err != nil {
			return fmt.Errorf("read the signing key: %w", err)
		}
		if text == "" {
			return errors.New("--key: it is empty; `octocode release-key` makes one")
		}
	}
	if err := r.Check([]byte(text)); err != nil {
		return err
	}
	if sbom == nil {
		return nil
	}
	if r.Provenance.Source == "" {
		return errors.New("SBOM and signature need to say what they are about: give the URL of the sources, the commit and the builder")
	}
	bom, err := sbom.Contents(ctx)
	if err != nil {
		return fmt.Errorf("read the SBOM: %w", err)
	}
	_, err = attest.CheckSBOM([]byte(bom))
	return err
}
