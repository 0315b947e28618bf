package attest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Expect is what a release has to say of itself; what is empty may be anything.
type Expect struct {
	Source  string `json:"source,omitempty"`
	Commit  string `json:"commit,omitempty"`
	Builder string `json:"builder,omitempty"`
	// NoSBOM is right for a release that has none.
	NoSBOM bool `json:"noSBOM,omitempty"`
}

// Check is one thing that was looked at.
type Check struct {
	Name    string `json:"name"`
	Passed  bool   `json:"passed"`
	Message string `json:"message"`
}

// Verdict is what is known about a release.
type Verdict struct {
	Image  string  `json:"image"`
	Digest string  `json:"digest"`
	Checks []Check `json:"checks"`
}

// Err says what has failed, in one line; nil if nothing has.
func (v *Verdict) Err() error {
	var failed []string
	for _, c := range v.Checks {
		if !c.Passed {
			failed = append(failed, c.Name+": "+c.Message)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("%s is not to be trusted: %s", v.Image, strings.Join(failed, "; "))
}

// Text is the verdict for people.
func (v *Verdict) Text() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CHECK\tRESULT\tDETAIL")
	for _, c := range v.Checks {
		result := "passed"
		if !c.Passed {
			result = "failed"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, result, c.Message)
	}
	_ = w.Flush()
	return text.String()
}

func (v *Verdict) add(name, message string, err error) {
	if err != nil {
		message = err.Error()
	}
	v.Checks = append(v.Checks, Check{Name: name, Passed: err == nil, Message: message})
}

// Verify looks at an image and all that was attached to it: is every layer what
// its digest says, has the key signed image, provenance and SBOM, and do they
// say what is expected? An error means that this could not be found out.
func Verify(ctx context.Context, r *oci.Registry, reference string, key PublicKey, expect Expect) (*Verdict, error) {
	subject, _, err := r.Resolve(ctx, reference)
	if err != nil {
		return nil, err
	}
	digest := subject.DigestStr()
	v := &Verdict{Image: reference, Digest: digest}
	// By digest: a tag may move between two questions.
	image, err := r.Pull(ctx, subject.String())
	if err == nil {
		err = oci.Validate(image)
	}
	v.add("image", "every layer is what its digest says", err)
	documents, err := r.Artifacts(ctx, subject, BundleType, SBOMType)
	if err != nil {
		v.add("attachments", "", err)
		return v, nil
	}
	signed := statements{digest: digest}
	for _, d := range documents {
		if d.Type == BundleType {
			s, err := Open(key, d.Data)
			signed.take(s, err)
		}
	}
	_, err = signed.find(Release)
	v.add("signature", "of this key, of this image", err)
	s, err := signed.find(SLSA)
	message := ""
	if err == nil {
		message, err = expect.provenance(s)
	}
	v.add("provenance", message, err)
	if !expect.NoSBOM {
		s, err = signed.find(CycloneDX)
		if err == nil {
			message, err = sameSBOM(s, documents)
		}
		v.add("sbom", message, err)
	}
	return v, nil
}

// statements are those about one image that a key has signed.
type statements struct {
	digest string
	good   []*Statement
	bad    error
	others int
}

func (s *statements) take(statement *Statement, err error) {
	switch {
	case err != nil:
		s.bad = err
	case !statement.About(s.digest):
		s.others++
	default:
		s.good = append(s.good, statement)
	}
}

// find gives the first statement of a type. A bundle of another key beside it
// does no harm: anybody who may push can add one.
func (s *statements) find(predicateType string) (*Statement, error) {
	for _, statement := range s.good {
		if statement.PredicateType == predicateType {
			return statement, nil
		}
	}
	switch {
	case s.bad != nil:
		return nil, s.bad
	case s.others > 0:
		return nil, errors.New("what is attached was signed for another image")
	}
	return nil, errors.New("there is none")
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

// sameSBOM compares the SBOM that scanners find with the signed one.
func sameSBOM(s *Statement, documents []oci.Artifact) (string, error) {
	n, err := CheckSBOM(s.Predicate)
	if err != nil {
		return "", err
	}
	for _, d := range documents {
		if d.Type == SBOMType && !sameJSON(d.Data, s.Predicate) {
			return "", errors.New("an SBOM beside the image is another than the signed one")
		}
	}
	return fmt.Sprintf("%d components", n), nil
}
