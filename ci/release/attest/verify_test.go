package attest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/ocitest"
)

// released is an image in a registry, with all its documents.
type released struct {
	host, reference, digest string
	registry                *oci.Registry
	key                     PrivateKey
	public                  PublicKey
	// change is applied to everything that the registry gives back.
	change func(path string, body []byte) []byte
}

func releaseOf(t *testing.T, referrers bool) *released {
	t.Helper()
	r := &released{registry: &oci.Registry{FirstWait: time.Millisecond}}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(referrers))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if r.change == nil || req.Method != http.MethodGet {
			inner.ServeHTTP(w, req)
			return
		}
		answer := httptest.NewRecorder()
		inner.ServeHTTP(answer, req)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(r.change(req.URL.Path, answer.Body.Bytes()))
	}))
	t.Cleanup(server.Close)
	r.host = strings.TrimPrefix(server.URL, "http://")
	image, err := oci.NewImage(ocitest.Image(t, "amd64", 2000, 3))
	if err != nil {
		t.Fatal(err)
	}
	pushed, err := r.registry.Push(t.Context(), image, oci.Push{Repository: r.host + "/shop", Tags: []string{"1.2.3"}})
	if err != nil {
		t.Fatal(err)
	}
	r.reference, r.digest = r.host+"/shop:1.2.3", pushed.Digest
	r.key, r.public = keys(t)
	return r
}

func (r *released) attach(t *testing.T, a Attachments) {
	t.Helper()
	documents, err := a.Documents(r.host+"/shop", r.digest)
	if err != nil {
		t.Fatal(err)
	}
	r.beside(t, documents...)
}

func (r *released) beside(t *testing.T, documents ...oci.Artifact) {
	t.Helper()
	if n, err := r.registry.Attach(t.Context(), r.reference, documents...); err != nil || n != len(documents) {
		t.Fatalf("attached %d of %d: %v", n, len(documents), err)
	}
}

// documents are all that there are, of any type.
func (r *released) documents(t *testing.T) []oci.Artifact {
	t.Helper()
	subject, _, err := r.registry.Resolve(t.Context(), r.reference)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := r.registry.Artifacts(t.Context(), subject, DocumentTypes...)
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

func (r *released) full() Attachments {
	return Attachments{Provenance: provenance(), SBOM: []byte(sbom), Key: &r.key, Version: "v1.2.3", Tags: []string{"1.2.3", "latest"}}
}

func (r *released) verify(t *testing.T, expect Expect) string {
	t.Helper()
	v, err := Verify(t.Context(), r.registry, r.reference, r.public, expect)
	if err == nil {
		err = v.Err()
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestVerify(t *testing.T) {
	for name, referrers := range map[string]bool{"referrers API": true, "tag instead": false} {
		t.Run(name, func(t *testing.T) {
			r := releaseOf(t, referrers)
			if got := r.verify(t, Expect{}); !strings.Contains(got, "signature: there is none; provenance: there is none; sbom: there is none") {
				t.Errorf("bare image: %s", got)
			}
			r.attach(t, Attachments{Provenance: provenance(), SBOM: []byte(sbom)})
			if got := r.verify(t, Expect{}); !strings.Contains(got, "signature: there is none") {
				t.Errorf("unsigned: %s", got)
			}
			r.attach(t, r.full())
			there := len(r.documents(t))
			r.attach(t, r.full())
			if again := len(r.documents(t)); again != there {
				t.Errorf("a repeat has made %d documents of %d", again, there)
			}
			if got := r.verify(t, Expect{Source: "https://example.com/shop.git", Commit: provenance().Commit, Version: "1.2.3"}); got != "" {
				t.Error(got)
			}
			for expect, want := range map[Expect]string{
				{Source: "https://example.com/fork.git"}: "the source is https://example.com/shop.git, not https://example.com/fork.git",
				{Commit: "0000000"}:                      "the commit is 4bd8dfb",
				{Builder: "https://example.com/laptop"}:  "the builder is",
				{Version: "1.2.4"}:                       "the image was signed as version 1.2.3, not as version 1.2.4",
				{Repository: "example.com/shop"}:         "it was signed for " + r.host + "/shop, not for example.com/shop",
			} {
				if got := r.verify(t, expect); !strings.Contains(got, want) {
					t.Errorf("%+v: %s", expect, got)
				}
			}
			_, r.public = keys(t)
			if got := r.verify(t, Expect{}); !strings.Contains(got, "signature: it was not signed with this key") {
				t.Errorf("another key: %s", got)
			}
		})
	}
}

func TestVerifyIsNotDisturbedByStrangers(t *testing.T) {
	r := releaseOf(t, true)
	r.attach(t, r.full())
	stranger, _ := keys(t)
	a := r.full()
	a.Key, a.Provenance.Source = &stranger, "https://example.com/evil.git"
	r.attach(t, a)
	if got := r.verify(t, Expect{Source: "https://example.com/shop.git"}); got != "" {
		t.Error(got)
	}
}

func TestVerifyFindsDocumentsOfAnotherImage(t *testing.T) {
	r := releaseOf(t, true)
	documents, err := r.full().Documents("shop", other)
	if err != nil {
		t.Fatal(err)
	}
	r.beside(t, documents...)
	if got := r.verify(t, Expect{}); !strings.Contains(got, "signed for another image") {
		t.Error(got)
	}
}

func TestVerifyFindsAnSBOMThatWasReplaced(t *testing.T) {
	r := releaseOf(t, true)
	r.attach(t, r.full())
	changed := strings.Replace(sbom, "next", "nexT", 1)
	r.beside(t, oci.Artifact{Type: SBOMType, Data: []byte(changed)})
	if got := r.verify(t, Expect{}); !strings.Contains(got, "sbom: an SBOM beside the image is another than the signed one") {
		t.Error(got)
	}
}

// A registry that gives back one byte too different, of whatever there is.
func TestVerifyFindsOneFlippedByte(t *testing.T) {
	r := releaseOf(t, true)
	r.attach(t, r.full())
	paths := map[string]bool{}
	r.change = func(path string, body []byte) []byte {
		if strings.Contains(path, "/blobs/") || strings.Contains(path, "/manifests/") {
			paths[path] = true
		}
		return body
	}
	if got := r.verify(t, Expect{}); got != "" {
		t.Fatal(got)
	}
	// Manifest, configuration and three layers; four documents with a manifest
	// each, and their empty configuration is not asked for.
	if len(paths) != 5+8 {
		t.Errorf("%d parts were read: %v", len(paths), paths)
	}
	for part := range paths {
		r.change = func(path string, body []byte) []byte {
			if path == part && len(body) > 0 {
				body[len(body)/2] ^= 1
			}
			return body
		}
		if got := r.verify(t, Expect{}); got == "" {
			t.Errorf("one byte of %s was changed, and the release verifies", part)
		} else if strings.Contains(got, "\n") {
			t.Errorf("several lines: %s", got)
		}
	}
}
