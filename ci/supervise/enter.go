//go:build linux

package supervise

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// enter turns this process into one of the service: its limits, capabilities,
// user and folder. It returns only when that fails.
func enter(p Process, argv []string) error {
	// What follows is of this thread, and exec makes it the whole process.
	runtime.LockOSThread()
	a, err := findAccount(p.User)
	if err != nil {
		return err
	}
	for _, limit := range p.Ulimits {
		if err := setLimit(limit.Name, limit.Soft, limit.Hard); err != nil {
			return err
		}
	}
	dir := p.WorkingDir
	if dir == "" {
		dir = "/"
	}
	if err := os.Chdir(dir); err != nil {
		return fmt.Errorf("folder %s: %v", dir, cause(err))
	}
	if err := dropCapabilities(p); err != nil {
		return err
	}
	if err := errors.Join(syscall.Setgroups(a.groups), syscall.Setresgid(a.gid, a.gid, a.gid), syscall.Setresuid(a.uid, a.uid, a.uid)); err != nil {
		return fmt.Errorf("user %q: %v", p.User, err)
	}
	if p.NoNewPrivileges {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return fmt.Errorf("no-new-privileges: %v", err)
		}
	}
	// An init of the image's own, such as tini, buries its orphans as if it were
	// process 1.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	env := environment(a, p.Env)
	program, err := lookPath(argv[0], env)
	if err != nil {
		return err
	}
	return fmt.Errorf("%s: %v", argv[0], syscall.Exec(program, argv, env))
}

// environment is that of the container with the home of the user. The engine
// adds variables of its own telemetry, which are no business of a service that
// does not set them itself.
func environment(a account, own []string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		if slices.Contains(own, name) {
			return false
		}
		return name == "HOME" || name == "TRACEPARENT" || name == "BAGGAGE" || strings.HasPrefix(name, "OTEL_")
	})
	if !slices.Contains(own, "HOME") {
		env = append(env, "HOME="+a.home)
	}
	return env
}

// lookPath finds a program as a shell would, and says which one is missing.
func lookPath(name string, env []string) (string, error) {
	for _, v := range env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok {
			_ = os.Setenv("PATH", path)
		}
	}
	if path := os.Getenv("PATH"); path == "" {
		_ = os.Setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	}
	program, err := exec.LookPath(name)
	switch {
	case err == nil:
		return filepath.Abs(program)
	case errors.Is(err, exec.ErrDot):
		return program, nil
	case errors.Is(err, os.ErrPermission):
		return "", fmt.Errorf("%s is not executable", name)
	}
	return "", fmt.Errorf("%s is not in the image", name)
}

var limits = map[string]int{
	"as": unix.RLIMIT_AS, "core": unix.RLIMIT_CORE, "cpu": unix.RLIMIT_CPU, "data": unix.RLIMIT_DATA, "fsize": unix.RLIMIT_FSIZE,
	"locks": unix.RLIMIT_LOCKS, "memlock": unix.RLIMIT_MEMLOCK, "msgqueue": unix.RLIMIT_MSGQUEUE, "nice": unix.RLIMIT_NICE,
	"nofile": unix.RLIMIT_NOFILE, "nproc": unix.RLIMIT_NPROC, "rss": unix.RLIMIT_RSS, "rtprio": unix.RLIMIT_RTPRIO,
	"rttime": unix.RLIMIT_RTTIME, "sigpending": unix.RLIMIT_SIGPENDING, "stack": unix.RLIMIT_STACK,
}

func setLimit(name string, soft, hard int) error {
	kind, known := limits[name]
	if !known {
		return fmt.Errorf("ulimit %q is not known", name)
	}
	value := func(n int) uint64 {
		if n < 0 {
			return unix.RLIM_INFINITY
		}
		return uint64(n)
	}
	if err := unix.Setrlimit(kind, &unix.Rlimit{Cur: value(soft), Max: value(hard)}); err != nil {
		return fmt.Errorf("ulimit %s=%d:%d cannot be set: %v", name, soft, hard, err)
	}
	return nil
}
