//go:build linux

package supervise

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// The exit codes of a job whose services did not get ready, and of one whose
// command was ended by a signal.
const (
	blockedExit = 124
	signalExit  = 123
)

// job waits for the services, runs its command, and collects what they left.
func (s *supervisor) job(ctx context.Context) int {
	code := blockedExit
	err := await(ctx, s.client, s.spec, func(text string) { s.logs.say("waits for %s", text) })
	if err == nil {
		code = s.work(ctx)
	} else {
		fmt.Fprintln(os.Stderr, "the stack is not ready: "+err.Error())
		for _, line := range s.troubles(ctx) {
			fmt.Fprintln(os.Stderr, "  "+line)
		}
		// Who asks for logs wants them all the more.
		s.printLogs(context.WithoutCancel(ctx))
	}
	if s.spec.Collect != "" {
		if err := s.collect(context.WithoutCancel(ctx)); err != nil {
			fmt.Fprintln(os.Stderr, "octocode-init:", err)
			if code == 0 {
				code = 125
			}
		}
	}
	return code
}

// work does what the job is for and returns the exit code.
func (s *supervisor) work(ctx context.Context) int {
	if e := s.spec.Exec; e != nil {
		code, err := s.client.exec(ctx, e.Host, e.Argv, os.Stdout)
		if err != nil {
			fmt.Fprintln(os.Stderr, "octocode-init:", err)
			return 126
		}
		return exitCode(code)
	}
	if code := s.printLogs(ctx); code != 0 {
		return code
	}
	if len(s.spec.Process.Argv) == 0 {
		return 0
	}
	cmd := s.command(s.spec.Process.Argv)
	var output io.Writer = os.Stdout
	if s.spec.Output != "" {
		file, err := create(s.spec.Output)
		if err != nil {
			fmt.Fprintln(os.Stderr, "octocode-init:", err)
			return 126
		}
		defer file.Close()
		output = io.MultiWriter(os.Stdout, file)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, output, output
	// Of this container's session, so that it ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if err := s.reaper.start(cmd); err != nil {
		fmt.Fprintln(os.Stderr, "octocode-init:", cause(err))
		return 126
	}
	s.mu.Lock()
	s.process = cmd.Process
	s.mu.Unlock()
	if limit := time.Duration(s.spec.Limit); limit > 0 {
		// Nothing else runs here, so that all that the command has started goes with it.
		defer time.AfterFunc(limit, func() {
			fmt.Fprintf(os.Stderr, "octocode-init: stopped, as it took longer than %s\n", s.spec.Limit)
			_ = syscall.Kill(-1, syscall.SIGKILL)
		}).Stop()
	}
	return exitCode(s.wait(cmd))
}

// exitCode is one that an engine hands on: it takes that of a signal for a fault
// of its own, and nobody would see the logs.
func exitCode(code int) int {
	if code > 127 {
		fmt.Fprintf(os.Stderr, "octocode-init: the command has ended with exit code %d\n", code)
		return signalExit
	}
	return code
}

// printLogs prints the logs that the job asks for, of each replica.
func (s *supervisor) printLogs(ctx context.Context) int {
	for _, service := range s.spec.Logs {
		for i, host := range s.spec.Hosts[service] {
			err := s.client.logs(ctx, host, false, func(line []byte) {
				fmt.Printf("%s-%d | %s", service, i+1, line)
			})
			if err != nil {
				fmt.Fprintln(os.Stderr, "octocode-init:", err)
				return 126
			}
		}
	}
	return 0
}

// create makes a file and its folder, which the command may write to as well.
func create(path string) (*os.File, error) {
	dir := filepath.Dir(path)
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		return nil, err
	}
	return os.Create(path)
}

// hosts are all containers of the run, in the order of their services' names.
func (s *supervisor) hosts() []string {
	var list []string
	for _, service := range slices.Sorted(maps.Keys(s.spec.Hosts)) {
		list = append(list, s.spec.Hosts[service]...)
	}
	return list
}

// troubles tell what is wrong with which service: first what failed by itself,
// with its last lines, then who waits for it.
func (s *supervisor) troubles(ctx context.Context) []string {
	var causes, victims []string
	hosts := s.hosts()
	for i, st := range s.client.statuses(ctx, hosts) {
		line := st.Trouble()
		if line == "" || st.done() && !st.Checked {
			continue
		}
		if st.State == Waiting || st.Blocked != "" {
			victims = append(victims, line)
			continue
		}
		causes = append(causes, line)
		text := &tail{limit: 2000}
		_ = s.client.logs(ctx, hosts[i], false, func(l []byte) { _, _ = text.Write(l) })
		for l := range bytes.Lines(text.text) {
			causes = append(causes, "    "+st.Name+" | "+string(bytes.TrimRight(l, "\r\n")))
		}
	}
	return append(causes, victims...)
}

// collect writes NAME.log of each container and status.json of all.
func (s *supervisor) collect(ctx context.Context) error {
	if err := os.MkdirAll(s.spec.Collect, 0o755); err != nil {
		return fmt.Errorf("the logs cannot be collected: %v", cause(err))
	}
	hosts := s.hosts()
	list := s.client.statuses(ctx, hosts)
	for i, st := range list {
		var text bytes.Buffer
		if st.State != Lost {
			_ = s.client.logs(ctx, hosts[i], false, func(line []byte) { text.Write(line) })
		}
		if err := os.WriteFile(filepath.Join(s.spec.Collect, st.Name+".log"), text.Bytes(), 0o644); err != nil {
			return fmt.Errorf("the logs cannot be collected: %v", cause(err))
		}
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(s.spec.Collect, "status.json"), text, 0o644)
	}
	return err
}
