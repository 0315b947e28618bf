package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/entry"
)

// Verification is what is known about a release. The verdict is that of `sync`,
// which `dagger call verify-release` asks for by itself.
type Verification struct {
	// Whether all checks have passed.
	Passed bool
	// Digest of the image that was looked at.
	Digest string
	// The checks for people: image, signature, provenance, SBOM.
	Text string
	// The same for machines.
	Json string
	// What has failed, in one line.
	Problem string
}

// VerifyRelease checks layers, signature, provenance and SBOM of a published image.
// The signature has to be for that repository, and for the tag of a full version.
//
//	dagger call verify-release --image registry.example.com/shop:1.2.3 --key release.pub --source-url https://github.com/acme/shop
//
// +cache="never"
func (m *Octocode) VerifyRelease(
	ctx context.Context,
	// The image, by tag or digest.
	image string,
	// The public key.
	key *dagger.File,
	// URL of the sources that it has to be built from.
	//
	// +optional
	sourceUrl string,
	// Commit that it has to be built from.
	//
	// +optional
	commit string,
	// URL of what has to have built it.
	//
	// +optional
	builder string,
	// Version that it has to be.
	//
	// +optional
	version string,
	// Where it has to have been published; default where the image is. A mirror is elsewhere.
	//
	// +optional
	repository string,
	// The release has no SBOM.
	//
	// +optional
	noSbom bool,
	// User of the registry.
	//
	// +optional
	user string,
	// Password or token of the registry.
	//
	// +optional
	password *dagger.Secret,
	// The registry as a service, as for publish.
	//
	// +optional
	registry *dagger.Service,
	// Allow HTTP, and certificates of unknown authorities.
	//
	// +optional
	insecure bool,
) (*Verification, error) {
	public, err := key.Contents(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the public key: %w", err)
	}
	if _, err := attest.ParsePublicKey([]byte(public)); err != nil {
		return nil, err
	}
	a := access{user: user, password: password, insecure: insecure, service: registry}
	if err := a.check(image); err != nil {
		return nil, err
	}
	tool, err := a.tool(image)
	if err != nil {
		return nil, err
	}
	request := entry.Verify{Access: a.entry(), Image: image, Key: []byte(public),
		Expect: attest.Expect{Source: sourceUrl, Commit: commit, Builder: builder, Version: version, Repository: repository, NoSBOM: noSbom}}
	var verdict attest.Verdict
	if _, err := answer(ctx, tool, request.Command(), &verdict); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(verdict, "", "  ")
	if err != nil {
		return nil, err
	}
	v := &Verification{Passed: true, Digest: verdict.Digest, Text: verdict.Text(), Json: string(text)}
	if err := verdict.Err(); err != nil {
		v.Passed, v.Problem = false, err.Error()
	}
	return v, nil
}

// Sync fails unless all checks have passed. It returns the ID of the table: the
// CLI can only print IDs.
//
// A verdict of the same question that was cached would be an old one.
//
// +cache="never"
func (v *Verification) Sync(ctx context.Context) (string, error) {
	if !v.Passed {
		return "", errors.New(v.Problem)
	}
	id, err := dag.Directory().WithNewFile("verification.txt", v.Text).ID(ctx)
	return string(id), err
}
