package release

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTagsOf(t *testing.T) {
	for name, test := range map[string]struct{ version, tags, this, previous string }{
		"first":                    {"1.0.0", "", "v1.0.0", ""},
		"next":                     {"1.2.3", "v1.2.2 v1.2.1", "v1.2.3", "v1.2.2"},
		"tagged already":           {"1.2.3", "v1.2.2 v1.2.3", "v1.2.3", "v1.2.2"},
		"without v":                {"1.2.3", "1.2.2", "1.2.3", "1.2.2"},
		"tagged without v":         {"v1.2.3", "v1.2.2 1.2.3", "1.2.3", "v1.2.2"},
		"mixed":                    {"2.0.0", "v1.9.0 1.10.0 v1.2.0", "2.0.0", "1.10.0"},
		"a fix of an older one":    {"1.2.4", "v1.2.3 v2.0.0 v1.3.0", "v1.2.4", "v1.2.3"},
		"ten is above nine":        {"1.11.0", "v1.9.0 v1.10.0", "v1.11.0", "v1.10.0"},
		"a prerelease":             {"2.0.0-rc.2", "v1.9.0 v2.0.0-rc.1 v2.0.0", "v2.0.0-rc.2", "v2.0.0-rc.1"},
		"other tags are none":      {"1.0.0", "v0 latest nightly-0.9.9 v0.9 vv0.9.9", "v1.0.0", ""},
		"metadata is no new order": {"1.2.3+b", "v1.2.3+a v1.2.2", "v1.2.3+b", "v1.2.2"},
	} {
		v, err := version(test.version)
		if err != nil {
			t.Fatal(err)
		}
		if this, previous := tagsOf(v, strings.Fields(test.tags)); this != test.this || previous != test.previous {
			t.Errorf("%s: got %q after %q, want %q after %q", name, this, previous, test.this, test.previous)
		}
	}
}

// gitIn runs git in a folder, whatever the user of this machine has configured.
func gitIn(dir string) Git {
	return func(args ...string) (string, error) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		text, err := cmd.Output()
		return string(text), err
	}
}

func TestReadNotes(t *testing.T) {
	dir := t.TempDir()
	git := gitIn(dir)
	run := func(args ...string) {
		t.Helper()
		if _, err := git(args...); err != nil {
			t.Fatalf("git %q: %v", args, err)
		}
	}
	commit := func(subject string) { run("commit", "--quiet", "--allow-empty", "--message", subject) }
	n := Notes{Version: "2.0.0"}
	if err := n.Read(git); err == nil || err.Error() != "notes: there is no clone to read the commits of" {
		t.Errorf("no clone: %v", err)
	}
	run("init", "--quiet", "--initial-branch", "main")
	commit("feat: first")
	run("tag", "1.0.0")
	run("switch", "--quiet", "--create", "1.x")
	commit("fix: only there")
	run("tag", "v1.9.0")
	run("switch", "--quiet", "main")
	commit("feat: second")
	if err := n.Read(git); err != nil || n.Previous != "1.0.0" || n.Tag != "2.0.0" || len(n.Commits) != 1 || n.Commits[0].Subject != "feat: second" {
		t.Errorf("%+v, %v", n, err)
	}
	since := Notes{Version: "2.0.0", Previous: "v9.9.9"}
	if err := since.Read(git); err == nil || !strings.Contains(err.Error(), "there are no commits v9.9.9..HEAD: is the tag in this clone?") {
		t.Errorf("a tag that is not there: %v", err)
	}
	option := Notes{Version: "2.0.0", Previous: "--output=x"}
	if err := option.Read(git); err == nil {
		t.Error("an option was taken as a tag")
	}
	bad := Notes{Version: "main"}
	if err := bad.Read(git); err == nil || !strings.Contains(err.Error(), "no semantic version") {
		t.Errorf("no version: %v", err)
	}
	shallow := filepath.Join(t.TempDir(), "shallow")
	run("clone", "--quiet", "--depth", "1", "file://"+dir, shallow)
	if err := n.Read(gitIn(shallow)); err == nil || !strings.Contains(err.Error(), "this clone is shallow") || strings.Contains(err.Error(), "\n") {
		t.Errorf("shallow: %v", err)
	}
}
