package attest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/octocode/octocode-ci/ci/release/oci"
)

// Whoever may push moves the tag of a version to an older release, whose
// signature, provenance and SBOM are all in order.
func TestVerifyFindsAMovedTag(t *testing.T) {
	r := releaseOf(t, true)
	r.attach(t, r.full())
	from, err := name.NewTag(r.reference)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{r.host + "/shop:1.2.4", r.host + "/shop:1.2", r.host + "/copy:1.2.3"} {
		tag, err := name.NewTag(to)
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(tag, image); err != nil {
			t.Fatal(err)
		}
	}
	r.reference = r.host + "/shop:1.2.4"
	if got := r.verify(t, Expect{}); !strings.Contains(got, "signature: the image was signed as 1.2.3, latest, not as 1.2.4: somebody has moved the tag") {
		t.Errorf("moved: %s", got)
	}
	// What moves by its nature is no proof; the version can be asked for.
	r.reference = r.host + "/shop:1.2"
	if got := r.verify(t, Expect{}); got != "" {
		t.Error(got)
	}
	if got := r.verify(t, Expect{Version: "v1.2.4"}); !strings.Contains(got, "signature: the image was signed as version 1.2.3, not as version 1.2.4") {
		t.Errorf("another version: %s", got)
	}
	// A copy carries the documents of where it comes from.
	documents, err := r.full().Documents(r.host+"/shop", r.digest)
	if err != nil {
		t.Fatal(err)
	}
	r.reference = r.host + "/copy:1.2.3"
	r.beside(t, documents...)
	if got := r.verify(t, Expect{}); !strings.Contains(got, "signature: it was signed for "+r.host+"/shop, not for "+r.host+"/copy") {
		t.Errorf("another repository: %s", got)
	}
	if got := r.verify(t, Expect{Repository: r.host + "/shop"}); got != "" {
		t.Errorf("a mirror: %s", got)
	}
}

// The image of a branch that becomes a release is signed twice, and each
// signature stands for its names.
func TestVerifyTakesAnyOfSeveralSignatures(t *testing.T) {
	r := releaseOf(t, true)
	branch := r.full()
	branch.Version, branch.Tags = "", []string{"main"}
	r.attach(t, branch)
	if got := r.verify(t, Expect{Version: "1.2.3"}); !strings.Contains(got, "the image was signed as main, not as 1.2.3") {
		t.Error(got)
	}
	r.attach(t, r.full())
	if got := r.verify(t, Expect{Version: "1.2.3"}); got != "" {
		t.Error(got)
	}
}

func TestVerifyRefusesASignatureWithoutNames(t *testing.T) {
	r := releaseOf(t, true)
	s, err := NewStatement("shop", r.digest, Release, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	r.signed(t, s)
	if got := r.verify(t, Expect{}); !strings.Contains(got, "signature: it names no repository: publish the image once more") {
		t.Error(got)
	}
}

// signed attaches a statement that our key has signed, whatever it says.
func (r *released) signed(t *testing.T, s *Statement) {
	t.Helper()
	text, err := Sign(r.key, s)
	if err != nil {
		t.Fatal(err)
	}
	r.beside(t, artifactOf(BundleType, string(text)))
}

func artifactOf(kind, text string) oci.Artifact { return oci.Artifact{Type: kind, Data: []byte(text)} }

// Scanners give each SBOM a serial number and a time of its own.
func TestVerifyTakesARepeatWithANewSBOM(t *testing.T) {
	r := releaseOf(t, true)
	for _, serial := range []string{"first", "second"} {
		a := r.full()
		a.SBOM = []byte(strings.Replace(sbom, "{", `{"serialNumber": "`+serial+`", "metadata": {"timestamp": "`+time.Now().Format(time.RFC3339Nano)+`"}, `, 1))
		r.attach(t, a)
	}
	if got := r.verify(t, Expect{}); got != "" {
		t.Error(got)
	}
}

// Two workflows have built the same image, both with the key.
func TestVerifyTakesAnyOfSeveralProvenances(t *testing.T) {
	r := releaseOf(t, true)
	first := r.full()
	first.Provenance.Builder = "https://example.com/main"
	r.attach(t, first)
	r.attach(t, r.full())
	for _, builder := range []string{"https://example.com/main", "https://example.com/ci"} {
		if got := r.verify(t, Expect{Builder: builder}); got != "" {
			t.Errorf("%s: %s", builder, got)
		}
	}
	if got := r.verify(t, Expect{Builder: "https://example.com/laptop"}); !strings.Contains(got, "provenance: the builder is https://example.com/") {
		t.Error(got)
	}
}

func TestVerifyReadsAllOfTheProvenance(t *testing.T) {
	for fault, want := range map[[2]string]string{
		{"release/v1", "release/v9"}:                                     "it is of another kind of build",
		{`"gitCommit":"4bd8`, `"gitCommit":"ffff`}:                       "is not the source and the commit that it names",
		{`"uri":"git+https://example.com/`, `"uri":"git+https://evil./`}: "is not the source and the commit that it names",
	} {
		r := releaseOf(t, true)
		s, err := provenance().Statement("shop", r.digest)
		if err != nil {
			t.Fatal(err)
		}
		changed := bytes.Replace(s.Predicate, []byte(fault[0]), []byte(fault[1]), 1)
		if bytes.Equal(changed, s.Predicate) {
			t.Fatalf("no %s in %s", fault[0], s.Predicate)
		}
		s.Predicate = json.RawMessage(changed)
		r.signed(t, s)
		if got := r.verify(t, Expect{}); !strings.Contains(got, "provenance: ") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", fault[1], got)
		}
	}
}

// What a verified release is deployed with is what was signed, not what lies
// beside it.
func TestFilesOfAVerdict(t *testing.T) {
	r := releaseOf(t, true)
	a := r.full()
	a.SBOM = nil
	r.attach(t, a)
	r.beside(t, artifactOf(SBOMType, `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"planted"}]}`))
	v, err := Verify(t.Context(), r.registry, r.reference, r.public, Expect{NoSBOM: true})
	if err != nil || v.Err() != nil {
		t.Fatal(err, v.Err())
	}
	if files := v.Files(); len(files) != 2 || files["signature.sigstore.json"] == nil || files["provenance.sigstore.json"] == nil {
		t.Errorf("%q", files)
	}
	if files := Files(r.documents(t), r.digest); !strings.Contains(string(files["sbom.cdx.json"]), "planted") {
		t.Errorf("without a key: %q", files)
	}
}
