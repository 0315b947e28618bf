package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDigestIsOfContentAlone(t *testing.T) {
	tree := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			if err := copyText(filepath.Join(dir, name), text); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	key := func(dir string, inputs ...string) string {
		k, err := digest(dir, []string{"a"}, inputs...)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	one := key(tree(map[string]string{"a/x": "1", "a/y": "2", "b": "3"}))
	tests := map[string]struct {
		other string
		same  bool
	}{
		"same files, another place": {key(tree(map[string]string{"a/x": "1", "a/y": "2", "b": "other"})), true},
		"other content":             {key(tree(map[string]string{"a/x": "1", "a/y": "3"})), false},
		"content in another file":   {key(tree(map[string]string{"a/x": "12", "a/y": ""})), false},
		"other name":                {key(tree(map[string]string{"a/x": "1", "a/z": "2"})), false},
		"further input":             {key(tree(map[string]string{"a/x": "1", "a/y": "2"}), "go1"), false},
	}
	for name, test := range tests {
		if (test.other == one) != test.same {
			t.Errorf("%s: key %s, first %s", name, test.other, one)
		}
	}
	if _, err := digest(t.TempDir(), []string{"missing"}); err == nil {
		t.Error("a missing input has a key")
	}
}

func copyText(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

func TestPublishReplacesTheWholeFolder(t *testing.T) {
	dir := t.TempDir()
	final := filepath.Join(dir, "bin", "key")
	for _, name := range []string{"old", "new"} {
		tmp := filepath.Join(dir, "tmp")
		if err := copyText(filepath.Join(tmp, name), name); err != nil {
			t.Fatal(err)
		}
		if err := publish(tmp, final); err != nil {
			t.Fatal(err)
		}
	}
	if exists(filepath.Join(final, "old")) || !exists(filepath.Join(final, "new")) || exists(filepath.Join(dir, "tmp")) {
		t.Error("the folder is a mix of two builds")
	}
}

func TestDaemonKnowsItsProcess(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	go func() { _ = cmd.Wait() }()
	d := daemon{"sleeper", Home(t.TempDir())}
	started, err := startTime(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	note := func(pid int, start string) {
		if err := copyText(d.pidFile(), string(must(json.Marshal(pid)))+" "+start+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if d.pid() != 0 {
		t.Error("a daemon without a PID file runs")
	}
	note(cmd.Process.Pid, "1")
	if d.pid() != 0 {
		t.Error("a process that took over the PID is taken for ours")
	}
	if err := d.stop(time.Second); err != nil {
		t.Errorf("stop: %v", err)
	}
	if _, err := startTime(cmd.Process.Pid); err != nil {
		t.Fatal("a process of somebody else was stopped")
	}
	note(cmd.Process.Pid, started)
	if d.pid() != cmd.Process.Pid {
		t.Error("the running daemon is not found")
	}
	if err := d.stop(5 * time.Second); err != nil || d.pid() != 0 || exists(d.pidFile()) {
		t.Errorf("stop: %v, pid %d", err, d.pid())
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestStepsReportResultAndTime(t *testing.T) {
	var out bytes.Buffer
	steps := &Steps{W: &out}
	if err := steps.Do("good", func() error { return nil }); err != nil {
		t.Error(err)
	}
	if err := steps.Slow("quick", func() error { return nil }); err != nil {
		t.Error(err)
	}
	want := errors.New("no")
	if err := steps.Do("bad", func() error { return want }); !errors.Is(err, want) {
		t.Errorf("error = %v", err)
	}
	if got := out.String(); !strings.Contains(got, "✓ good (0.0 s)\n") || !strings.Contains(got, "✗ bad (0.0 s)\n") || strings.Contains(got, "quick") {
		t.Errorf("steps print\n%s", got)
	}
}

func TestArgv(t *testing.T) {
	if argv := buildArgs("/out"); !slices.Contains(argv, "-mod=readonly") || !slices.Contains(argv, "/out/") || argv[len(argv)-1] != "tool" {
		t.Errorf("build: %q", argv)
	}
	argv := bootstrapArgs("/target", []string{"git", "runc"})
	if !slices.Contains(argv, "--include=git,runc") || argv[len(argv)-1] != "/target" {
		t.Errorf("bootstrap: %q", argv)
	}
	for _, arg := range argv {
		if strings.Contains(arg, "://") {
			t.Errorf("bootstrap names a mirror: %q", arg)
		}
	}
}

func TestLocalRef(t *testing.T) {
	t.Setenv("OCTOCODE_REGISTRY", "127.0.0.1:5001")
	if got := localRef("docker.io/library/node:24.21.0-trixie-slim"); got != "127.0.0.1:5001/library/node:24.21.0-trixie-slim" {
		t.Errorf("localRef = %s", got)
	}
}

// The mirror is set only where the real registries cannot be reached.
func TestEngineConfiguration(t *testing.T) {
	for _, offline := range []bool{true, false} {
		etc := filepath.Join(t.TempDir(), "etc")
		if err := writeConfig(etc, offline, 100e9); err != nil {
			t.Fatal(err)
		}
		data := string(must(os.ReadFile(filepath.Join(etc, "engine.json"))))
		if !json.Valid([]byte(data)) || strings.Contains(data, "mirrors") != offline {
			t.Errorf("offline %v: %s", offline, data)
		}
	}
}

// The engine gets nothing of the caller's environment but its proxies.
func TestEngineEnvironment(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
	env := strings.Join(engineEnv("sha256:1"), "\n")
	if strings.Contains(env, "hunter2") || !strings.Contains(env, "HTTPS_PROXY=http://127.0.0.1:3128") || !strings.Contains(env, "sha256:1") {
		t.Errorf("environment:\n%s", env)
	}
}

func TestFindSource(t *testing.T) {
	t.Setenv("OCTOCODE_SOURCE", "")
	dir, err := FindSource()
	if err != nil || !exists(filepath.Join(dir, upstreamDir, "go.mod")) {
		t.Errorf("FindSource = %q, %v", dir, err)
	}
	t.Chdir(t.TempDir())
	if dir, err := FindSource(); err == nil || !strings.Contains(err.Error(), "OCTOCODE_SOURCE") {
		t.Errorf("FindSource outside of a checkout = %q, %v", dir, err)
	}
}

func TestDoctorNamesWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("OCTOCODE_HOME", t.TempDir())
	missing := map[string]string{}
	for _, r := range Doctor(t.Context()) {
		if !r.Found {
			missing[r.Name] = r.Fix
		}
	}
	for _, name := range []string{"Go", "distribution", "tar", "mmdebstrap"} {
		if missing[name] == "" {
			t.Errorf("%s is not reported with its cure: %v", name, missing)
		}
	}
	if err := preflight(t.Context()); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("preflight = %v, want one line", err)
	}
}
