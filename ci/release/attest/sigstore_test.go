package attest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The library of cosign takes our bundles with their key, and no others. It has
// a module of its own in the folder sigstore.
func TestSigstoreTakesOurBundles(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "sigstore")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir, build.Env = "sigstore", append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build with sigstore-go: %s", out)
	}
	file := func(name string, text []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	private, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParsePrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	open, another := file("open.pub", public), file("other.pub", stranger)
	documents, err := Attachments{Provenance: provenance(), SBOM: []byte(sbom), Key: &key, Version: "1.2.3", Tags: []string{"1.2.3"}}.Documents("example.com/shop", digest)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(bundle, key, digest string) (string, error) {
		out, err := exec.Command(program, bundle, key, digest).CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	bundles := 0
	for _, d := range documents {
		if d.Type != BundleType {
			continue
		}
		bundles++
		kind := d.Annotations["dev.sigstore.bundle.predicateType"]
		good := file("good.json", d.Data)
		if out, err := verify(good, open, digest); err != nil || out != kind {
			t.Errorf("%s: %v: %s", kind, err, out)
		}
		if out, err := verify(good, another, digest); err == nil {
			t.Errorf("%s: another key: %s", kind, out)
		}
		if out, err := verify(good, open, other); err == nil {
			t.Errorf("%s: another image: %s", kind, out)
		}
		for part, flip := range map[string]func(*bundle){
			"statement": func(b *bundle) { b.Envelope.Payload[len(b.Envelope.Payload)/2] ^= 1 },
			"signature": func(b *bundle) { b.Envelope.Signatures[0].Sig[10] ^= 1 },
		} {
			var b bundle
			if err := json.Unmarshal(d.Data, &b); err != nil {
				t.Fatal(err)
			}
			flip(&b)
			text, err := json.Marshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := verify(file("flipped.json", text), open, digest); err == nil {
				t.Errorf("%s: a byte of the %s was changed: %s", kind, part, out)
			}
		}
	}
	if bundles != 3 {
		t.Errorf("%d bundles", bundles)
	}
}
