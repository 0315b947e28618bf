//go:build !linux

package engine

import (
	"errors"
	"syscall"
)

// Elsewhere than on Linux the engine runs in Docker, and preflight says so to
// whoever has none. What follows is never reached.

func sandboxAttr(bool) *syscall.SysProcAttr { return nil }

// EnterSandbox works on Linux only.
func EnterSandbox(string) error {
	return errors.New("an engine of our own runs on Linux only: install Docker, the dagger CLI then starts one in it")
}

func totalMemory() uint64 { return 0 }
