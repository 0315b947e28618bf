package pins

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/project"
)

const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A tag names a release; one that does not can be another image tomorrow, and
// says why it may.
func TestNoTagFloats(t *testing.T) {
	// pgAdmin's versions have two numbers, those of all others three or more.
	release := regexp.MustCompile(`^(\w+-|v)?\d+\.\d+\.\d+|^9\.\d+$`)
	line := regexp.MustCompile(`\d|^` + Suite + `-`)
	seen := map[string]bool{}
	for _, image := range Images {
		_, tag, _ := strings.Cut(image.Ref, ":")
		switch exact := release.MatchString(tag); {
		case !exact && image.Moves == "":
			t.Errorf("%s: %s floats", image.Name, image.Ref)
		case exact && image.Moves != "":
			t.Errorf("%s: %s does not move", image.Name, image.Ref)
		case !line.MatchString(tag):
			t.Errorf("%s: %s names no line of releases", image.Name, image.Ref)
		}
		if image.Digest != "" && !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(image.Digest) {
			t.Errorf("%s: %q is no digest", image.Name, image.Digest)
		}
		if seen[image.Name] {
			t.Errorf("%s stands here twice", image.Name)
		}
		seen[image.Name] = true
	}
}

// What other files repeat, because they have to work alone, is the same there.
func TestOtherFilesAgree(t *testing.T) {
	tests := []struct{ file, want string }{
		{"dagger.json", `"engineVersion": "` + Engine + `"`},
		{"ci/engine/warm/dagger.json", `"engineVersion": "` + Engine + `"`},
		{"ci/engine/upstream/go.mod", "github.com/dagger/dagger " + Engine},
		{"go.mod", "dagger.io/dagger " + Engine},
		{"docker/Dockerfile", "ARG BASE_IMAGE=" + Ref("debian") + "\n"},
		{"docker/Dockerfile", "ARG NODE_IMAGE=" + Ref("node") + "\n"},
		{"docker/Dockerfile", "manager=pnpm@" + project.DefaultVersions["pnpm"] + "\n"},
		{"docker/Dockerfile", "manager=yarn@" + project.DefaultVersions["yarn"] + "\n"},
		{"docker/Dockerfile", "manager=yarn@" + project.DefaultVersions["@yarnpkg/cli-dist"] + "\n"},
		{"docker/Dockerfile", "manager=npm@" + project.DefaultVersions["npm"] + "\n"},
		{"docker/standins/archlinux-pacman/Dockerfile", "ARG BASE_IMAGE=" + Ref("debian") + "\n"},
		{"docker/standins/node/Dockerfile", "ARG NODE=" + Node + "\n"},
		{"docker/standins/node/Dockerfile", "ARG NPM=" + project.DefaultVersions["npm"] + "\n"},
	}
	for _, test := range tests {
		if !strings.Contains(read(t, test.file), test.want) {
			t.Errorf("%s does not say %q", test.file, test.want)
		}
	}
	if !strings.Contains(Ref("node"), Node) || !strings.Contains(Ref("node"), Suite) || !strings.Contains(Ref("debian"), Suite) {
		t.Errorf("images %s and %s do not agree with Node %s and %s", Ref("node"), Ref("debian"), Node, Suite)
	}
}

// The empty module that warms the engine's caches does so only for the very
// versions that our module uses.
func TestWarmModuleHasTheVersionsOfTheModule(t *testing.T) {
	line := regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`)
	versions := func(file string) map[string]string {
		m := map[string]string{}
		for _, match := range line.FindAllStringSubmatch(read(t, file), -1) {
			if match[1] != "github.com/octocode/octocode-ci" {
				m[match[1]] = match[2]
			}
		}
		return m
	}
	module, warm := versions(".dagger/go.mod"), versions("ci/engine/warm/go.mod")
	for name, version := range warm {
		if want := module[name]; want != "" && want != version {
			t.Errorf("%s: warm has %s, the module has %s: copy the lines of .dagger/go.mod", name, version, want)
		}
	}
	if len(warm) < 10 {
		t.Errorf("warm requires only %d modules", len(warm))
	}
}

func TestRef(t *testing.T) {
	if got := Ref("nothing"); got != "" {
		t.Errorf("Ref of an unknown name = %q", got)
	}
	saved := Images
	defer func() { Images = saved }()
	Images = []Image{{Name: "x", Ref: "docker.io/library/x:1", Digest: "sha256:abc"}}
	if got := Ref("x"); got != "docker.io/library/x:1@sha256:abc" {
		t.Errorf("Ref = %q, want tag and digest", got)
	}
	if got := Tag("x"); got != "docker.io/library/x:1" {
		t.Errorf("Tag = %q", got)
	}
}

// A tag alone is never pulled.
func TestByDigest(t *testing.T) {
	if got := (Image{Ref: "registry.example.com/x:1"}).ByDigest(); got != "" {
		t.Errorf("without a digest: %q", got)
	}
	if got := (Image{Ref: "registry.example.com/x:1", Digest: "sha256:abc"}).ByDigest(); got != "registry.example.com/x:1@sha256:abc" {
		t.Errorf("got %q", got)
	}
	if Scanner.Digest != "" && !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(Scanner.Digest) {
		t.Errorf("%q is no digest", Scanner.Digest)
	}
}
