//go:build linux

package entry

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Run runs a scanner that is trusted with nothing: no variable of its
// container, no capability, no network, and a time limit.
//
//	ctr.WithExec(entry.Run{Argv: []string{"trivy", "--version"}, Seconds: 60}.Command())
type Run struct {
	// Argv is the command. It is looked up in PATH.
	Argv []string
	// Seconds is the time limit.
	Seconds int
	// ReadOnly are folders that the command cannot write to.
	ReadOnly []string
	// Network lets it have one, for the database.
	Network bool
	// Env are NAME=VALUE variables beside PATH, HOME and TMPDIR.
	Env []string
}

// Ran is how it ended. octocode-scan fails where the command has failed, for an
// engine takes from its cache what went well, and a timeout would be there for
// good; the answer is on stdout all the same.
type Ran struct {
	Code     int
	TimedOut bool
	// Stdout is all that it printed there, up to a mebibyte, if it went well; Log
	// the end of what it said on stderr.
	Stdout, Log string
}

func (r Ran) failed() bool { return r.Code != 0 || r.TimedOut }

// The most that is kept of what a command prints.
const (
	maxStdout = 1 << 20
	maxLog    = 8 << 10 // engines keep 100 KiB of what a failed command says
)

// Command is the command line for a container with octocode-scan.
func (r Run) Command() []string { return command("run", r) }

func (r Run) run() (Ran, error) {
	if len(r.Argv) == 0 || r.Seconds <= 0 {
		return Ran{}, errors.New("a command and a time limit are needed")
	}
	path, err := exec.LookPath(r.Argv[0])
	if err != nil {
		return Ran{}, fmt.Errorf("the scanner's container has no %s in its PATH: give another with --scanner", r.Argv[0])
	}
	if err := os.MkdirAll("/tmp", 0o1777); err != nil {
		return Ran{}, err
	}
	// Nobody but the kernel looks into this process, whose variables are those of
	// the container.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return Ran{}, fmt.Errorf("the scanner cannot be isolated: %w", err)
	}
	if err := isolate(r.ReadOnly, r.Network); err != nil {
		return Ran{}, fmt.Errorf("the scanner cannot be isolated: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.Seconds)*time.Second)
	defer cancel()
	stdout, log := &ends{first: maxStdout}, &ends{last: maxLog}
	cmd := exec.CommandContext(ctx, path, r.Argv[1:]...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/tmp", "TMPDIR=/tmp"}, r.Env...)
	cmd.Dir = "/tmp"
	cmd.Stdout, cmd.Stderr = stdout, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // for children of it that keep its output open
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return Ran{}, fmt.Errorf("the scanner cannot be started: %w", err)
	}
	code := cmd.ProcessState.ExitCode()
	if code == 0 && err != nil {
		code = -1
	}
	ran := Ran{Code: code, TimedOut: ctx.Err() != nil, Log: string(log.text)}
	if !ran.failed() {
		ran.Stdout = string(stdout.text)
	}
	return ran, nil
}

// ends keeps the first or the last bytes of what is written to it.
type ends struct {
	text        []byte
	first, last int
}

func (e *ends) Write(p []byte) (int, error) {
	if e.first > 0 {
		e.text = append(e.text, p[:min(len(p), e.first-len(e.text))]...)
		return len(p), nil
	}
	e.text = append(e.text, p...)
	e.text = e.text[max(0, len(e.text)-e.last):]
	return len(p), nil
}
