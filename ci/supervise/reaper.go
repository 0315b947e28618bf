//go:build linux

package supervise

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// reaper buries processes that nobody waits for: process 1 inherits them.
type reaper struct {
	mu  sync.Mutex
	own map[int]bool
}

// start starts a command that its starter waits for.
func (r *reaper) start(cmd *exec.Cmd) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := cmd.Start()
	if err == nil {
		r.own[cmd.Process.Pid] = true
	}
	return err
}

// ended is called after the wait.
func (r *reaper) ended(cmd *exec.Cmd) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.own, cmd.Process.Pid)
}

// run looks for the dead once a second.
func (r *reaper) run() {
	for range time.Tick(time.Second) {
		entries, err := os.ReadDir("/proc")
		if err != nil {
			continue
		}
		r.mu.Lock()
		for _, entry := range entries {
			if pid, err := strconv.Atoi(entry.Name()); err == nil && !r.own[pid] && orphan(pid) {
				_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
			}
		}
		r.mu.Unlock()
	}
}

// orphan reports whether a process is dead and a child of this one.
func orphan(pid int) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	// The name in parentheses may hold anything.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	return len(fields) > 1 && fields[0] == "Z" && fields[1] == strconv.Itoa(os.Getpid())
}
