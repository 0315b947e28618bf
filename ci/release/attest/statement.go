// Package attest says what a release was made from and signs it: in-toto
// statements in DSSE envelopes, in the form of Sigstore bundles, so that
// `cosign verify-attestation --key` takes them too.
//
// The keys are the caller's, the algorithms those of the standard library. The
// Sigstore libraries are not used: with TUF, Rekor and Fulcio they bring 70
// modules into a build that has to load in seconds, and none of these services
// takes part where a key is given. DSSE is one line of text; the library for it
// brings SSH along.
package attest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Types of predicates.
const (
	// Release is the signature itself: of the image, under these names.
	Release = "https://sigstore.dev/cosign/sign/v1"
	// SLSA is provenance, version 1.
	SLSA = "https://slsa.dev/provenance/v1"
	// CycloneDX is an SBOM.
	CycloneDX = "https://cyclonedx.org/bom"
)

const statementType = "https://in-toto.io/Statement/v1"

// Statement is what is signed: something about an image.
type Statement struct {
	Type          string          `json:"_type"`
	Subject       []Resource      `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// Resource is something with a digest.
type Resource struct {
	Name   string            `json:"name,omitempty"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest,omitempty"`
}

// NewStatement says something about the image of a digest, "sha256:…".
func NewStatement(image, digest, predicateType string, predicate any) (*Statement, error) {
	sums, err := digestSet(digest)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(predicate)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", predicateType, err)
	}
	return &Statement{
		Type: statementType, Subject: []Resource{{Name: image, Digest: sums}}, PredicateType: predicateType, Predicate: text,
	}, nil
}

// About tells whether the statement is about the image of a digest.
func (s *Statement) About(digest string) bool {
	algorithm, hex, _ := strings.Cut(digest, ":")
	for _, subject := range s.Subject {
		if hex != "" && subject.Digest[algorithm] == hex {
			return true
		}
	}
	return false
}

func digestSet(digest string) (map[string]string, error) {
	algorithm, hex, ok := strings.Cut(digest, ":")
	if !ok || algorithm != "sha256" || len(hex) != 64 {
		return nil, fmt.Errorf("digest %q: write it as sha256: and 64 hexadecimal digits", digest)
	}
	return map[string]string{algorithm: hex}, nil
}

// sameJSON tells whether two documents say the same, but for white space and escapes.
func sameJSON(a, b []byte) bool {
	normal := func(text []byte) []byte {
		var compact, escaped bytes.Buffer
		if json.Compact(&compact, text) != nil {
			return nil
		}
		// As encoding/json writes what it embeds.
		json.HTMLEscape(&escaped, compact.Bytes())
		return escaped.Bytes()
	}
	x, y := normal(a), normal(b)
	return x != nil && bytes.Equal(x, y)
}
