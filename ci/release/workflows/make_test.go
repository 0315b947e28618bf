package workflows

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// checkout is a repository with our Makefile, in which make deploy-check runs
// with a program of its own in place of octocode.
func checkout(t *testing.T) (dir string, check func(args ...string) (string, error)) {
	t.Helper()
	dir = t.TempDir()
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(os.Mkdir(filepath.Join(dir, "ci"), 0o755), os.WriteFile(filepath.Join(dir, "Makefile"), text, 0o644))
	for _, name := range []string{"go.mod", "go.sum"} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	program := filepath.Join(t.TempDir(), "octocode")
	err = errors.Join(err, os.WriteFile(program, []byte("#!/bin/sh\necho \"$@\" >&2\n"), 0o755))
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "--quiet", "--initial-branch", "main"}, {"add", "--all"}, {"commit", "--quiet", "--message", "first"}} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %s", args, out)
		}
	}
	return dir, func(args ...string) (string, error) {
		cmd := exec.Command("make", append([]string{"--no-print-directory", "--old-file=" + program, "OCTOCODE=" + program, "deploy-check"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
}

// What make ci-deploy publishes has to be what the commit says, and what is
// missing is said before anything is built.
func TestDeployCheck(t *testing.T) {
	dir, check := checkout(t)
	to := "REPOSITORY=registry.example.com/shop"
	if out, err := check(to); err != nil || !strings.Contains(out, "tags --commit ") || !strings.Contains(out, "--branch main") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := check(to, "VERSION=1.2.3"); err != nil || !strings.Contains(out, "--version 1.2.3") {
		t.Errorf("%v\n%s", err, out)
	}
	fails := func(want string, args ...string) {
		t.Helper()
		if out, err := check(args...); err == nil || !strings.Contains(out, want) || strings.Contains(out, "tags --commit") {
			t.Errorf("%v\n%s, want %q", err, out, want)
		}
	}
	fails("REPOSITORY is empty: say where to publish")
	fails("VERSION is empty: give one", to, "VERSION=")
	if err := os.WriteFile(filepath.Join(dir, "new.ts"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	fails("the checkout is not committed", to)
}
