package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/publish"
	"github.com/spf13/cobra"
)

// octocode runs a command as main does; an error is exit code 1.
func octocode(t *testing.T, args ...string) (out, log string, err error) {
	t.Helper()
	root := &cobra.Command{Use: "octocode", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(releaseCommands()...)
	var stdout, stderr bytes.Buffer
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	root.SetArgs(args)
	err = root.ExecuteContext(t.Context())
	return stdout.String(), stderr.String(), err
}

// fails makes sure that a command fails with one line that says want.
func fails(t *testing.T, want string, args ...string) {
	t.Helper()
	if _, _, err := octocode(t, args...); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("octocode %s: got %v, want one line with %q", strings.Join(args, " "), err, want)
	}
}

// clean keeps the variables of this machine out.
func clean(t *testing.T) {
	for _, name := range []string{"REGISTRY_USER", "REGISTRY_PASSWORD", "SIGNING_KEY", "SOURCE_DATE_EPOCH"} {
		t.Setenv(name, "")
	}
}

// archive is an image for a platform, with random layers.
func archive(t *testing.T, name string) string {
	t.Helper()
	img, err := random.Image(300, 2)
	if err != nil {
		t.Fatal(err)
	}
	img, err = mutate.ConfigFile(img, &v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: must(t, img).RootFS})
	if err != nil {
		t.Fatal(err)
	}
	image, err := oci.NewImage(img)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := image.Save(path, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return path
}

func must(t *testing.T, img v1.Image) *v1.ConfigFile {
	t.Helper()
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

const commit = "0123456789abcdef0123456789abcdef01234567"

// A release from key to verdict, as the README has it.
func TestPublishAndVerify(t *testing.T) {
	clean(t)
	var dead atomic.Bool
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if dead.Load() && r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/latest") {
			w.WriteHeader(http.StatusInsufficientStorage)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	repository := strings.TrimPrefix(server.URL, "http://") + "/shop"
	keys := t.TempDir()
	if _, _, err := octocode(t, "release-key", "--dir", keys); err != nil {
		t.Fatal(err)
	}
	key, public := filepath.Join(keys, "release.key"), filepath.Join(keys, "release.pub")
	sbom := filepath.Join(keys, "sbom.json")
	if err := os.WriteFile(sbom, []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"next"}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	image := archive(t, "image.tar")
	publishing := []string{"publish", "--archive", image, "--repository", repository, "--version", "1.2.3", "--commit", commit, "--source", "https://example.com/shop",
		"--builder", "https://example.com/ci", "--sbom", sbom, "--key", key, "--input", "platforms=linux/amd64,linux/arm64",
		"--material", "docker://debian:13?platform=linux/amd64=sha256:" + strings.Repeat("a", 64)}

	out, _, err := octocode(t, append(publishing, "--dry-run")...)
	if err != nil || !strings.Contains(out, "dry run: nothing was sent") {
		t.Errorf("dry run: %v\n%s", err, out)
	}
	fails(t, "has no shop of that name (404)", "verify-release", "--image", repository+":1.2.3", "--key", public)

	dead.Store(true)
	out, _, err = octocode(t, append(publishing, "--json")...)
	var sent publish.Published
	if err == nil || !strings.Contains(err.Error(), "tagged 1.2.3, 1.2, 1 only") {
		t.Errorf("a registry that dies: %v", err)
	}
	if err := json.Unmarshal([]byte(out), &sent); err != nil || len(sent.Tagged) != 3 || !sent.Image || !strings.Contains(sent.Problem, "507") {
		t.Errorf("what is there: %v\n%s", err, out)
	}
	dead.Store(false)
	if out, _, err = octocode(t, append(publishing, "--json")...); err != nil {
		t.Fatal(err)
	}
	sent = publish.Published{}
	if err := json.Unmarshal([]byte(out), &sent); err != nil || len(sent.Tagged) != 5 || !sent.Signed || sent.Problem != "" {
		t.Errorf("again: %v\n%s", err, out)
	}

	verifying := []string{"verify-release", "--image", repository + ":1.2.3", "--key", public}
	if out, _, err := octocode(t, append(verifying, "--version", "1.2.3", "--commit", commit, "--source", "https://example.com/shop")...); err != nil || strings.Count(out, "passed") != 4 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	out, _, err = octocode(t, append(verifying, "--commit", strings.Repeat("f", 40), "--json")...)
	var verdict attest.Verdict
	if err == nil || !strings.Contains(err.Error(), "is not to be trusted: provenance: the commit is "+commit) || json.Unmarshal([]byte(out), &verdict) != nil || len(verdict.Checks) != 4 {
		t.Errorf("another commit: %v\n%s", err, out)
	}
	fails(t, "the image was signed as version 1.2.3, not as version 2.0.0", append(verifying, "--version", "2.0.0")...)
	fails(t, "it was signed for "+repository, append(verifying, "--repository", "example.com/shop")...)
	fails(t, "--image and --key are needed", "verify-release", "--image", repository+":1.2.3")
	fails(t, "it cannot be read", "verify-release", "--image", repository+":1.2.3", "--key", "/none")
	fails(t, "this is something else", "verify-release", "--image", repository+":1.2.3", "--key", key)
	publishing[2] = archive(t, "other.tar")
	fails(t, "1.2.3 is another image already", publishing...)
}

func TestPublishRefuses(t *testing.T) {
	clean(t)
	at := func(args ...string) []string {
		return append([]string{"publish", "--repository", "registry.invalid/shop", "--version", "1.2.3", "--commit", commit}, args...)
	}
	provenance := []string{"--source", "https://example.com/shop", "--builder", "https://example.com/ci"}
	fails(t, "repository: say where to push", "publish", "--version", "1.2.3")
	fails(t, "no semantic version", at("--version", "1.2")...)
	fails(t, "leave user, token and all behind ? out", at("--source", "https://ci:s3cret@example.com/shop", "--builder", "https://example.com/ci")...)
	fails(t, "the input source is given by the provenance itself", at(append(provenance, "--input", "source=x")...)...)
	fails(t, "input 1: write it as NAME=VALUE", at(append(provenance, "--input", "x")...)...)
	fails(t, "material debian: digest", at(append(provenance, "--material", "debian=13")...)...)
	fails(t, "--key /none: it cannot be read", at("--key", "/none")...)
	fails(t, "image.tar: there is no such file", at("--archive", filepath.Join(t.TempDir(), "image.tar"))...)
	fails(t, "there is no password for the user ci", at("--archive", archive(t, "image.tar"), "--user", "ci")...)
}

func TestReleaseKey(t *testing.T) {
	dir := t.TempDir()
	out, _, err := octocode(t, "release-key", "--dir", dir, "--dry-run")
	if entries, _ := os.ReadDir(dir); err != nil || !strings.Contains(out, "would write "+filepath.Join(dir, "release.key")) || len(entries) != 0 {
		t.Errorf("dry run: %v, %v\n%s", err, entries, out)
	}
	if _, _, err := octocode(t, "release-key", "--dir", dir); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "release.key")
	before, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	fails(t, "release.key is there already", "release-key", "--dir", dir)
	fails(t, "release.key is there already", "release-key", "--dir", dir, "--dry-run")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	fails(t, "release.pub is there already", "release-key", "--dir", dir)
	if _, err := os.Stat(key); err == nil || len(before) == 0 {
		t.Error("a key was written beside the public key of another")
	}
	fails(t, "it cannot be written to", "release-key", "--dir", filepath.Join(dir, "none"))
}

func TestImageCompare(t *testing.T) {
	clean(t)
	a, b := archive(t, "a.tar"), archive(t, "b.tar")
	if out, _, err := octocode(t, "image", "compare", a, a); err != nil || out != "" {
		t.Errorf("the same: %v\n%s", err, out)
	}
	fails(t, "the images differ in ", "image", "compare", a, b)
	out, _, err := octocode(t, "image", "compare", a, b, "--json")
	var found []oci.Difference
	if err == nil || json.Unmarshal([]byte(out), &found) != nil || len(found) == 0 {
		t.Errorf("%v\n%s", err, out)
	}
	fails(t, "there is no such file", "image", "compare", a, "/none")
	fails(t, `--created "0": give the time of the commit`, "image", "canonical", "--created", "0", a, filepath.Join(t.TempDir(), "out.tar"))
}

func TestReleaseBundle(t *testing.T) {
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "release")
	for name, text := range map[string]string{"c.yml": "services: { app: { image: \"${APP_IMAGE}\", env_file: [app.env] } }\n", "app.env": "A=1\n", "NOTES.md": "# 1.0.0\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bundling := []string{"release-bundle", "--version", "1.0.0", "--docker", dir, "--file", "c.yml", "--out", out, "--image", "APP_IMAGE=example.com/shop@sha256:" + strings.Repeat("a", 64)}
	notes := []string{"--configuration", "app.env", "--document", filepath.Join(dir, "NOTES.md")}
	fails(t, "give the file or its folder as --configuration", append(bundling, "--configuration", "NOTES.md")...)
	fails(t, "there are two files NOTES.md", append(append(bundling, notes...), notes...)...)
	text, _, err := octocode(t, append(append(bundling, notes...), "--dry-run")...)
	if _, there := os.Stat(out); err != nil || text != "NOTES.md\nREADME.md\nSHA256SUMS\napp.env\nc.yml\n" || there == nil {
		t.Errorf("dry run: %v\n%s", err, text)
	}
	if text, _, err := octocode(t, append(bundling, notes...)...); err != nil || text != out+": 5 files\n" {
		t.Errorf("%v\n%s", err, text)
	}
	fails(t, "it is there already", append(bundling, notes...)...)
}
