package attest

import (
	"encoding/json"
	"strings"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Attachments are what a release carries beside its image.
type Attachments struct {
	Provenance Provenance
	// SBOM in CycloneDX; optional.
	SBOM []byte
	// Version of the release, if it is one, and all Tags: the signature says them.
	Version string
	Tags    []string
	// Key signs; without one nothing is signed, and Verify will say so.
	Key *PrivateKey
}

// names are what the signature of an image says: a digest alone would be right
// under every tag.
type names struct {
	Repository string   `json:"repository"`
	Version    string   `json:"version,omitempty"`
	Tags       []string `json:"tags"`
}

// Documents are the artifacts of an image: SBOM, and with a key the signed
// statements about provenance, SBOM and the image itself. Without one there is
// the bare provenance. image is the repository, in full.
func (a Attachments) Documents(image, digest string) ([]oci.Artifact, error) {
	provenance, err := a.Provenance.Statement(image, digest)
	if err != nil {
		return nil, err
	}
	statements := []*Statement{provenance}
	var documents []oci.Artifact
	if a.SBOM != nil {
		if _, err := CheckSBOM(a.SBOM); err != nil {
			return nil, err
		}
		bom, err := NewStatement(image, digest, CycloneDX, json.RawMessage(a.SBOM))
		if err != nil {
			return nil, err
		}
		statements = append(statements, bom)
		documents = append(documents, oci.Artifact{Type: SBOMType, Data: a.SBOM})
	}
	if a.Key == nil {
		text, err := json.Marshal(provenance)
		return append(documents, oci.Artifact{Type: payloadType, Data: text, Annotations: map[string]string{"in-toto.io/predicate-type": SLSA}}), err
	}
	release, err := NewStatement(image, digest, Release, names{image, strings.TrimPrefix(a.Version, "v"), a.Tags})
	if err != nil {
		return nil, err
	}
	// The signature last: it stands for a release that is complete.
	for _, s := range append(statements, release) {
		text, err := Sign(*a.Key, s)
		if err != nil {
			return nil, err
		}
		documents = append(documents, oci.Artifact{Type: BundleType, Data: text, Annotations: map[string]string{
			"dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": s.PredicateType,
		}})
	}
	return documents, nil
}
