package attest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
)

const (
	digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	other  = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
	sbom   = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "next", "author": "a <a@b.c> & co"}]}`
)

func keys(t *testing.T) (PrivateKey, PublicKey) {
	t.Helper()
	private, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParsePrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	open, err := ParsePublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key, open
}

func provenance() Provenance {
	return Provenance{
		Source: "https://example.com/shop.git", Commit: "4bd8dfb0c1e2a3948576a1b2c3d4e5f601234567", Builder: "https://example.com/ci",
		Inputs: map[string]string{"version": "1.2.3"}, Materials: map[string]string{"pkg:docker/debian": other},
	}
}

func TestSignAndOpen(t *testing.T) {
	key, public := keys(t)
	s, err := provenance().Statement("shop", digest)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Sign(key, s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Open(public, text)
	if err != nil || !back.About(digest) || back.About(other) || back.PredicateType != SLSA {
		t.Fatalf("%+v, %v", back, err)
	}
	_, stranger := keys(t)
	if _, err := Open(stranger, text); err == nil || !strings.Contains(err.Error(), "not signed with this key") {
		t.Errorf("another key: %v", err)
	}
}

// Whatever byte of the statement or the signature changes, the bundle does not
// verify any more, or still says the same.
func TestOneFlippedByte(t *testing.T) {
	key, public := keys(t)
	s, err := NewStatement("shop", digest, Release, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := Sign(key, s)
	if err != nil {
		t.Fatal(err)
	}
	var b bundle
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		name  string
		bytes []byte
	}{{"payload", b.Envelope.Payload}, {"signature", b.Envelope.Signatures[0].Sig}} {
		for n := range part.bytes {
			part.bytes[n] ^= 1
			changed, err := json.Marshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(public, changed); err == nil {
				t.Errorf("byte %d of the %s was changed, and it verifies", n, part.name)
			}
			part.bytes[n] ^= 1
		}
		if whole, err := json.Marshal(b); err != nil || !bytes.Equal(whole, text) {
			t.Errorf("the bundle is not back to what it was: %v", err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	_, public := keys(t)
	for name, text := range map[string]string{
		"nothing":      "",
		"other JSON":   `{"a":1}`,
		"unsigned":     `{"mediaType":"` + BundleType + `","dsseEnvelope":{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}}`,
		"other type":   `{"mediaType":"` + BundleType + `","dsseEnvelope":{"payloadType":"text/plain","payload":"e30=","signatures":[{"sig":"AA=="}]}}`,
		"no signature": `{"mediaType":"` + BundleType + `","dsseEnvelope":{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":""}]}}`,
	} {
		if s, err := Open(public, []byte(text)); err == nil {
			t.Errorf("%s: it was taken: %+v", name, s)
		}
	}
}

func TestKeys(t *testing.T) {
	plain, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		text []byte
		want string
	}{
		"plain":     {plain, ""},
		"public":    {public, "give the private one"},
		"encrypted": {[]byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\naGVsbG8=\n-----END ENCRYPTED PRIVATE KEY-----\n"), "it is encrypted"},
		"no PEM":    {[]byte("hello"), "no PEM file"},
		"other PEM": {[]byte("-----BEGIN X-----\naGVsbG8=\n-----END X-----\n"), "neither PKCS#8 nor SEC 1"},
	} {
		_, err := ParsePrivateKey(test.text)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParsePublicKey(plain); err == nil {
		t.Error("a private key was taken as a public one")
	}
}

func TestEd25519(t *testing.T) {
	open, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParsePrivateKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewStatement("shop", digest, Release, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := Sign(key, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(PublicKey{open}, text); err != nil {
		t.Error(err)
	}
}

// The same statement has the same bundle, so that a repeat attaches nothing new.
func TestSignIsDeterministic(t *testing.T) {
	key, _ := keys(t)
	s, err := NewStatement("shop", digest, Release, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := Sign(key, s)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Sign(key, s); err != nil || !bytes.Equal(first, second) {
		t.Errorf("two signatures differ: %v", err)
	}
}

func TestProvenance(t *testing.T) {
	s, err := provenance().Statement("shop", digest)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"uri":"git+https://example.com/shop.git@4bd8dfb0c1e2a3948576a1b2c3d4e5f601234567"`, `"gitCommit":"4bd8dfb`,
		`"uri":"pkg:docker/debian"`, `"id":"https://example.com/ci"`, `"version":"1.2.3"`,
	} {
		if !strings.Contains(string(s.Predicate), want) {
			t.Errorf("no %s in %s", want, s.Predicate)
		}
	}
	incomplete := provenance()
	incomplete.Builder = ""
	if _, err := incomplete.Statement("shop", digest); err == nil {
		t.Error("provenance without a builder was written")
	}
	for want, change := range map[string]func(*Provenance){
		"give the whole hash of the commit":           func(p *Provenance) { p.Commit = "4bd8dfb" },
		"40 or 64 digits":                             func(p *Provenance) { p.Commit += "ab" },
		"leave user, token and all behind ? out":      func(p *Provenance) { p.Source = "https://ci:s3cret@example.com/shop" },
		"URL of the builder: it is a URI":             func(p *Provenance) { p.Builder = "laptop" },
		"URL of the run: everybody can read it":       func(p *Provenance) { p.Invocation = "https://s3cret@example.com/7" },
		"the input source is given by the provenance": func(p *Provenance) { p.Inputs = map[string]string{"source": "x"} },
		"the input commit is given by the provenance": func(p *Provenance) { p.Inputs = map[string]string{"commit": "x"} },
	} {
		p := provenance()
		change(&p)
		if _, err := p.Statement("shop", digest); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	ssh := provenance()
	ssh.Source = "git@example.com:acme/shop.git"
	if s, err := ssh.Statement("shop", digest); err != nil || !strings.Contains(string(s.Predicate), `"uri":"git+ssh://git@example.com/acme/shop.git@4bd8dfb`) {
		t.Errorf("%s, %v", s.Predicate, err)
	}
	incomplete = provenance()
	incomplete.Materials["x"] = "latest"
	if _, err := incomplete.Statement("shop", digest); err == nil || !strings.Contains(err.Error(), "material x") {
		t.Errorf("a material without a digest: %v", err)
	}
}

func TestCheckSBOM(t *testing.T) {
	if n, err := CheckSBOM([]byte(sbom)); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, text := range []string{"", "{}", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}`, `{"spdxVersion":"SPDX-2.3"}`} {
		if _, err := CheckSBOM([]byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
