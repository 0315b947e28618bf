package pins

import (
	"regexp"
	"strings"
	"testing"
)

// The module is compiled when it is first called. These modules would bring
// hundreds of others into that; whoever needs one has a go.mod of its own.
func TestModuleIsQuickToLoad(t *testing.T) {
	for _, file := range []string{".dagger/go.mod", ".dagger/go.sum"} {
		text := read(t, file)
		for _, heavy := range []string{"github.com/aquasecurity/", "github.com/dagger/dagger ", "github.com/moby/buildkit ", "github.com/docker/docker ", "github.com/sigstore/"} {
			if strings.Contains(text, heavy) {
				t.Errorf("%s: %s makes the module slow to load", file, heavy)
			}
		}
	}
	if n := strings.Count(read(t, ".dagger/go.mod"), "\n\t"); n > 80 {
		t.Errorf(".dagger/go.mod requires %d modules", n)
	}
}

// The engine applies +ignore to the default of --source, and New the same list
// to sources that are named. Files with secrets are in it, whatever their name.
func TestSourcesWithoutSecrets(t *testing.T) {
	text := read(t, ".dagger/main.go")
	pragma := regexp.MustCompile(`\+ignore=\[(.*)\]`).FindStringSubmatch(text)
	list := regexp.MustCompile(`var ignored = \[\]string\{\s*(.*),\s*\}`).FindStringSubmatch(text)
	if pragma == nil || list == nil || pragma[1] != list[1] {
		t.Fatalf("+ignore and ignored differ:\n%q\n%q", pragma, list)
	}
	if want := `"**/.env*", "!**/.env.example"`; !strings.Contains(list[1], want) {
		t.Errorf("%s is not in %s", want, list[1])
	}
}
