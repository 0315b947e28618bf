package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// daemon is a long-running process of ours, known by its PID file. The file
// also holds the process's start time, so that a PID that was given to another
// process is not mistaken for ours.
type daemon struct {
	name string
	home Home
}

func (d daemon) pidFile() string { return d.home.path("pid", d.name) }

// start runs the sandbox in the background; its output goes to the log.
func (d daemon) start(s sandbox) error {
	for _, dir := range []string{filepath.Dir(d.pidFile()), filepath.Dir(d.home.Log(d.name))} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	// Why the last one ended can be read once more.
	if err := os.Rename(d.home.Log(d.name), d.home.Log(d.name)+".1"); err != nil && !os.IsNotExist(err) {
		return err
	}
	log, err := os.OpenFile(d.home.Log(d.name), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	argv, err := s.argv(self)
	if err != nil {
		return err
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = "/"
	cmd.Env = s.Env
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = sandboxAttr(true)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", d.name, err)
	}
	pid := cmd.Process.Pid
	started, err := startTime(pid)
	if err != nil {
		return fmt.Errorf("start %s: it %w: %s", d.name, errEnded, d.tail())
	}
	// Reap it if it ends while we still run; afterwards PID 1 does.
	go func() { _ = cmd.Wait() }()
	return os.WriteFile(d.pidFile(), fmt.Appendf(nil, "%d %s\n", pid, started), 0o644)
}

// pid returns the PID of the running daemon, or 0.
func (d daemon) pid() int {
	data, err := os.ReadFile(d.pidFile())
	if err != nil {
		return 0
	}
	var pid int
	var started string
	if _, err := fmt.Sscan(string(data), &pid, &started); err != nil || pid <= 1 {
		return 0
	}
	if now, err := startTime(pid); err != nil || now != started {
		return 0
	}
	return pid
}

// stopGrace is how long a daemon may take to end.
const stopGrace = 15 * time.Second

// stop ends the daemon: first politely, after the grace period by force.
func (d daemon) stop(grace time.Duration) error {
	pid := d.pid()
	if pid == 0 {
		return removeIfExists(d.pidFile())
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil && err != syscall.ESRCH {
			return fmt.Errorf("stop %s: %w", d.name, err)
		}
		for end := time.Now().Add(grace); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if d.pid() == 0 {
				return removeIfExists(d.pidFile())
			}
		}
	}
	return fmt.Errorf("stop %s: process %d does not end", d.name, pid)
}

// wait polls until ready answers, the daemon dies, or the limit is over.
func (d daemon) wait(ctx context.Context, limit time.Duration, ready func() error) error {
	var err error
	for end := time.Now().Add(limit); time.Now().Before(end); {
		if err = ready(); err == nil {
			return nil
		}
		if d.pid() == 0 {
			return fmt.Errorf("%s %w, its log says:\n%s", d.name, errEnded, d.tail())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s did not become ready within %s (%v), its log says:\n%s", d.name, limit, err, d.tail())
}

func (d daemon) tail() string {
	data, err := os.ReadFile(d.home.Log(d.name))
	if err != nil {
		return err.Error()
	}
	return lastLines(data, 8)
}

// startTime is field 22 of /proc/PID/stat. A zombie counts as ended.
func startTime(pid int) (string, error) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", err
	}
	// The command name, in brackets, may itself hold brackets and blanks.
	stat := string(data)
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 20 || fields[0] == "Z" {
		return "", os.ErrProcessDone
	}
	return fields[19], nil
}

func removeIfExists(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
