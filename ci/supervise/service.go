//go:build linux

package supervise

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/octocode/octocode-ci/ci/stack"
)

// service waits for the others, and runs the process.
func (s *supervisor) service(ctx context.Context) int {
	err := await(ctx, s.client, s.spec, func(text string) {
		s.set(func(st *Status) { st.Reason = "for " + text })
		s.logs.say("waits for %s", text)
	})
	if err != nil {
		return s.fail(err)
	}
	code, err := s.once(ctx)
	if err != nil {
		return s.fail(err)
	}
	// The container stays, so that its exit code and logs can be asked for. It is
	// not started again: what crashes in a test has to be seen.
	s.idle()
	return code
}

// once runs the process from start to end.
func (s *supervisor) once(ctx context.Context) (int, error) {
	out := s.logs.writer()
	cmd := s.command(s.spec.Process.Argv)
	cmd.Stdout, cmd.Stderr = out, out
	if err := s.reaper.start(cmd); err != nil {
		return 0, fmt.Errorf("the process cannot be started: %v", cause(err))
	}
	s.mu.Lock()
	s.process = cmd.Process
	s.mu.Unlock()
	checking, stop := context.WithCancel(ctx)
	h := s.spec.Process.Health
	switch {
	case h != nil && !h.Disabled:
		s.set(func(st *Status) { st.State, st.Reason, st.Checked = Starting, "", true })
		go s.check(checking, *h)
	case h == nil && len(s.spec.Process.Ports) > 0:
		s.set(func(st *Status) { st.State, st.Reason, st.Health = Starting, "", "none of its ports is open" })
		go s.knock(checking)
	default:
		s.set(func(st *Status) { st.State, st.Reason = Running, "" })
	}
	code := s.wait(cmd)
	stop()
	_ = out.Close()
	s.mu.Lock()
	s.process = nil
	s.mu.Unlock()
	s.set(func(st *Status) { st.State, st.ExitCode = Exited, code })
	return code, nil
}

// command is a process of the service: this program again, which becomes argv.
func (s *supervisor) command(argv []string) *exec.Cmd {
	cmd := exec.Command(Program, append([]string{"enter"}, argv...)...)
	cmd.Args[0] = "octocode-init"
	cmd.ExtraFiles = []*os.File{s.orders}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	// What holds the output open after the end is not waited for.
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// wait returns the exit code, of a signal 128 more than its number, as a shell
// does.
func (s *supervisor) wait(cmd *exec.Cmd) int {
	err := cmd.Wait()
	s.reaper.ended(cmd)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return 128 + int(status.Signal())
		}
		return exit.ExitCode()
	}
	if cmd.ProcessState != nil {
		return cmd.ProcessState.ExitCode()
	}
	return 126
}

// check runs the health check until ctx ends, as Docker does.
func (s *supervisor) check(ctx context.Context, h stack.Healthcheck) {
	begin := time.Now()
	c := course{health: h}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(c.pause(time.Since(begin))):
		}
		output, ok := s.probe(ctx, h)
		if ctx.Err() != nil {
			return
		}
		state := c.count(time.Since(begin), ok)
		s.set(func(st *Status) {
			st.Checks, st.Health = c.checks, output
			if state != "" {
				st.State = state
			}
		})
	}
}

// knock waits for the first open port of a service without a health check.
func (s *supervisor) knock(ctx context.Context) {
	for {
		for _, port := range s.spec.Process.Ports {
			conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), time.Second)
			if err == nil {
				conn.Close()
				s.set(func(st *Status) { st.State, st.Health = Running, "" })
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(poll):
		}
	}
}

// probe runs the check once.
func (s *supervisor) probe(ctx context.Context, h stack.Healthcheck) (output string, ok bool) {
	argv := h.Argv
	if h.Kind == stack.HealthShell {
		argv = append([]string{"/bin/sh", "-c"}, argv...)
	}
	if timeout := time.Duration(h.Timeout); timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	cmd := s.command(argv)
	text := &tail{limit: 4096}
	cmd.Stdout, cmd.Stderr = text, text
	if err := s.reaper.start(cmd); err != nil {
		return "the check cannot be started: " + cause(err).Error(), false
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		case <-done:
		}
	}()
	code := s.wait(cmd)
	close(done)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Sprintf("the check took longer than %s. %s", h.Timeout, text), false
	}
	if code != 0 && text.String() == "" {
		return fmt.Sprintf("the check ends with exit code %d", code), false
	}
	return text.String(), code == 0
}

// tail keeps the end of what is written.
type tail struct {
	limit int
	text  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if over := len(t.text) - t.limit; over > 0 {
		t.text = t.text[over:]
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.text) }

// kill sends a signal to the process of the service.
func (s *supervisor) kill(number syscall.Signal) error {
	s.mu.Lock()
	process := s.process
	s.mu.Unlock()
	if process == nil {
		return errors.New("no process runs")
	}
	err := process.Signal(number)
	if errors.Is(err, os.ErrProcessDone) {
		return errors.New("no process runs")
	}
	return err
}
