package attest

import (
	"encoding/json"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

// fileNames are those of statements, without the end that says how they are
// signed.
var fileNames = map[string]string{Release: "signature", SLSA: "provenance", CycloneDX: "sbom"}

const (
	sbomFile    = "sbom.cdx.json"
	signedEnd   = ".sigstore.json"
	unsignedEnd = ".intoto.json"
)

// Files are the documents beside the image of a digest, as files, when there is
// no key to check them with: sbom.cdx.json, and provenance, sbom and signature
// as .sigstore.json, or .intoto.json when they are not signed. With a key, take
// those of a Verdict.
func Files(documents []oci.Artifact, digest string) map[string][]byte {
	files := map[string][]byte{}
	for _, d := range documents {
		if d.Type == SBOMType {
			files[sbomFile] = d.Data
			continue
		}
		var s Statement
		text, end := d.Data, unsignedEnd
		if d.Type == BundleType {
			var b bundle
			if json.Unmarshal(d.Data, &b) != nil {
				continue
			}
			text, end = b.Envelope.Payload, signedEnd
		}
		if json.Unmarshal(text, &s) == nil && s.About(digest) && fileNames[s.PredicateType] != "" {
			files[fileNames[s.PredicateType]+end] = d.Data
		}
	}
	return files
}

// DocumentTypes are the media types of what Documents attaches.
var DocumentTypes = []string{SBOMType, BundleType, payloadType}
