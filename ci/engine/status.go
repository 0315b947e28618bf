package engine

import (
	"context"

	"github.com/octocode/octocode-ci/ci/pins"
)

// Status is what `octocode engine status` shows.
type Status struct {
	// Kind as in Runner; "none" where there is no engine yet.
	Kind    string `json:"kind"`
	Host    string `json:"host,omitempty"`
	Version string `json:"version,omitempty"`
	// Running says that the engine answered a query just now.
	Running bool `json:"running"`
	PID     int  `json:"pid,omitempty"`
	// Registry is the address of the local registry, where one runs.
	Registry string `json:"registry,omitempty"`
	Home     string `json:"home,omitempty"`
	Error    string `json:"error,omitempty"`
}

// GetStatus looks at the engine without changing anything.
func GetStatus(ctx context.Context) Status {
	if found := find(ctx); found != nil {
		return Status{Kind: found.Kind, Host: found.Host, Running: true}
	}
	b := &bare{home: FindHome(), steps: &Steps{}}
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
