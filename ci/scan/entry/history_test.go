//go:build linux

package entry

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// repository makes a Git repository in which the given steps were taken.
func repository(t *testing.T, steps ...func(dir string)) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	for _, step := range steps {
		step(dir)
		git(t, dir, "add", "--all")
		git(t, dir, "commit", "--quiet", "--allow-empty", "--message", "step")
	}
	return dir
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Test", "-c", "user.email=test@example.com"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %s", args[0], out)
	}
	return strings.TrimSpace(string(out))
}

func put(t *testing.T, name, text string) func(dir string) {
	return func(dir string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHistory(t *testing.T) {
	dir := repository(t,
		put(t, "a b/key é\n.txt", "secret"),
		put(t, "now.txt", "same"),
		func(dir string) { _ = os.RemoveAll(filepath.Join(dir, "a b")) },
		put(t, "copy.txt", "secret"), // of the same content as the first: once is enough
		func(dir string) { _ = os.Remove(filepath.Join(dir, "copy.txt")) },
	)
	first := git(t, dir, "rev-list", "--max-parents=0", "HEAD")[:12]
	// A branch that was never merged, and a commit on no branch at all.
	git(t, dir, "switch", "--quiet", "--create", "other")
	put(t, "other.txt", "branch")(dir)
	git(t, dir, "add", "--all")
	git(t, dir, "commit", "--quiet", "--message", "other")
	other := git(t, dir, "rev-parse", "HEAD")[:12]
	git(t, dir, "switch", "--quiet", "main")

	out := t.TempDir()
	past, err := History{Git: filepath.Join(dir, ".git"), Tree: dir, Out: out}.run()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	_ = filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := os.ReadFile(path)
			got = append(got, strings.TrimPrefix(path, out+"/")+"="+string(text))
		}
		return err
	})
	slices.Sort(got)
	want := []string{first + "/a b/key é\n.txt=secret", other + "/other.txt=branch"}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("files = %q, want %q", got, want)
	}
	if past != (Past{Commits: 6, Files: 2}) {
		t.Errorf("past = %+v", past)
	}
}

func TestNoHistory(t *testing.T) {
	origin := repository(t, put(t, "one", "1"), put(t, "two", "2"))
	shallow := filepath.Join(t.TempDir(), "clone")
	git(t, origin, "clone", "--quiet", "--depth=1", "file://"+origin, shallow)
	for _, test := range []struct{ dir, want string }{
		{filepath.Join(shallow, ".git"), "the clone is shallow"},
		{t.TempDir(), "--history is no .git folder"},
	} {
		if _, err := (History{Git: test.dir, Tree: t.TempDir(), Out: t.TempDir()}).run(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("of %s: %v, want %q", test.dir, err, test.want)
		}
	}
}
