package engine

import (
	"os"
	"path/filepath"
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

func TestHomeCheck(t *testing.T) {
	for home, want := range map[Home]string{
		DefaultHome:                             "",
		"octocode":                              "give the folder with its whole path",
		Home("/" + strings.Repeat("long/", 30)): "bytes too long for the engine's socket: use a shorter one",
	} {
		err := home.check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", home, err, want)
		}
	}
}

// A folder that somebody uses for more than the engine keeps the rest.
func TestRemoveLeavesWhatIsNotOurs(t *testing.T) {
	home := Home(t.TempDir())
	for _, name := range []string{"bin/key/dagger", "state/db", "lock", "thesis.txt"} {
		if err := os.MkdirAll(filepath.Dir(home.path(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(home.path(name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := home.remove(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(string(home))
	if err != nil || len(left) != 1 || left[0].Name() != "thesis.txt" {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := os.Remove(home.path("thesis.txt")); err != nil {
		t.Fatal(err)
	}
	if err := home.remove(); err != nil || exists(string(home)) {
		t.Errorf("an empty folder stays: %v", err)
	}
}

// Who waited for a lock that was removed meanwhile takes the new one.
func TestLockAfterRemoval(t *testing.T) {
	b := &bare{home: Home(t.TempDir()), steps: &Steps{}}
	unlock, err := b.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan error)
	go func() {
		unlock, err := b.lock(t.Context())
		if err == nil && !exists(b.home.path("lock")) {
			t.Error("a lock is held that is not there any more")
		}
		if err == nil {
			unlock()
		}
		second <- err
	}()
	if err := os.Remove(b.home.path("lock")); err != nil {
		t.Fatal(err)
	}
	unlock()
	if err := <-second; err != nil {
		t.Error(err)
	}
}
