// Package engine brings a Dagger engine to the machine it runs on.
//
// Where a runner is configured or Docker answers, that is used as the stock
// CLI would use it. On a bare Linux machine the engine is built from pinned,
// checksummed modules and run as a daemon, and where the image registries
// cannot be reached a local one serves stand-in images.
//
//	runner, err := engine.Up(ctx, engine.Options{Log: os.Stderr})
//	cmd := exec.Command(runner.CLI, "call", "ci")
//	cmd.Env = append(os.Environ(), runner.Env...)
package engine

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/octocode/octocode-ci/ci/pins"
)

// RunnerVariable names a configured runner to the Dagger CLI.
const RunnerVariable = "_EXPERIMENTAL_DAGGER_RUNNER_HOST"

// Options of Up.
type Options struct {
	// Offline uses stand-in images even where the registries can be reached.
	Offline bool
	// Images fills the local registry with stand-in images, whether they are used
	// or not.
	Images bool
	// Quick takes an engine of ours that runs already as it is, without looking
	// whether it is of the right parts or answers.
	Quick bool
	// Log receives the progress; nil means none.
	Log io.Writer
}

// Runner is an engine that can be used.
type Runner struct {
	// Kind is how the engine came here: "configured", "docker" or "local".
	Kind string `json:"kind"`
	// Host is the runner's address; empty when the CLI finds it by itself.
	Host string `json:"host,omitempty"`
	// CLI is the dagger program to call.
	CLI string `json:"cli"`
	// Env is what the CLI needs in its environment, beyond the caller's.
	Env []string `json:"-"`
}

// String says in one line which engine is used.
func (r Runner) String() string {
	switch r.Kind {
	case "configured":
		return "engine: the one configured in " + RunnerVariable + " (" + r.Host + ")"
	case "docker":
		return "engine: " + pins.Engine + " in Docker, started by the dagger CLI"
	}
	return "engine: " + pins.Engine + " on this machine (" + r.Host + ")"
}

// Up makes sure that an engine is there and returns how to reach it.
func Up(ctx context.Context, o Options) (*Runner, error) {
	steps := &Steps{W: o.Log}
	if found := find(ctx); found != nil {
		cli, err := findCLI(ctx, steps)
		if err != nil {
			return nil, err
		}
		found.CLI = cli
		return found, nil
	}
	b, err := newBare(steps)
	if err != nil {
		return nil, err
	}
	if !o.Quick || !b.listens() {
		if err := preflight(ctx); err != nil {
			return nil, err
		}
		if err := b.up(ctx, o); err != nil {
			return nil, err
		}
	}
	cli, err := b.cli()
	if err != nil {
		return nil, err
	}
	return &Runner{Kind: "local", Host: b.home.RunnerHost(), CLI: cli, Env: clientEnv(b.home.RunnerHost())}, nil
}

// find returns an engine that somebody else provides, or nil.
func find(ctx context.Context) *Runner {
	home := FindHome()
	if host := os.Getenv(RunnerVariable); host != "" && host != home.RunnerHost() {
		return &Runner{Kind: "configured", Host: host}
	}
	// With an engine of ours running there is no need to ask Docker each time.
	if (daemon{"engine", home}).pid() == 0 && dockerAnswers(ctx) {
		return &Runner{Kind: "docker"}
	}
	return nil
}

func dockerAnswers(ctx context.Context) bool {
	if _, err := exec.LookPath("docker"); err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, "docker", "version", "--format", "{{.Server.Version}}").Run() == nil
}

// findCLI prefers the user's own dagger; without one, ours is built.
func findCLI(ctx context.Context, steps *Steps) (string, error) {
	if cli, err := exec.LookPath("dagger"); err == nil {
		return cli, nil
	}
	b, err := newBare(steps)
	if err != nil {
		return "", err
	}
	unlock, err := b.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	dir, err := b.programs(ctx)
	if err != nil {
		return "", fmt.Errorf("no dagger CLI on PATH, and it could not be built: %w", err)
	}
	return dir + "/dagger", nil
}

// Down stops the engine and registry of this machine and puts the network
// back. An engine of somebody else is left alone.
func Down(ctx context.Context, log io.Writer) error {
	b, err := newBare(&Steps{W: log})
	if err != nil {
		return err
	}
	if !exists(string(b.home)) {
		return nil
	}
	return b.down(ctx)
}

// Clean is Down, and removes all that the engine ever wrote.
func Clean(ctx context.Context, log io.Writer) error {
	b, err := newBare(&Steps{W: log})
	if err != nil || !exists(string(b.home)) {
		return err
	}
	unlock, err := b.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := b.halt(ctx); err != nil {
		return err
	}
	// The lock goes last, so that whoever waits for it finds all or nothing.
	return b.steps.Slow("remove "+string(b.home), b.home.remove)
}
