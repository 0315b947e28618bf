// Package publish brings a release to its registry: the image with all its
// tags, and beside it SBOM, provenance and signature.
package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Release is what is to be published. Secrets are no part of it.
type Release struct {
	// Archive is the path of the image's archive.
	Archive string `json:"archive"`
	// Repository is where to, without a tag: registry.example.com/team/shop.
	Repository string `json:"repository"`
	// Origin decides about the tags.
	Origin release.Origin `json:"origin"`
	// Provenance is attached if it names its source; it takes the commit of Origin.
	Provenance attest.Provenance `json:"provenance"`
	// SBOM is the path of a CycloneDX file; optional.
	SBOM string `json:"sbom,omitempty"`
	// DryRun does all but send.
	DryRun bool `json:"dryRun,omitempty"`
}

// Published is the result.
type Published struct {
	*oci.Pushed
	// Attached are the types of the documents beside the image.
	Attached []string `json:"attached"`
	Signed   bool     `json:"signed"`
	// Problem says what has failed; the rest is then what is there.
	Problem string `json:"problem,omitempty"`
}

// Check finds what cannot be right, before anything is built or sent. key is
// the PEM text of the signing key; empty when nothing is to be signed.
func (r Release) Check(key []byte) error {
	if r.Repository == "" {
		return errors.New("repository: say where to push, such as registry.example.com/team/shop")
	}
	if err := oci.CheckRepository(r.Repository); err != nil {
		return err
	}
	if _, err := release.Tags(r.Origin); err != nil {
		return err
	}
	_, err := r.attachments(key)
	return err
}

// Given takes what an archive was built from, each input as NAME=VALUE and each
// material as REFERENCE=sha256:…: nobody can tell but the caller. A release that
// is built now says it itself.
func (r *Release) Given(archive bool, inputs, materials []string) (err error) {
	switch {
	case !archive && len(inputs)+len(materials) > 0:
		return errors.New("--inputs and --materials: they go with --archive; what is built now says them itself")
	case archive && r.Provenance.Source != "" && len(materials) == 0:
		return errors.New("--archive: its provenance has to say what it was built from: give its base images as --materials REFERENCE=sha256:…, or leave --url out")
	}
	if r.Provenance.Inputs, err = attest.ParseInputs(inputs); err != nil {
		return err
	}
	r.Provenance.Materials, err = attest.ParseMaterials(materials)
	return err
}

// attachments are the documents to be, without what depends on the image.
func (r Release) attachments(key []byte) (a attest.Attachments, err error) {
	a.Provenance = r.Provenance
	a.Provenance.Commit = strings.ToLower(r.Origin.Commit)
	a.Version = r.Origin.Version
	if len(key) > 0 {
		k, err := attest.ParsePrivateKey(key)
		if err != nil {
			return a, err
		}
		a.Key = &k
	}
	if r.SBOM != "" {
		if a.SBOM, err = os.ReadFile(r.SBOM); err != nil {
			return a, fmt.Errorf("--sbom %s: it cannot be read", r.SBOM)
		}
		if _, err := attest.CheckSBOM(a.SBOM); err != nil {
			return a, err
		}
	}
	if r.Provenance.Source == "" {
		if a.SBOM != nil || a.Key != nil {
			return a, errors.New("SBOM and signature need to say what they are about: give the URL of the sources, the commit and the builder")
		}
		return a, nil
	}
	return a, a.Provenance.Check()
}

// Publish sends the image and what belongs to it. A repeat sends only what is
// missing. key is as for Check; scratch is a folder for what is unpacked. When
// the registry fails halfway, the result says what is there, beside the error.
//
//	result, err := publish.Release{Archive: "release.tar", Repository: "registry.example.com/shop",
//		Origin: release.Origin{Version: "1.2.3"}}.Publish(ctx, &oci.Registry{}, nil, dir)
func (r Release) Publish(ctx context.Context, registry *oci.Registry, key []byte, scratch string) (*Published, error) {
	if err := r.Check(key); err != nil {
		return nil, err
	}
	image, err := oci.Open(r.Archive, scratch)
	if err != nil {
		return nil, err
	}
	origin := r.Origin
	// The registry knows best what has been released.
	if origin.Version != "" {
		there, err := registry.Tags(ctx, r.Repository)
		if err != nil {
			return nil, err
		}
		origin.Released = append(origin.Released[:len(origin.Released):len(origin.Released)], there...)
	}
	push := oci.Push{Repository: r.Repository, DryRun: r.DryRun}
	if push.Tags, err = release.Tags(origin); err != nil {
		return nil, err
	}
	push.Fixed = release.FixedTags(push.Tags)
	if push.Documents, err = r.documents(image, push.Tags, key); err != nil {
		return nil, err
	}
	result := &Published{Attached: []string{}}
	result.Pushed, err = registry.Push(ctx, image, push)
	if result.Pushed == nil {
		return nil, err
	}
	for n, d := range push.Documents {
		if n < result.Documents || r.DryRun {
			result.Attached = append(result.Attached, d.Type)
		}
	}
	if err != nil {
		result.Problem = err.Error()
		return result, err
	}
	result.Signed = len(key) > 0 && !r.DryRun
	return result, nil
}

func (r Release) documents(image *oci.Image, tags []string, key []byte) ([]oci.Artifact, error) {
	a, err := r.attachments(key)
	if err != nil || r.Provenance.Source == "" {
		return nil, err
	}
	digest, err := image.Digest()
	if err != nil {
		return nil, err
	}
	repository, err := oci.RepositoryName(r.Repository)
	if err != nil {
		return nil, err
	}
	a.Tags = tags
	return a.Documents(repository, digest)
}

// Text is the result for people.
func (p Published) Text() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "image\t%s\ntags\t%s\nplatforms\t%s\nsize\t%.1f MB\nlayers\t%d, %d of them were there\n",
		p.Reference, strings.Join(p.Tags, ", "), strings.Join(p.Platforms, ", "), float64(p.Bytes)/1e6, p.Blobs, p.There)
	if len(p.Attached) > 0 {
		fmt.Fprintf(w, "attached\t%s\n", strings.Join(p.Attached, ", "))
	}
	_ = w.Flush()
	switch {
	case p.DryRun:
		text.WriteString("dry run: nothing was sent\n")
	case !p.Signed:
		text.WriteString("not signed: give --key, so that others can verify it\n")
	}
	return text.String()
}
