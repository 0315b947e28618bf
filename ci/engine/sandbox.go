package engine

import "encoding/json"

// SandboxCommand is the hidden subcommand under which a daemon is started.
const SandboxCommand = "sandbox-exec"

// sandbox says how a daemon sees the machine: a root filesystem of its own
// with some folders of the host in it, in private mount and PID namespaces.
// The engine mounts its own resolv.conf over /etc/resolv.conf; here that is
// not the host's. And when the engine dies, of whatever, so does everything it
// started, and its mounts are gone.
type sandbox struct {
	Root  string            `json:"root"`
	Binds map[string]string `json:"binds"` // place inside → folder of the host
	Argv  []string          `json:"argv"`
	Env   []string          `json:"env"`
}

// argv is the command line that enters the sandbox.
func (s sandbox) argv(program string) ([]string, error) {
	spec, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return []string{program, SandboxCommand, string(spec)}, nil
}
