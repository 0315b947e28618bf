package attest

import (
	"encoding/json"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

// fileNames are those of statements, without the end that says how they are
// signed.
var fileNames = map[string]string{Release: "signature", SLSA: "provenance", CycloneDX: "sbom"}

// Files are the documents beside the image of a digest, as files: sbom.cdx.json,
// and provenance, sbom and signature as .sigstore.json, or .intoto.json when
// they are not signed. With a key, what it has not signed is left out; without
// one, nothing is checked.
func Files(documents []oci.Artifact, digest string, key *PublicKey) map[string][]byte {
	files := map[string][]byte{}
	for _, d := range documents {
		switch d.Type {
		case SBOMType:
			files["sbom.cdx.json"] = d.Data
		case BundleType:
			if s := statementOf(d.Data, key); s != nil && s.About(digest) && fileNames[s.PredicateType] != "" {
				files[fileNames[s.PredicateType]+".sigstore.json"] = d.Data
			}
		case payloadType:
			var s Statement
			if json.Unmarshal(d.Data, &s) == nil && s.About(digest) && fileNames[s.PredicateType] != "" && key == nil {
				files[fileNames[s.PredicateType]+".intoto.json"] = d.Data
			}
		}
	}
	return files
}

// statementOf is the statement of a bundle, checked if there is a key; nil when
// it is no good.
func statementOf(text []byte, key *PublicKey) *Statement {
	if key != nil {
		s, err := Open(*key, text)
		if err != nil {
			return nil
		}
		return s
	}
	var b bundle
	var s Statement
	if json.Unmarshal(text, &b) != nil || json.Unmarshal(b.Envelope.Payload, &s) != nil {
		return nil
	}
	return &s
}

// DocumentTypes are the media types of what Documents attaches.
var DocumentTypes = []string{SBOMType, BundleType, payloadType}
