package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// The database has what the advisories say, the given date, and the form in
// which the public one is served.
func TestDatabase(t *testing.T) {
	dir := t.TempDir()
	server := httptest.NewServer(registry.New())
	defer server.Close()
	ref := strings.TrimPrefix(server.URL, "http://") + "/trivy-db:2"
	if err := run(dir, "", ref, "", "2026-01-31T00:00:00Z"); err != nil {
		t.Fatal(err)
	}

	var metadata struct {
		Version   int
		UpdatedAt time.Time
	}
	data, err := os.ReadFile(filepath.Join(dir, "metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &metadata); err != nil {
		t.Fatal(err)
	}
	if metadata.Version != 2 || metadata.UpdatedAt.Format(time.DateOnly) != "2026-01-31" {
		t.Errorf("metadata.json: %s", data)
	}

	if err := db.Init(dir); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		source, of string
		want       int
	}{{"npm::", "lodash", 3}, {"npm::", "next", 2}, {"npm::", "react", 0}} {
		got, err := (db.Config{}).GetAdvisories(c.source, c.of)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d advisories, want %d: %v", c.of, len(got), c.want, err)
		}
	}
	got, err := (db.Config{}).GetAdvisories("debian 13", "openssl")
	if err != nil || len(got) != 1 || got[0].FixedVersion != "3.5.1-1+deb13u1" {
		t.Errorf("openssl: %+v, %v", got, err)
	}

	to, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(to)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if manifest.Config.MediaType != configType || len(manifest.Layers) != 1 || manifest.Layers[0].MediaType != layerType {
		t.Errorf("manifest: %+v", manifest)
	}
}

func TestBadAdvisories(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"- id: CVE-1", "needs an id, and npm or debian"},
		{"- {id: CVE-1, npm: a, debian: a}", "needs an id, and npm or debian"},
		{"- {id: CVE-1, npm: a}", "needs alias"},
		{"- {id: CVE-1, debian: a, release: sid}", "needs release"},
	} {
		file := filepath.Join(t.TempDir(), "a.yaml")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := run(t.TempDir(), "", "", file, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
	if err := run("", "", "", "", ""); err == nil {
		t.Error("nothing to do is no error")
	}
	if err := run(t.TempDir(), "", "", "", "soon"); err == nil {
		t.Error("soon is a date")
	}
}

// The scanner reads what this version writes.
func TestBuilderIsTheOneOfTheScanner(t *testing.T) {
	version := func(file string) string {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(data), "github.com/aquasecurity/trivy-db ")
		return strings.Fields(rest + " none")[0]
	}
	if own, scanner := version("go.mod"), version("../scanner/go.mod"); own != scanner {
		t.Errorf("trivy-db is %s here, %s in the scanner", own, scanner)
	}
}

// The scanner fetches the artifact as it does the public one, and finds with it.
func TestScannerTakesIt(t *testing.T) {
	trivy := os.Getenv("OCTOCODE_TRIVY")
	if trivy == "" {
		t.Skip("OCTOCODE_TRIVY names no scanner; the end-to-end tests fetch a database with the one in a container")
	}
	server := httptest.NewServer(registry.New())
	defer server.Close()
	ref := strings.TrimPrefix(server.URL, "http://") + "/trivy-db:2"
	if err := run("", "", ref, "", ""); err != nil {
		t.Fatal(err)
	}
	cache, dir := t.TempDir(), t.TempDir()
	if output, err := exec.Command(trivy, "image", "--quiet", "--cache-dir", cache, "--download-db-only", "--db-repository", ref).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	lock := `{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0"},"node_modules/lodash":{"version":"4.17.15"},"node_modules/next":{"version":"14.2.25"}}}`
	if err := os.WriteFile(filepath.Join(dir, "package-lock.json"), []byte(lock), 0o644); err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(trivy, "fs", "--quiet", "--cache-dir", cache, "--skip-db-update", "--disable-telemetry", "--skip-version-check", "--scanners", "vuln", "--format", "json", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"CVE-2020-8203": true, "CVE-2021-23337": true, "CVE-2020-28500": true, "CVE-2024-34351": false, "CVE-2025-29927": false} {
		if got := strings.Contains(string(output), `"`+id+`"`); got != want {
			t.Errorf("%s found: %t, want %t", id, got, want)
		}
	}
}
