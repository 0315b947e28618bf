package entry

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
	"github.com/octocode/octocode-ci/ci/release/publish"
)

// Access is how to get into a registry; the password comes in
// PasswordVariable.
type Access struct {
	User     string `json:"user,omitempty"`
	Insecure bool   `json:"insecure,omitempty"`
}

func (a Access) registry() *oci.Registry {
	return &oci.Registry{
		User: a.User, Password: os.Getenv(PasswordVariable), Insecure: a.Insecure,
		Log: func(line string) { fmt.Fprintln(os.Stderr, line) },
	}
}

// Publish sends a release; the signing key comes in KeyVariable. The answer is
// a publish.Published.
type Publish struct {
	Access
	publish.Release
}

// Command is its command line.
func (p Publish) Command() []string { return command("publish", p) }

func (p Publish) run(ctx context.Context, scratch string) (*publish.Published, error) {
	return p.Publish(ctx, p.registry(), []byte(os.Getenv(KeyVariable)), scratch)
}

// Reach makes sure that a repository can be pushed to. The answer is nothing.
type Reach struct {
	Access
	Repository string `json:"repository"`
}

// Command is its command line.
func (r Reach) Command() []string { return command("reach", r) }

func (r Reach) run(ctx context.Context, _ string) (struct{}, error) {
	return struct{}{}, r.registry().CheckPush(ctx, r.Repository)
}

// Verify looks at a release. The answer is an attest.Verdict, whatever it says.
type Verify struct {
	Access
	Image  string        `json:"image"`
	Key    []byte        `json:"key"`
	Expect attest.Expect `json:"expect"`
}

// Command is its command line.
func (v Verify) Command() []string { return command("verify", v) }

func (v Verify) run(ctx context.Context, _ string) (*attest.Verdict, error) {
	key, err := attest.ParsePublicKey(v.Key)
	if err != nil {
		return nil, err
	}
	return attest.Verify(ctx, v.registry(), v.Image, key, v.Expect)
}

// Documents writes what is beside an image into a folder. With a key, the
// release has to be one that this key has signed, as that version, and the files
// are what was signed. The answer is a Fetched.
type Documents struct {
	Access
	Image   string `json:"image"`
	Version string `json:"version,omitempty"`
	Key     []byte `json:"key,omitempty"`
	NoSBOM  bool   `json:"noSBOM,omitempty"`
	Out     string `json:"out"`
}

// Fetched is what Documents answers: the image by its digest.
type Fetched struct {
	Reference string `json:"reference"`
}

// Command is its command line.
func (d Documents) Command() []string { return command("documents", d) }

func (d Documents) run(ctx context.Context, _ string) (*Fetched, error) {
	registry := d.registry()
	subject, _, err := registry.Resolve(ctx, d.Image)
	if err != nil {
		return nil, err
	}
	files, err := d.files(ctx, registry, subject)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.Out, 0o755); err != nil {
		return nil, err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(d.Out, name), text, 0o644); err != nil {
			return nil, err
		}
	}
	return &Fetched{Reference: subject.String()}, nil
}

func (d Documents) files(ctx context.Context, registry *oci.Registry, subject name.Digest) (map[string][]byte, error) {
	if len(d.Key) == 0 {
		documents, err := registry.Artifacts(ctx, subject, attest.DocumentTypes...)
		return attest.Files(documents, subject.DigestStr()), err
	}
	key, err := attest.ParsePublicKey(d.Key)
	if err != nil {
		return nil, err
	}
	verdict, err := attest.Verify(ctx, registry, d.Image, key, attest.Expect{NoSBOM: d.NoSBOM, Version: d.Version})
	if err != nil {
		return nil, err
	}
	if err := verdict.Err(); err != nil {
		return nil, err
	}
	if verdict.Digest != subject.DigestStr() {
		return nil, fmt.Errorf("%s: the tag has moved meanwhile; run it again", d.Image)
	}
	return verdict.Files(), nil
}
