package oci

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Artifact is a document that refers to an image: an OCI referrer.
type Artifact struct {
	// Type says what it is, such as application/vnd.cyclonedx+json.
	Type string
	// Annotations are shown in the list of an image's referrers.
	Annotations map[string]string
	// Data is the document.
	Data []byte
}

// maxArtifact is more than any SBOM has, and less than fills a machine.
const maxArtifact = 256 << 20

// emptyConfig is the configuration that the specification gives artifacts.
const emptyConfig types.MediaType = "application/vnd.oci.empty.v1+json"

// Attach puts documents beside an image. Those that are there already stay one:
// the same document has the same digest. Registries without the referrers API
// get the tag that the specification names instead. It tells how many are
// there, also when one fails.
func (r *Registry) Attach(ctx context.Context, reference string, artifacts ...Artifact) (attached int, err error) {
	subject, d, err := r.Resolve(ctx, reference)
	if err != nil {
		return attached, err
	}
	repo := subject.Context()
	c, err := r.connect(ctx)
	if err != nil {
		return attached, err
	}
	config := static.NewLayer([]byte("{}"), emptyConfig)
	if err := c.push.Upload(ctx, repo, config); err != nil {
		return attached, r.explain(repo, err)
	}
	for _, a := range artifacts {
		blob := static.NewLayer(a.Data, types.MediaType(a.Type))
		if err := c.push.Upload(ctx, repo, blob); err != nil {
			return attached, r.explain(repo, err)
		}
		m, err := artifactManifest(a, config, blob, d)
		if err != nil {
			return attached, err
		}
		// Also when it is there: the list may lack it, where a tag stands in for
		// the API and the push before died between the two.
		if err := c.push.Put(ctx, repo.Digest(fmt.Sprintf("sha256:%x", sha256.Sum256(m))), m); err != nil {
			return attached, r.explain(repo, err)
		}
		attached++
	}
	return attached, nil
}

// rawManifest is a manifest as it goes over the wire.
type rawManifest []byte

func (m rawManifest) RawManifest() ([]byte, error)        { return m, nil }
func (m rawManifest) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

func artifactManifest(a Artifact, config, blob v1.Layer, subject *v1.Descriptor) (rawManifest, error) {
	describe := func(l v1.Layer) (d v1.Descriptor, err error) {
		var errs [3]error
		d.MediaType, errs[0] = l.MediaType()
		d.Digest, errs[1] = l.Digest()
		d.Size, errs[2] = l.Size()
		return d, errors.Join(errs[:]...)
	}
	c, err := describe(config)
	if err != nil {
		return nil, err
	}
	b, err := describe(blob)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v1.Manifest{
		SchemaVersion: 2, MediaType: types.OCIManifestSchema1, ArtifactType: a.Type, Config: c, Layers: []v1.Descriptor{b},
		Subject:     &v1.Descriptor{MediaType: subject.MediaType, Digest: subject.Digest, Size: subject.Size},
		Annotations: a.Annotations,
	})
}

// Artifacts reads the documents beside an image, of the types that are asked
// for. Each is what its digest says.
func (r *Registry) Artifacts(ctx context.Context, subject name.Digest, kinds ...string) ([]Artifact, error) {
	repo := subject.Context()
	index, err := remote.Referrers(subject, r.options(ctx)...)
	if err != nil {
		return nil, r.explain(repo, err)
	}
	list, err := index.IndexManifest()
	if err != nil {
		return nil, r.explain(repo, err)
	}
	var found []Artifact
	for _, d := range list.Manifests {
		a, err := r.artifact(ctx, repo.Digest(d.Digest.String()), kinds)
		if err != nil {
			return nil, err
		}
		if a != nil {
			found = append(found, *a)
		}
	}
	return found, nil
}

func (r *Registry) artifact(ctx context.Context, ref name.Digest, kinds []string) (*Artifact, error) {
	repo := ref.Context()
	d, err := remote.Get(ref, r.options(ctx)...)
	if answer := (*transport.Error)(nil); errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		// Its entry in a list outlives a document that was removed.
		return nil, nil
	}
	if err != nil {
		return nil, r.explain(repo, err)
	}
	var m v1.Manifest
	if err := json.Unmarshal(d.Manifest, &m); err != nil || len(m.Layers) != 1 {
		return nil, nil
	}
	kind := m.ArtifactType
	if kind == "" {
		kind = string(m.Layers[0].MediaType)
	}
	wanted := false
	for _, k := range kinds {
		wanted = wanted || k == kind
	}
	if !wanted {
		return nil, nil
	}
	if m.Layers[0].Size > maxArtifact {
		return nil, fmt.Errorf("%s: a document of %d MB is not read", ref, m.Layers[0].Size>>20)
	}
	layer, err := remote.Layer(repo.Digest(m.Layers[0].Digest.String()), r.options(ctx)...)
	if err != nil {
		return nil, r.explain(repo, err)
	}
	blob, err := layer.Compressed()
	if err != nil {
		return nil, r.explain(repo, err)
	}
	defer blob.Close()
	data, err := io.ReadAll(io.LimitReader(blob, maxArtifact))
	if err != nil {
		return nil, fmt.Errorf("%s: it is not what its digest says: %s", ref, reason(err))
	}
	return &Artifact{Type: kind, Annotations: m.Annotations, Data: data}, nil
}

// Validate reads all of an image and makes sure that each part is what its
// digest says.
func Validate(i *Image) error {
	for _, img := range i.Platforms {
		layers, err := img.Layers()
		if err != nil {
			return err
		}
		for n, layer := range layers {
			if err := readThrough(layer); err != nil {
				return fmt.Errorf("layer %d is not what its digest says: %s", n+1, reason(err))
			}
		}
	}
	return nil
}

func readThrough(layer v1.Layer) error {
	want, err := layer.Digest()
	if err != nil {
		return err
	}
	blob, err := layer.Compressed()
	if err != nil {
		return err
	}
	defer blob.Close()
	got, _, err := v1.SHA256(blob)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("got %s, want %s", got, want)
	}
	return nil
}
