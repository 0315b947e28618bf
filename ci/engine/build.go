package engine

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/octocode/octocode-ci/ci/pins"
)

// commands maps the names that `go build` gives to the names inside the
// engine's root filesystem.
var commands = map[string]string{
	"dagger":  "usr/local/bin/dagger",
	"engine":  "usr/local/bin/dagger-engine",
	"init":    "usr/local/bin/dagger-init",
	"dnsname": "usr/lib/cni/dnsname",
	"codegen": "usr/local/bin/codegen",
}

// target is what is built: all commands or, where no engine of ours can run,
// the CLI alone, with which Docker's is reached.
func target(goos string) string {
	if goos == "linux" {
		return "tool"
	}
	return "github.com/dagger/dagger/cmd/dagger"
}

// buildArgs is the argv that builds the commands into dir. CGO stays off: a
// dynamic init could not run inside scratch, distroless or musl images.
func buildArgs(dir string) []string {
	const version = "github.com/dagger/dagger/engine."
	ldflags := fmt.Sprintf("-s -w -X %[1]sVersion=%[2]s -X %[1]sTag=%[2]s", version, pins.Engine)
	return []string{"go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o", dir + "/", target(runtime.GOOS)}
}

// programs builds engine, CLI and helpers from the pinned modules and returns
// their folder. The folder's name is a key over everything that goes in; a
// build that was interrupted leaves no folder of that name.
func (b *bare) programs(ctx context.Context) (string, error) {
	goVersion, err := output(ctx, b.source, "go", "env", "GOVERSION")
	if err != nil {
		return "", fmt.Errorf("Go is missing: install Go 1.26 or newer and put it on PATH")
	}
	key, err := digest(b.source, []string{upstreamDir}, append(buildArgs("dir"), goVersion)...)
	if err != nil {
		return "", err
	}
	dir := b.home.path("bin", key)
	if exists(dir) {
		return dir, nil
	}
	tmp := dir + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return "", err
	}
	err = b.steps.Do("build engine, CLI and helpers "+pins.Engine+" (about 4 minutes the first time)", func() error {
		if err := os.MkdirAll(tmp, 0o755); err != nil {
			return err
		}
		argv := buildArgs(tmp)
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Dir = filepath.Join(b.source, upstreamDir)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build engine: %w: %s", err, lastLines(out, 12))
		}
		for name := range commands {
			if runtime.GOOS != "linux" && name != "dagger" {
				continue
			}
			if !exists(filepath.Join(tmp, name)) {
				return fmt.Errorf("build engine: %s was not built", name)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return dir, publish(tmp, dir)
}

// output runs a command and returns its standard output, trimmed.
func output(ctx context.Context, dir string, argv ...string) (string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", argv[0], err, lastLines(stderr.Bytes(), 6))
	}
	return strings.TrimSpace(string(out)), nil
}

// lastLines returns the end of a tool's output, where its error stands.
func lastLines(out []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
