// Package workflows checks the workflows of this repository, and those that
// consumers copy: with actionlint, which has a module of its own in the folder
// actionlint, and for what a linter leaves to taste.
package workflows

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/pins"
	"go.yaml.in/yaml/v4"
)

const root = "../../.."

// repositories are the folders with workflows in them.
var repositories = []string{root, root + "/examples/workflows"}

// files are all workflows, and the actions that they use.
func files(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, repository := range repositories {
		for _, pattern := range []string{".github/workflows/*.yml", ".github/actions/*/action.yml"} {
			found, err := filepath.Glob(filepath.Join(repository, pattern))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, found...)
		}
	}
	if len(all) < 5 {
		t.Fatalf("only %q", all)
	}
	return all
}

// lint runs actionlint on the workflows of a repository; its configuration and
// local actions are looked for there.
func lint(t *testing.T, program, repository string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, ".github"), os.DirFS(filepath.Join(repository, ".github"))); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "init", "--quiet", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %s", out)
	}
	// Without tools that may be there or not.
	cmd := exec.Command(program, "-no-color", "-shellcheck=", "-pyflakes=")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestLint(t *testing.T) {
	program := filepath.Join(t.TempDir(), "actionlint")
	build := exec.Command("go", "build", "-o", program, "github.com/rhysd/actionlint/cmd/actionlint")
	build.Dir, build.Env = "actionlint", append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build actionlint: %s", out)
	}
	for _, repository := range repositories {
		if out, err := lint(t, program, repository); err != nil {
			t.Errorf("%s: %v\n%s", repository, err, out)
		}
	}

	// It does find what is wrong.
	for name, fault := range map[string][2]string{
		"unknown context": {"github.server_url", "github.server_uri"},
		"unknown job":     {"needs: publish", "needs: publication"},
		"no such event":   {"  push:\n    tags", "  pushed:\n    tags"},
		"unknown input":   {"- uses: ./.github/actions/dagger", "- uses: ./.github/actions/dagger\n        with: { versions: \"1\" }"},
		"script in title": {`"$GITHUB_REF_NAME" --verify-tag`, `"${{ github.event.head_commit.message }}" --verify-tag`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(repositories[1])); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, ".github/workflows/release.yml")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			after := strings.Replace(string(text), fault[0], fault[1], 1)
			if after == string(text) {
				t.Fatal("the edit changes nothing")
			}
			if err := os.WriteFile(file, []byte(after), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := lint(t, program, dir); err == nil || !strings.Contains(out, "release.yml") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// workflow is what the tests look at.
type workflow struct {
	On          struct{ Push struct{ Tags []string } }
	Concurrency struct {
		Group string
	}
	Permissions any
	Jobs        map[string]struct {
		Permissions any
		Timeout     int `yaml:"timeout-minutes"`
		Steps       []step
	}
	Runs struct{ Steps []step }
}

type step struct {
	Uses string
	Run  string
	With map[string]any
}

var pinned = regexp.MustCompile(`(?m)^\s*-? ?uses: (\S+)@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// Each action by the hash of its commit, the same in all files; no right that
// is not asked for; no token left on the disk.
func TestHabits(t *testing.T) {
	commits := map[string]string{}
	for _, file := range files(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		var w workflow
		if err := yaml.Unmarshal(data, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		steps := w.Runs.Steps
		if w.Jobs != nil {
			if p, ok := w.Permissions.(map[string]any); !ok || len(p) != 1 || p["contents"] != "read" {
				t.Errorf("%s: permissions are %v; begin with contents: read, and give more to single jobs", file, w.Permissions)
			}
		}
		// GitHub drops all that wait in one group but the last.
		if w.On.Push.Tags != nil && !strings.Contains(w.Concurrency.Group, "github.ref") {
			t.Errorf("%s: the group %q drops releases that wait; give each tag its own", file, w.Concurrency.Group)
		}
		for name, job := range w.Jobs {
			if job.Timeout == 0 {
				t.Errorf("%s: job %s has no timeout-minutes", file, name)
			}
			steps = append(steps, job.Steps...)
		}
		for _, s := range steps {
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
				t.Errorf("%s: a checkout leaves the token on the disk: set persist-credentials: false", file)
			}
			if strings.Contains(s.Run, "$(curl") {
				t.Errorf("%s: a download that fails runs nothing, and succeeds; put it into a file first:\n%s", file, s.Run)
			}
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: a script has an expression in it; give it as a variable:\n%s", file, s.Run)
			}
		}
		uses := strings.Count(text, "uses: ") - strings.Count(text, "uses: ./")
		found := pinned.FindAllStringSubmatch(text, -1)
		if len(found) != uses {
			t.Errorf("%s: %d of %d actions stand by commit and version, as in actions/checkout@<40 digits> # v5.0.0", file, len(found), uses)
		}
		for _, match := range found {
			line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(match[0]), "- "))
			// All parts of one repository have its commits.
			owner := strings.Join(strings.SplitN(match[1], "/", 3)[:2], "/")
			if have := commits[owner]; have != "" && have != line {
				t.Errorf("%s: %s, and elsewhere %s", file, line, have)
			}
			commits[owner] = line
		}
		if strings.Contains(text, strings.TrimPrefix(pins.Engine, "v")) {
			t.Errorf("%s: the engine's version stands in dagger.json alone", file)
		}
	}
}
