package publish

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/ocitest"
)

// archive is an image for linux/amd64 with random layers.
func archive(t *testing.T) string {
	t.Helper()
	image, err := oci.NewImage(ocitest.Image(t, "amd64", 500, 2))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := image.Save(path, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return path
}

// served is a registry; before may answer a request itself.
func served(t *testing.T, before func(w http.ResponseWriter, r *http.Request) bool) string {
	t.Helper()
	return ocitest.Registry(t, true, before)
}

func releaseTo(t *testing.T, host string) (r Release, private []byte, public attest.PublicKey) {
	t.Helper()
	private, text, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if public, err = attest.ParsePublicKey(text); err != nil {
		t.Fatal(err)
	}
	return Release{Archive: archive(t), Repository: host + "/shop", Origin: release.Origin{Version: "1.2.3", Commit: commit},
		Provenance: attest.Provenance{Source: "https://example.com/shop", Builder: "https://example.com/ci"}}, private, public
}

// A registry that dies at the second document has the image and one document,
// and no tag leads there; what is there is said, and a repeat finishes it.
func TestPublishDiesAtADocument(t *testing.T) {
	var documents atomic.Int64
	var dead atomic.Bool
	host := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/manifests/") && documents.Add(1) == 3 {
			dead.Store(true)
		}
		if !dead.Load() {
			return false
		}
		w.WriteHeader(http.StatusInsufficientStorage)
		return true
	})
	r, private, public := releaseTo(t, host)
	client := &oci.Registry{FirstWait: time.Millisecond}
	got, err := r.Publish(t.Context(), client, private, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "the image is there by its digest, with 1 of 2 documents; no tag was set; run it again to send the rest") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("%+v, %v", got, err)
	}
	if got == nil || got.Problem != err.Error() || !got.Image || len(got.Attached) != 1 || got.Signed || len(got.Tagged) != 0 {
		t.Errorf("%+v", got)
	}
	if text, err := json.Marshal(got); err != nil || !strings.Contains(string(text), `"documents":1,"tagged":[]`) {
		t.Errorf("%s, %v", text, err)
	}
	dead.Store(false)
	if tags, err := client.Tags(t.Context(), r.Repository); err != nil || len(tags) != 0 {
		t.Errorf("tags %v, %v", tags, err)
	}
	got, err = r.Publish(t.Context(), client, private, t.TempDir())
	if err != nil || got.Problem != "" || !got.Signed || len(got.Attached) != 2 || len(got.Tagged) != 5 {
		t.Fatalf("again: %+v, %v", got, err)
	}
	v, err := attest.Verify(t.Context(), client, r.Repository+":1.2.3", public, attest.Expect{NoSBOM: true, Version: "1.2.3"})
	if err != nil || v.Err() != nil {
		t.Error(err, v.Err())
	}
}

// A registry without the referrers API dies between a document and the tag that
// lists it: the document is there, and nobody would find it.
func TestPublishFinishesTheListOfDocuments(t *testing.T) {
	var dead atomic.Bool
	dead.Store(true)
	host := ocitest.Registry(t, false, func(w http.ResponseWriter, r *http.Request) bool {
		if !dead.Load() || r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/manifests/sha256-") {
			return false
		}
		w.WriteHeader(http.StatusInsufficientStorage)
		return true
	})
	r, private, public := releaseTo(t, host)
	client := &oci.Registry{FirstWait: time.Millisecond}
	if got, err := r.Publish(t.Context(), client, private, t.TempDir()); err == nil || !strings.Contains(err.Error(), "with 0 of 2 documents; no tag was set") {
		t.Fatalf("%+v, %v", got, err)
	}
	dead.Store(false)
	if _, err := r.Publish(t.Context(), client, private, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if v, err := attest.Verify(t.Context(), client, r.Repository+":1.2.3", public, attest.Expect{NoSBOM: true}); err != nil || v.Err() != nil {
		t.Error(err, v.Err())
	}
}

// A registry that dies at the second tag.
func TestPublishDiesAtATag(t *testing.T) {
	var dead atomic.Bool
	dead.Store(true)
	host := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !dead.Load() || r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, "/manifests/1.2") {
			return false
		}
		w.WriteHeader(http.StatusInsufficientStorage)
		return true
	})
	r, private, _ := releaseTo(t, host)
	client := &oci.Registry{FirstWait: time.Millisecond}
	got, err := r.Publish(t.Context(), client, private, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "(tagged 1.2.3 only; run it again") || len(got.Attached) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	dead.Store(false)
	if got, err = r.Publish(t.Context(), client, private, t.TempDir()); err != nil || len(got.Tagged) != 5 {
		t.Errorf("again: %+v, %v", got, err)
	}
}

// Build metadata makes a version of its own, which never becomes another image.
func TestPublishKeepsAVersionWithMetadata(t *testing.T) {
	host := served(t, nil)
	r, private, public := releaseTo(t, host)
	r.Origin.Version = "1.2.3+build.5"
	client := &oci.Registry{FirstWait: time.Millisecond}
	if _, err := r.Publish(t.Context(), client, private, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	v, err := attest.Verify(t.Context(), client, r.Repository+":1.2.3_build.5", public, attest.Expect{NoSBOM: true, Version: "1.2.3+build.5"})
	if err != nil || v.Err() != nil {
		t.Error(err, v.Err())
	}
	r.Archive = archive(t)
	if _, err := r.Publish(t.Context(), client, private, t.TempDir()); err == nil || !strings.Contains(err.Error(), "1.2.3_build.5 is another image already") {
		t.Errorf("another image: %v", err)
	}
}

// GHCR and Docker Hub send a client to a token endpoint first.
func TestPublishWithATokenEndpoint(t *testing.T) {
	var host string
	var mutex sync.Mutex
	var scopes []string
	var asked atomic.Int64
	host = served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/token" {
			asked.Add(1)
			if user, password, _ := r.BasicAuth(); user != "ci" || password != "s3cret" {
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
			mutex.Lock()
			defer mutex.Unlock()
			for _, scope := range r.URL.Query()["scope"] {
				if !slices.Contains(scopes, scope) {
					scopes = append(scopes, scope)
				}
			}
			_, _ = io.WriteString(w, `{"token":"for-an-hour","expires_in":3600}`)
			return true
		}
		if r.Header.Get("Authorization") != "Bearer for-an-hour" {
			w.Header().Set("WWW-Authenticate", `Bearer realm="http://`+host+`/token",service="registry"`)
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		return false
	})
	r, private, public := releaseTo(t, host)
	client := &oci.Registry{User: "ci", Password: "s3cret", FirstWait: time.Millisecond}
	if got, err := r.Publish(t.Context(), client, private, t.TempDir()); err != nil || len(got.Tagged) != 5 {
		t.Fatalf("%+v, %v", got, err)
	}
	if !slices.Contains(scopes, "repository:shop:push,pull") || !slices.Contains(scopes, "repository:shop:pull") {
		t.Errorf("scopes %q", scopes)
	}
	if v, err := attest.Verify(t.Context(), client, r.Repository+":1.2.3", public, attest.Expect{NoSBOM: true}); err != nil || v.Err() != nil {
		t.Error(err, v.Err())
	}
	before := asked.Load()
	client.Password = "wrong"
	if _, err := r.Publish(t.Context(), client, private, t.TempDir()); err == nil || !strings.Contains(err.Error(), `refuses the credentials of "ci" (401)`) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("wrong password: %v", err)
	}
	if tries := asked.Load() - before; tries > 3 {
		t.Errorf("the wrong password was tried %d times", tries)
	}
	for want, half := range map[string]*oci.Registry{
		"there is no password for the user ci": {User: "ci"}, "there is a password but no user": {Password: "s3cret"},
	} {
		if _, err := r.Publish(t.Context(), half, private, t.TempDir()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("half of the credentials: %v, want %q", err, want)
		}
	}
}
