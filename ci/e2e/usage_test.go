//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// names are the first column of a table of the dagger CLI. What stands in the
// second is shown as one line, so it has to be a sentence.
func names(t *testing.T, table string) []string {
	t.Helper()
	lines := strings.Split(table, "\n")
	if !strings.HasPrefix(lines[0], "Name ") {
		t.Fatalf("no table:\n%s", table)
	}
	var list []string
	for _, line := range lines[1:] {
		name, text, _ := strings.Cut(line, " ")
		if text = strings.TrimSpace(text); !strings.HasSuffix(text, ".") {
			t.Errorf("%s is described as %q, which is no sentence", name, text)
		}
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// A misspelt pragma never raises an error, it only makes a check disappear.
func TestInThisRepository(t *testing.T) {
	t.Parallel()
	r := dagger(t, root, "check", "-l")
	if got, want := names(t, r.stdout), []string{"drift", "integration-test", "lint", "scan-compose", "scan-dependencies", "scan-dockerfile", "scan-image", "scan-secrets", "scan-workflows", "test", "typecheck"}; !slices.Equal(got, want) {
		t.Errorf("checks = %q, want %q", got, want)
	}
	r = dagger(t, root, "functions")
	for _, want := range []string{"build", "check-env", "ci", "dev", "image", "integration-test", "migrate", "prod", "scan", "stack"} {
		if !slices.Contains(names(t, r.stdout), want) {
			t.Errorf("there is no function %q", want)
		}
	}
	r = dagger(t, root, "call", "--help")
	for _, flag := range []string{"source", "app", "base-image", "node", "dockerfile", "build-args", "env", "npmrc", "build-env", "container"} {
		if !regexp.MustCompile(`(?m)^ +--` + flag + ` \w+ +\n +\w+`).MatchString(r.stdout) {
			t.Errorf("--%s is not described", flag)
		}
	}
	if strings.Contains(r.stdout, "[required]") {
		t.Errorf("an argument is required:\n%s", r.stdout)
	}
}

// With -m the sources have to be named; the default are those of the module.
func TestFromAnotherRepository(t *testing.T) {
	t.Parallel()
	dir := fixture(t, testdata("npm"), nil)
	if got := call(t, dir, "typecheck", "command"); got != "npm run typecheck" {
		t.Errorf("command = %q, want that of the fixture", got)
	}
	// A green part ends the command line with exit code 0, a red one does not.
	call(t, dir, "typecheck")
	write(t, dir, "src/lib/fault.ts", "export const fault: number = 'text';\n")
	if r := try(t, dir, "typecheck"); r.code == 0 || !strings.Contains(r.stderr, "error TS2322") {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
	}
}

// toolchain makes a folder a consumer's repository with our module installed.
func toolchain(t *testing.T, dir string) {
	t.Helper()
	// What a consumer gets of this repository; a local toolchain has to lie in
	// the consumer's repository.
	data, err := os.ReadFile(filepath.Join(root, "dagger.json"))
	if err != nil {
		t.Fatal(err)
	}
	var module struct {
		Source  string
		Include []string
	}
	if err := json.Unmarshal(data, &module); err != nil {
		t.Fatal(err)
	}
	copyFiles(t, root, filepath.Join(dir, "tools/octocode"), append(module.Include, "dagger.json", module.Source)...)

	for _, args := range [][]string{{"init", "--name", "shop"}, {"toolchain", "install", "./tools/octocode"}} {
		if r := dagger(t, dir, args...); r.code != 0 {
			t.Fatalf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
		}
	}
}

// As a toolchain the module knows the consumer's sources by itself.
func TestAsToolchain(t *testing.T) {
	t.Parallel()
	dir := fixture(t, testdata("npm"), nil)
	toolchain(t, dir)
	r := dagger(t, dir, "check", "-l")
	if got, want := names(t, r.stdout), []string{"octocode:drift", "octocode:integration-test", "octocode:lint", "octocode:scan-compose", "octocode:scan-dependencies", "octocode:scan-dockerfile", "octocode:scan-image", "octocode:scan-secrets", "octocode:scan-workflows", "octocode:test", "octocode:typecheck"}; !slices.Equal(got, want) {
		t.Fatalf("checks = %q, want %q", got, want)
	}
	if r := dagger(t, dir, "check", "octocode:typecheck", "octocode:test"); r.code != 0 {
		t.Errorf("exit code %d of green checks\n%s", r.code, lastLines(r.stderr, 20))
	}
	if r := dagger(t, dir, "call", "octocode", "test", "tests"); r.stdout != "2" {
		t.Errorf("%q tests were run, want the 2 of the consumer\n%s", r.stdout, lastLines(r.stderr, 20))
	}
	write(t, dir, "src/lib/fault.ts", "export const fault: number = 'text';\n")
	if r := dagger(t, dir, "check", "octocode:typecheck"); r.code == 0 || !strings.Contains(r.stderr, "src/lib/fault.ts(1,14): error TS2322") {
		t.Errorf("exit code %d with a type error\n%s", r.code, lastLines(r.stderr, 20))
	}
}
