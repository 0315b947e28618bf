package attest

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/octocode/octocode-ci/ci/release/oci"
)

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
	files  map[string][]byte
}

// Files are the documents that have passed, as the key has signed them, under
// the names of Files. They are those that were looked at: nothing is read again.
func (v *Verdict) Files() map[string][]byte { return v.files }

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

// keep puts a document that has passed among the files.
func (v *Verdict) keep(s *signed) {
	v.files[fileNames[s.PredicateType]+signedEnd] = s.bundle
	if s.PredicateType == CycloneDX {
		v.files[sbomFile] = s.Predicate
	}
}

// Verify looks at an image and all that was attached to it: is every layer what
// its digest says, has the key signed image, provenance and SBOM, and do they
// say what is expected? A tag that is a full version has to be one that was
// signed, and so has the repository. An error means that this could not be
// found out.
func Verify(ctx context.Context, r *oci.Registry, reference string, key PublicKey, expect Expect) (*Verdict, error) {
	subject, _, err := r.Resolve(ctx, reference)
	if err != nil {
		return nil, err
	}
	if expect.Repository == "" {
		expect.Repository = subject.Context().Name()
	}
	expect.tag = oci.TagOf(reference)
	digest := subject.DigestStr()
	v := &Verdict{Image: reference, Digest: digest, files: map[string][]byte{}}
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
	all := statements{digest: digest}
	for _, d := range documents {
		if d.Type == BundleType {
			s, err := Open(key, d.Data)
			all.take(s, d.Data, err)
		}
	}
	checks := []struct {
		name, predicateType string
		check               func(*Statement) (string, error)
	}{
		{"signature", Release, expect.release},
		{"provenance", SLSA, expect.provenance},
		{"sbom", CycloneDX, func(s *Statement) (string, error) { return all.sbom(s, documents) }},
	}
	for _, c := range checks {
		if c.predicateType == CycloneDX && expect.NoSBOM {
			continue
		}
		s, message, err := all.first(c.predicateType, c.check)
		v.add(c.name, message, err)
		if err == nil {
			v.keep(s)
		}
	}
	return v, nil
}
