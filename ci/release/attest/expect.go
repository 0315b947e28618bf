package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Expect is what a release has to say of itself; what is empty may be anything.
type Expect struct {
	Source  string `json:"source,omitempty"`
	Commit  string `json:"commit,omitempty"`
	Builder string `json:"builder,omitempty"`
	// Version is that of the release, with or without "v".
	Version string `json:"version,omitempty"`
	// Repository is where it was published; default that of the image. A mirror
	// has another.
	Repository string `json:"repository,omitempty"`
	// NoSBOM is right for a release that has none.
	NoSBOM bool `json:"noSBOM,omitempty"`
	// tag is that of the image, if it was asked for by one.
	tag string
}

// statements are those about one image that a key has signed.
type statements struct {
	digest string
	good   []*signed
	bad    error
	others int
}

// signed is a statement, and the bundle that it comes in.
type signed struct {
	*Statement
	bundle []byte
}

func (s *statements) take(statement *Statement, bundle []byte, err error) {
	switch {
	case err != nil:
		s.bad = err
	case !statement.About(s.digest):
		s.others++
	default:
		s.good = append(s.good, &signed{statement, bundle})
	}
}

// first gives the first statement of a type that passes, else what is wrong
// with the first. Others beside it do no harm: who builds the same image twice
// signs it twice, and anybody who may push can add a bundle of another key.
func (s *statements) first(predicateType string, check func(*Statement) (string, error)) (*signed, string, error) {
	var wrong error
	for _, statement := range s.good {
		if statement.PredicateType != predicateType {
			continue
		}
		message, err := check(statement.Statement)
		if err == nil {
			return statement, message, nil
		}
		if wrong == nil {
			wrong = err
		}
	}
	switch {
	case wrong != nil:
		return nil, "", wrong
	case s.bad != nil:
		return nil, "", s.bad
	case s.others > 0:
		return nil, "", errors.New("what is attached was signed for another image")
	}
	return nil, "", errors.New("there is none")
}

// release checks under which names the image was signed: whoever may push can
// give the tag of a version to another image, whose digest was signed as well.
func (e Expect) release(s *Statement) (string, error) {
	var n names
	if err := json.Unmarshal(s.Predicate, &n); err != nil || n.Repository == "" {
		return "", errors.New("it names no repository: publish the image once more, with the same key")
	}
	if n.Repository != e.Repository {
		return "", fmt.Errorf("it was signed for %s, not for %s", n.Repository, e.Repository)
	}
	if len(release.FixedTags([]string{e.tag})) > 0 && !slices.Contains(n.Tags, e.tag) {
		return "", fmt.Errorf("the image was signed as %s, not as %s: somebody has moved the tag", strings.Join(n.Tags, ", "), e.tag)
	}
	if want := strings.TrimPrefix(e.Version, "v"); want != "" && n.Version != want {
		have := "version " + n.Version
		if n.Version == "" {
			have = strings.Join(n.Tags, ", ") + ", which is no version"
		}
		return "", fmt.Errorf("the image was signed as %s, not as version %s", have, want)
	}
	return "of this key, as " + n.Repository + " " + strings.Join(n.Tags, ", "), nil
}

func (e Expect) provenance(s *Statement) (string, error) {
	p, err := provenanceOf(s)
	if err != nil {
		return "", err
	}
	for _, c := range []struct{ name, want, got string }{
		{"source", e.Source, p.Source}, {"commit", e.Commit, p.Commit}, {"builder", e.Builder, p.Builder},
	} {
		if c.want != "" && c.want != c.got {
			return "", fmt.Errorf("the %s is %s, not %s", c.name, c.got, c.want)
		}
	}
	return fmt.Sprintf("%s at %s, built by %s", p.Source, p.Commit, p.Builder), nil
}

// sbom compares the SBOMs that scanners find with the signed ones: each has to
// be one of them. A second publish may bring another, with a new serial number.
func (s *statements) sbom(first *Statement, documents []oci.Artifact) (string, error) {
	n, err := CheckSBOM(first.Predicate)
	if err != nil {
		return "", err
	}
	for _, d := range documents {
		if d.Type == SBOMType && !slices.ContainsFunc(s.good, func(o *signed) bool {
			return o.PredicateType == CycloneDX && sameJSON(d.Data, o.Predicate)
		}) {
			return "", errors.New("an SBOM beside the image is another than the signed one")
		}
	}
	return fmt.Sprintf("%d components", n), nil
}
