package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
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
// stays until the folder is cleaned.
func publish(tmp, final string) error {
	if err := os.MkdirAll(filepath.Dir(final), 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(final); err != nil {
		return err
	}
	return os.Rename(tmp, final)
}

// check says what is wrong with the folder as a place for an engine. The address
// of a socket has room for 107 bytes.
func (h Home) check() error {
	if !filepath.IsAbs(string(h)) {
		return fmt.Errorf("OCTOCODE_HOME=%s: give the folder with its whole path, from / on", h)
	}
	if n := len(h.Socket()); n > 107 {
		return fmt.Errorf("OCTOCODE_HOME=%s: the path is %d bytes too long for the engine's socket: use a shorter one", h, n-107)
	}
	return nil
}

// remove removes what an engine has written, and the folder if nothing else is
// in it: somebody may have named a folder that holds more.
func (h Home) remove() error {
	for _, name := range []string{
		"bench", "bin", "cache.json", "engine.json", "etc", "images.json", "ip_forward.before", "log", "pid",
		"registry", "registry-etc", "rootfs", "run", "sdk", "state", "state.broken", "sweep", "lock",
	} {
		if err := os.RemoveAll(h.path(name)); err != nil {
			return fmt.Errorf("remove %s: %w", h.path(name), err)
		}
	}
	if err := os.Remove(string(h)); err != nil && !os.IsNotExist(err) && !errors.Is(err, syscall.ENOTEMPTY) {
		return fmt.Errorf("remove %s: %w", h, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
