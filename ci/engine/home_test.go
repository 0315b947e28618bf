package engine

import (
	"os"
	"strings"
	"testing"
)

func TestFindHome(t *testing.T) {
	t.Setenv("OCTOCODE_HOME", "")
	t.Setenv("HOME", "/home/somebody")
	t.Setenv("XDG_CACHE_HOME", "")
	want := DefaultHome
	if os.Geteuid() != 0 && !exists(DefaultHome) {
		want = "/home/somebody/"
	}
	if got := string(FindHome()); !strings.HasPrefix(got, want) {
		t.Errorf("home = %s, want %s", got, want)
	}
	t.Setenv("OCTOCODE_HOME", "/srv/engine")
	if got := FindHome(); got != "/srv/engine" {
		t.Errorf("home = %s, want the folder of the variable", got)
	}
}

// Where no engine of ours can run, its commands could not even be compiled.
func TestTarget(t *testing.T) {
	for goos, want := range map[string]string{"linux": "tool", "darwin": "github.com/dagger/dagger/cmd/dagger"} {
		if got := target(goos); got != want {
			t.Errorf("%s: %s is built, want %s", goos, got, want)
		}
	}
}
