package attest

import (
	"encoding/json"
	"errors"
)

// SBOMType is the media type of an SBOM beside an image; scanners look for it.
const SBOMType = "application/vnd.cyclonedx+json"

// CheckSBOM makes sure that a document is a CycloneDX SBOM with something in
// it, and returns the number of its components.
func CheckSBOM(text []byte) (int, error) {
	var bom struct {
		Format     string            `json:"bomFormat"`
		Version    string            `json:"specVersion"`
		Components []json.RawMessage `json:"components"`
	}
	if err := json.Unmarshal(text, &bom); err != nil || bom.Format != "CycloneDX" || bom.Version == "" {
		return 0, errors.New("SBOM: it is no CycloneDX document in JSON")
	}
	if len(bom.Components) == 0 {
		return 0, errors.New("SBOM: it lists no component")
	}
	return len(bom.Components), nil
}
