package engine

import (
	"context"
	"os/exec"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/pins"
)

// Status is what `octocode engine status` shows.
type Status struct {
	// Kind as in Runner; "none" where there is no engine yet.
	Kind    string `json:"kind"`
	Host    string `json:"host,omitempty"`
	Version string `json:"version,omitempty"`
	// Running says that the engine answered a query just now; of Docker's, that
	// its container runs.
	Running bool `json:"running"`
	PID     int  `json:"pid,omitempty"`
	// Registry is the address of the local registry, where one runs.
	Registry string `json:"registry,omitempty"`
	Home     string `json:"home,omitempty"`
	Error    string `json:"error,omitempty"`
}

// GetStatus looks at the engine without changing anything.
func GetStatus(ctx context.Context) Status {
	b := &bare{home: FindHome(), steps: &Steps{}}
	if found := find(ctx); found != nil {
		return b.statusOf(ctx, found)
	}
	s := Status{Kind: "none"}
	if _, err := b.recorded(); err != nil {
		return s
	}
	s = Status{Kind: "local", Host: b.home.RunnerHost(), Version: pins.Engine, PID: b.engine().pid(), Home: string(b.home)}
	if s.PID != 0 {
		if err := b.query(ctx); err != nil {
			s.Error = err.Error()
		} else {
			s.Running = true
		}
	}
	if b.registry().pid() != 0 {
		s.Registry = RegistryAddress()
	}
	return s
}

// statusOf looks at an engine that somebody else provides, and starts none.
func (b *bare) statusOf(ctx context.Context, found *Runner) Status {
	s := Status{Kind: found.Kind, Host: found.Host}
	if found.Kind == "docker" {
		names, err := output(ctx, "", "docker", "ps", "--filter", "name=dagger-engine-", "--format", "{{.Names}}")
		s.Running = err == nil && names != ""
		if !s.Running {
			s.Error = "the dagger CLI starts it in Docker when it is called"
		}
		return s
	}
	cli, err := exec.LookPath("dagger")
	if err != nil {
		if cli, err = b.cli(); err != nil {
			s.Error = "not asked: there is no dagger CLI here yet, `octocode engine up` builds one"
			return s
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := core(ctx, cli, found.Host, "version").CombinedOutput()
	if err != nil {
		s.Error = lastLines(out, 1)
		return s
	}
	s.Running, s.Version = true, strings.TrimSpace(string(out))
	return s
}
