package publish

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/release"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/oci"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

// What cannot be right is found before anything is built or sent, each in one line.
func TestCheck(t *testing.T) {
	private, public, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "sbom.json")
	if err := os.WriteFile(bad, []byte("<xml/>"), 0o644); err != nil {
		t.Fatal(err)
	}
	good := func(change func(*Release)) Release {
		r := Release{Archive: "none.tar", Repository: "registry.example.com/shop", Origin: release.Origin{Version: "1.2.3", Commit: commit},
			Provenance: attest.Provenance{Source: "https://example.com/shop", Builder: "https://example.com/ci"}}
		if change != nil {
			change(&r)
		}
		return r
	}
	for name, test := range map[string]struct {
		release Release
		key     []byte
		want    string
	}{
		"good":               {good(nil), private, ""},
		"without provenance": {good(func(r *Release) { r.Provenance = attest.Provenance{} }), nil, ""},
		"no repository":      {good(func(r *Release) { r.Repository = "" }), nil, "repository: say where to push"},
		"capital letters":    {good(func(r *Release) { r.Repository = "registry.example.com/Shop" }), nil, "in small letters and without a tag"},
		"with a tag":         {good(func(r *Release) { r.Repository += ":1" }), nil, "without a tag"},
		"no version":         {good(func(r *Release) { r.Origin.Version = "1.2" }), nil, "no semantic version"},
		"hostile branch":     {good(func(r *Release) { r.Origin = release.Origin{Branch: "a..b"} }), nil, "Git has no branch of such a name"},
		"public key":         {good(nil), public, "this is the public key"},
		"no key at all":      {good(nil), []byte("secret"), "it is no PEM file"},
		"no SBOM":            {good(func(r *Release) { r.SBOM = bad }), nil, "it is no CycloneDX document"},
		"missing SBOM":       {good(func(r *Release) { r.SBOM = "/none" }), nil, "it cannot be read"},
		"key without source": {good(func(r *Release) { r.Provenance.Source = "" }), private, "give the URL of the sources, the commit and the builder"},
		"no builder":         {good(func(r *Release) { r.Provenance.Builder = "" }), nil, "source, commit and builder are needed"},
		"token in the URL":   {good(func(r *Release) { r.Provenance.Source = "https://ci:s3cret@example.com/shop" }), nil, "leave user, token and all behind ? out"},
		"builder is no URI":  {good(func(r *Release) { r.Provenance.Builder = "laptop" }), nil, "URL of the builder: it is a URI"},
		"short commit":       {good(func(r *Release) { r.Origin.Commit = "0123456789ab" }), nil, "give the whole hash of the commit"},
		"reserved input":     {good(func(r *Release) { r.Provenance.Inputs = map[string]string{"commit": "x"} }), nil, "the input commit is given by the provenance itself"},
		"material by tag":    {good(func(r *Release) { r.Provenance.Materials = map[string]string{"debian": "bookworm"} }), nil, "material debian: digest"},
		"no commit":          {good(func(r *Release) { r.Origin.Commit = "" }), nil, "source, commit and builder are needed"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.release.Check(test.key)
			if test.want == "" && err != nil {
				t.Error(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
	if _, err := good(nil).Publish(t.Context(), &oci.Registry{}, private, t.TempDir()); err == nil || !strings.Contains(err.Error(), "none.tar: there is no such file") {
		t.Errorf("without the archive: %v", err)
	}
}

// The provenance of an archive is carried along, or there is none.
func TestGiven(t *testing.T) {
	material := "docker://debian:13=sha256:" + strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		archive           bool
		source            string
		inputs, materials []string
		want              string
	}{
		"built now":           {false, "https://example.com/shop", nil, nil, ""},
		"built now, inputs":   {false, "https://example.com/shop", []string{"a=b"}, nil, "they go with --archive"},
		"archive":             {true, "https://example.com/shop", []string{"a=b"}, []string{material}, ""},
		"no provenance":       {true, "", nil, nil, ""},
		"without materials":   {true, "https://example.com/shop", []string{"a=b"}, nil, "give its base images as --materials"},
		"material in no form": {true, "https://example.com/shop", nil, []string{"debian"}, "material 1: write it as"},
	} {
		r := Release{Provenance: attest.Provenance{Source: test.source}}
		err := r.Given(test.archive, test.inputs, test.materials)
		if test.want == "" && (err != nil || len(r.Provenance.Materials) != len(test.materials) || len(r.Provenance.Inputs) != len(test.inputs)) {
			t.Errorf("%s: %+v, %v", name, r.Provenance, err)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
