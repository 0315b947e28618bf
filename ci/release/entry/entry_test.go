package entry

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/ocitest"
	"github.com/octocode/octocode-ci/ci/release/publish"
)

// ask runs a command as a container would.
func ask(t *testing.T, command []string, into any) error {
	t.Helper()
	if command[0] != Program {
		t.Fatalf("the command is %q", command)
	}
	var out bytes.Buffer
	if err := run(t.Context(), command[1:], &out); err != nil {
		return err
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return nil
}

// archive is an image for a platform, with random layers.
func archive(t *testing.T, arch string) string {
	t.Helper()
	image, err := oci.NewImage(ocitest.Image(t, arch, 500, 2))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := image.Save(path, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return path
}

const bom = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"next"}]}`

// A release from the archives of two platforms to the files of its bundle.
func TestRelease(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true)))
	defer server.Close()
	dir := t.TempDir()
	private, public, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}

	amd, arm := archive(t, "amd64"), archive(t, "arm64")
	both := Canonical{Created: time.Unix(1700000000, 0), In: []string{arm, amd}, Out: filepath.Join(dir, "release.tar"),
		Platforms: []string{"linux/amd64", "linux/arm64"}}
	var made Result
	if err := ask(t, both.Command(), &made); err != nil || !slices.Equal(made.Platforms, both.Platforms) || made.Bytes == 0 {
		t.Fatalf("canonical: %+v, %v", made, err)
	}
	if err := ask(t, (Canonical{Created: both.Created, In: []string{amd}, Out: filepath.Join(dir, "x"), Platforms: both.Platforms}).Command(), &made); err == nil ||
		!strings.Contains(err.Error(), "there is no image for linux/arm64, only for linux/amd64") {
		t.Errorf("a platform is missing: %v", err)
	}
	if err := ask(t, (Platform{Archive: amd, Platform: "linux/arm64"}).Command(), &Result{}); err == nil || !strings.Contains(err.Error(), "no image for linux/arm64") {
		t.Errorf("another platform: %v", err)
	}
	if err := ask(t, (Platform{Archive: amd, Platform: "linux/amd64"}).Command(), &Result{}); err != nil {
		t.Errorf("the platform: %v", err)
	}
	for platform, want := range map[string]string{"linux/arm64": "", "": `platform "": there are images for linux/amd64 and linux/arm64, name one of them`} {
		var one Result
		err := ask(t, (Single{In: both.Out, Platform: platform, Out: filepath.Join(dir, "one.tar")}).Command(), &one)
		if want == "" && (err != nil || !slices.Equal(one.Platforms, []string{platform})) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("single %q: %+v, %v", platform, one, err)
		}
	}
	var same Result
	if err := ask(t, (Single{In: amd, Out: filepath.Join(dir, "one.tar")}).Command(), &same); err != nil || !slices.Equal(same.Platforms, []string{"linux/amd64"}) {
		t.Errorf("the only one: %+v, %v", same, err)
	}
	var found []oci.Difference
	if err := ask(t, (Compare{A: both.Out, B: both.Out}).Command(), &found); err != nil || len(found) != 0 {
		t.Errorf("compare with itself: %v, %v", found, err)
	}

	sbom := filepath.Join(dir, "sbom.json")
	if err := os.WriteFile(sbom, []byte(bom), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(KeyVariable, string(private))
	send := Publish{Release: publish.Release{Archive: both.Out, Repository: strings.TrimPrefix(server.URL, "http://") + "/shop", SBOM: sbom,
		Origin:     release.Origin{Version: "1.2.3", Commit: "0123456789abcdef0123456789abcdef01234567"},
		Provenance: attest.Provenance{Source: "https://example.com/shop", Builder: "https://example.com/ci"}}}
	var sent publish.Published
	if err := ask(t, send.Command(), &sent); err != nil {
		t.Fatal(err)
	}
	if sent.Digest != made.Digest || !slices.Equal(sent.Tags, []string{"1.2.3", "1.2", "1", "latest", "sha-0123456789ab"}) || !sent.Signed || len(sent.Attached) != 4 {
		t.Errorf("published: %+v %+v", sent.Pushed, sent)
	}
	if text := sent.Text(); !strings.Contains(text, "1.2.3, 1.2, 1, latest") || !strings.Contains(text, "linux/amd64, linux/arm64") || strings.Contains(text, "not signed") {
		t.Errorf("text:\n%s", text)
	}

	var verdict attest.Verdict
	if err := ask(t, (Verify{Image: sent.Reference, Key: public, Expect: attest.Expect{Source: "https://example.com/shop"}}).Command(), &verdict); err != nil || verdict.Err() != nil {
		t.Errorf("verify: %v, %v", err, verdict.Err())
	}
	if err := ask(t, (Verify{Image: sent.Reference, Key: public, Expect: attest.Expect{Source: "https://example.com/fork"}}).Command(), &verdict); err != nil || verdict.Err() == nil {
		t.Errorf("verify a fork: %v, %v", err, verdict.Err())
	}

	if err := ask(t, (Reach{Repository: send.Repository}).Command(), &struct{}{}); err != nil {
		t.Errorf("reach: %v", err)
	}
	if err := ask(t, (Reach{Repository: "registry.invalid/shop"}).Command(), &struct{}{}); err == nil || !strings.Contains(err.Error(), "registry.invalid cannot be reached") {
		t.Errorf("reach nothing: %v", err)
	}
	var fetched Fetched
	if err := ask(t, (Documents{Image: sent.Reference, Key: public, Version: "2.0.0", Out: filepath.Join(dir, "none")}).Command(), &fetched); err == nil ||
		!strings.Contains(err.Error(), "the image was signed as version 1.2.3, not as version 2.0.0") {
		t.Errorf("documents of another version: %v", err)
	}
	out := filepath.Join(dir, "documents")
	if err := ask(t, (Documents{Image: send.Repository + ":1.2.3", Key: public, Out: out}).Command(), &fetched); err != nil || fetched.Reference != sent.Reference {
		t.Fatalf("documents: %+v, %v", fetched, err)
	}
	for _, name := range []string{"sbom.cdx.json", "sbom.sigstore.json", "provenance.sigstore.json", "signature.sigstore.json"} {
		if text, err := os.ReadFile(filepath.Join(out, name)); err != nil || len(text) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, other, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := ask(t, (Documents{Image: sent.Reference, Key: other, Out: out}).Command(), &fetched); err == nil || !strings.Contains(err.Error(), "not to be trusted") {
		t.Errorf("documents with another key: %v", err)
	}
}

// Without a key the documents are there as well, and say that they are not signed.
func TestUnsignedDocuments(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	t.Setenv(KeyVariable, "")
	send := Publish{Release: publish.Release{Archive: archive(t, "amd64"), Repository: strings.TrimPrefix(server.URL, "http://") + "/shop",
		Origin:     release.Origin{Branch: "main", Commit: "0123456789abcdef0123456789abcdef01234567"},
		Provenance: attest.Provenance{Source: "https://example.com/shop", Builder: "https://example.com/ci"}}}
	var sent publish.Published
	if err := ask(t, send.Command(), &sent); err != nil || sent.Signed || !strings.Contains(sent.Text(), "not signed: give --key") {
		t.Fatalf("%+v, %v", sent, err)
	}
	out := t.TempDir()
	if err := ask(t, (Documents{Image: send.Repository + ":main", Out: out}).Command(), &Fetched{}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(out, "provenance.intoto.json")); err != nil || !strings.Contains(string(text), "slsa.dev/provenance/v1") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestBadCommands(t *testing.T) {
	for name, args := range map[string][]string{"none": nil, "unknown": {"rm", "{}"}, "no request": {"publish"}, "no JSON": {"publish", "{"}} {
		if err := run(t.Context(), args, io.Discard); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
