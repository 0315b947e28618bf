package engine

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// sandboxAttr are the attributes of the process that enters the sandbox.
func sandboxAttr(background bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Setsid:     background,
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC,
	}
}

// EnterSandbox replaces the current process, which must have been started in
// new mount and PID namespaces, by the program of the given specification. It
// returns only on error.
func EnterSandbox(spec string) error {
	var s sandbox
	if err := json.Unmarshal([]byte(spec), &s); err != nil {
		return fmt.Errorf("read sandbox specification: %w", err)
	}
	if err := s.mount(); err != nil {
		return err
	}
	old := filepath.Join(s.Root, ".host")
	if err := os.MkdirAll(old, 0o700); err != nil {
		return err
	}
	if err := unix.PivotRoot(s.Root, old); err != nil {
		return fmt.Errorf("enter root filesystem: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if err := unix.Unmount("/.host", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the host's root: %w", err)
	}
	return fmt.Errorf("start %s: %w", s.Argv[0], unix.Exec(s.Argv[0], s.Argv, s.Env))
}

func (s sandbox) mount() error {
	// Nothing that is mounted from here on may reach the host.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	bind := func(from, to string) error {
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("mount %s: %w", from, err)
		}
		return nil
	}
	if err := bind(s.Root, s.Root); err != nil {
		return err
	}
	if err := unix.Mount("proc", filepath.Join(s.Root, "proc"), "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	for _, dir := range []string{"/sys", "/dev"} {
		if err := bind(dir, filepath.Join(s.Root, dir)); err != nil {
			return err
		}
	}
	if err := unix.Mount("tmpfs", filepath.Join(s.Root, "tmp"), "tmpfs", 0, "mode=1777"); err != nil {
		return fmt.Errorf("mount /tmp: %w", err)
	}
	for inside, host := range s.Binds {
		if err := bind(host, filepath.Join(s.Root, inside)); err != nil {
			return err
		}
	}
	return nil
}

// totalMemory is that of the machine in bytes; 0 when it is not known.
func totalMemory() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return info.Totalram * uint64(info.Unit)
}
