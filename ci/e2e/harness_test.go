//go:build e2e

// Package e2e tests the module as its users do: the real engine, the dagger
// CLI, public functions only. `make test-e2e` runs it.
package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/engine"
)

// root is the checkout, and with it the module under test.
var root = must(engine.FindSource())

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// result is what a command printed and how it ended.
type result struct {
	stdout, stderr string
	code           int
}

// colours are in the CLI's tables whatever NO_COLOR says.
var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// client is a session of the Dagger SDK on the same engine.
func client(t *testing.T) *sdk.Client {
	t.Helper()
	runner, err := runner()
	if err != nil {
		t.Fatal(err)
	}
	options := []sdk.ClientOpt{sdk.WithRunnerHost(runner.Host)}
	for _, v := range runner.Env {
		name, value, _ := strings.Cut(v, "=")
		options = append(options, sdk.WithEnvironmentVariable(name, value))
	}
	// The context of a test ends before its cleanup, which may need the session.
	c, err := sdk.Connect(context.WithoutCancel(t.Context()), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// runner is the engine that `make test` has brought up.
var runner = sync.OnceValues(func() (*engine.Runner, error) {
	runner, err := engine.Up(context.Background(), engine.Options{Quick: true})
	if err != nil {
		return nil, err
	}
	// The SDK takes the program from the environment only.
	return runner, os.Setenv("_EXPERIMENTAL_DAGGER_CLI_BIN", runner.CLI)
})

// dagger runs the dagger CLI in dir, as the octocode program starts it.
func dagger(t *testing.T, dir string, args ...string) result {
	t.Helper()
	r := daggerOnce(t, dir, args...)
	for try := 0; try < 6 && r.code != 0 && faultOfEngine(r.stderr); try++ {
		time.Sleep(time.Duration(try) * 5 * time.Second)
		r = daggerOnce(t, dir, args...)
	}
	return r
}

// faultOfEngine knows two faults of v0.19.10 that come before anything of ours
// has begun.
func faultOfEngine(text string) bool {
	// Two callers that load one module at the same moment share the work, and
	// when the one that did it ends first, the other fails.
	return strings.Contains(text, "failed to get requester session") ||
		// An engine that was restarted mounts each cache once for each user, not
		// once for all; the kernel refuses the second (dagger/dagger 11795).
		strings.Contains(text, "failed to mount") && strings.Contains(text, "volatile") && strings.Contains(text, "invalid argument")
}

func daggerOnce(t *testing.T, dir string, args ...string) result {
	t.Helper()
	cmd := exec.Command(filepath.Join(root, "bin/octocode"), append([]string{"dagger", "--progress=plain"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err != nil && cmd.ProcessState == nil {
		t.Fatalf("run dagger: %v", err)
	}
	plain := func(b bytes.Buffer) string { return strings.TrimSpace(colours.ReplaceAllString(b.String(), "")) }
	r := result{plain(stdout), plain(stderr), cmd.ProcessState.ExitCode()}
	t.Logf("dagger %s: exit code %d", strings.Join(args, " "), r.code)
	return r
}

// try calls a function of our module on the sources in dir, as from another
// repository: the sources have to be named there, for the default are those of
// the module's own.
func try(t *testing.T, dir string, args ...string) result {
	t.Helper()
	return dagger(t, dir, append([]string{"call", "-m", root, "--source", "."}, args...)...)
}

// call is try, and it must work.
func call(t *testing.T, dir string, args ...string) string {
	t.Helper()
	r := try(t, dir, args...)
	if r.code != 0 {
		t.Fatalf("exit code %d\n%s", r.code, lastLines(r.stderr, 40))
	}
	return r.stdout
}

// application copies the example application into an empty repository and
// applies edits to it: path → new content of the file.
func application(t *testing.T, edits map[string]func(string) string) string {
	t.Helper()
	return fixture(t, filepath.Join(root, "examples/octocode"), edits)
}

func fixture(t *testing.T, from string, edits map[string]func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	copyFiles(t, from, dir)
	for name, edit := range edits {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		after := edit(string(data))
		if after == string(data) {
			t.Fatalf("the edit of %s changes nothing", name)
		}
		write(t, dir, name, after)
	}
	// A repository of its own, so that the context ends here.
	if out, err := exec.Command("git", "init", "--quiet", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %s", out)
	}
	return dir
}

// copyFiles copies what Git knows or would take of a folder, or of the given
// paths in it.
func copyFiles(t *testing.T, from, to string, paths ...string) {
	t.Helper()
	files := exec.Command("git", append([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}, paths...)...)
	files.Dir = from
	list, err := files.Output()
	if err != nil {
		t.Fatalf("list %s: %v", from, err)
	}
	for _, name := range strings.Split(strings.TrimRight(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, to, name, string(data))
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

func content(text string) func(string) string {
	return func(string) string { return text }
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
