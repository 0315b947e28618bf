package engine

import (
	"os"
	"path/filepath"
)

// DefaultHome is where everything of a bare machine's engine lives: programs,
// root filesystem, images, state, sockets and logs. One tree, so that removing
// it removes everything.
const DefaultHome = "/var/lib/octocode"

// Home is the folder of the engine on this machine.
type Home string

// FindHome returns the folder from OCTOCODE_HOME, or DefaultHome. Who cannot
// have that has Docker's engine and needs a place for the CLI only, which is in
// the user's own cache then.
func FindHome() Home {
	if dir := os.Getenv("OCTOCODE_HOME"); dir != "" {
		return Home(dir)
	}
	if os.Geteuid() != 0 && !exists(DefaultHome) {
		if dir, err := os.UserCacheDir(); err == nil {
			return Home(filepath.Join(dir, "octocode"))
		}
	}
	return DefaultHome
}

func (h Home) path(elem ...string) string {
	return filepath.Join(append([]string{string(h)}, elem...)...)
}

// State is the engine's own cache and database, the largest part.
func (h Home) State() string { return h.path("state") }

// Run holds the sockets and PID files; it is /run inside the engine's root.
func (h Home) Run() string { return h.path("run") }

// Socket is where the engine listens.
func (h Home) Socket() string { return socketIn(h.Run()) }

// socketIn is the place of the engine's socket in its folder of sockets.
func socketIn(run string) string { return filepath.Join(run, "dagger", "engine.sock") }

// RunnerHost is the value of _EXPERIMENTAL_DAGGER_RUNNER_HOST for our engine.
func (h Home) RunnerHost() string { return "unix://" + h.Socket() }

// Log is the log file of a daemon.
func (h Home) Log(daemon string) string { return h.path("log", daemon+".log") }

// Registry is the storage of the local registry.
func (h Home) Registry() string { return h.path("registry") }

// publish moves a finished temporary folder or file to its final place, so
// that a place that exists is always complete. An older build of another key
// is left for prune.
func publish(tmp, final string) error {
	if err := os.MkdirAll(filepath.Dir(final), 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(final); err != nil {
		return err
	}
	return os.Rename(tmp, final)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
