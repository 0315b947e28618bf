package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// query asks the engine for its version, as any client would.
func (b *bare) query(ctx context.Context) error {
	cli, err := b.cli()
	if err != nil {
		return err
	}
	// Busy with its caches after a crash, it may let a caller wait.
	ctx, cancel := context.WithTimeoutCause(ctx, 2*time.Minute, errors.New("no answer within 2 minutes"))
	defer cancel()
	_, err = b.ask(ctx, cli, b.home.RunnerHost(), "version")
	return err
}

// ask calls a core function of the engine and returns what it prints. When the
// engine ends meanwhile, the error is errEnded: a client may wait for ever.
func (b *bare) ask(ctx context.Context, cli, host string, function ...string) (string, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		for ctx.Err() == nil && b.engine().pid() != 0 {
			time.Sleep(100 * time.Millisecond)
		}
		stop(errEnded)
	}()
	out, err := core(ctx, cli, host, function...).CombinedOutput()
	switch {
	case err == nil:
		return string(out), nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	}
	return "", fmt.Errorf("query: %s", lastLines(out, 2))
}

// core is the command that calls a core function of the engine at host.
func core(ctx context.Context, cli, host string, function ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, cli, append([]string{"core", "--silent"}, function...)...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), clientEnv(host)...)
	cmd.WaitDelay = time.Second // for children of it that keep its output open
	return cmd
}

// warmDir is a Dagger module that does nothing.
const warmDir = "ci/engine/warm"

// warmUp calls an empty module once in the life of an engine's state. The
// engine unpacks its Go SDK for it and compiles what every module imports, so
// that the first call of a real module pays only for itself.
func (b *bare) warmUp(ctx context.Context) error {
	p, err := b.recorded()
	if err != nil {
		return err
	}
	marker := filepath.Join(b.home.State(), "warm-"+filepath.Base(p.SDK))
	if exists(marker) {
		return nil
	}
	return b.steps.Do("warm up the Go SDK", func() error {
		cmd := exec.CommandContext(ctx, filepath.Join(p.Programs, "dagger"), "call", "-m", filepath.Join(b.source, warmDir), "ready")
		cmd.Dir = "/"
		cmd.Env = append(os.Environ(), clientEnv(b.home.RunnerHost())...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("call an empty module: %s", lastLines(out, 3))
		}
		return os.WriteFile(marker, nil, 0o644)
	})
}

func clientEnv(host string) []string {
	return []string{"_EXPERIMENTAL_DAGGER_RUNNER_HOST=" + host, "DAGGER_NO_NAG=1", "DO_NOT_TRACK=1"}
}

// idle says that nobody uses the engine.
func (b *bare) idle(ctx context.Context) bool {
	cli, err := b.cli()
	if err != nil {
		return false
	}
	clients, err := b.ask(ctx, cli, b.home.RunnerHost(), "engine", "clients", "--json")
	var ids []string
	return err == nil && json.Unmarshal([]byte(clients), &ids) == nil && len(ids) <= 1 // we are one
}

// waitIdle waits until nobody uses the engine, which is to be another one: what
// runs on it belongs to another checkout, perhaps, with other versions.
func (b *bare) waitIdle(ctx context.Context) error {
	if b.idle(ctx) {
		return nil
	}
	return b.steps.Do("wait until nobody uses the engine, which has to be another one", func() error {
		for !b.idle(ctx) && b.engine().pid() != 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(2 * time.Second):
			}
		}
		return nil
	})
}
