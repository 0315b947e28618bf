package supervise

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// kept is how many bytes of its log a service keeps; older lines go first.
const kept = 16 << 20

// logs prints what a service prints, line by line with its name in front, and
// keeps it for whoever asks later.
type logs struct {
	prefix  string
	mu      sync.Mutex
	lines   [][]byte
	size    int
	lost    int
	changed chan struct{}
	out     io.Writer
}

func newLogs(name, role string) *logs {
	// What a job prints is its command's alone.
	l := &logs{changed: make(chan struct{}), out: os.Stderr}
	if role == RoleService {
		l.prefix, l.out = name+" | ", os.Stdout
	}
	return l
}

// add takes one line with its end.
func (l *logs) add(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line = bytes.Clone(line)
	fmt.Fprintf(l.out, "%s%s", l.prefix, line)
	l.lines = append(l.lines, line)
	for l.size += len(line); l.size > kept; l.lost++ {
		l.size -= len(l.lines[0])
		l.lines = l.lines[1:]
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// say adds a line of the supervisor itself.
func (l *logs) say(format string, args ...any) {
	l.add(fmt.Appendf(nil, "octocode: "+format+"\n", args...))
}

// after returns the lines from number n on, the number of the next one, and a
// channel that closes when there is more.
func (l *logs) after(n int) (lines [][]byte, next int, more <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := min(max(0, n-l.lost), len(l.lines))
	return l.lines[from:], l.lost + len(l.lines), l.changed
}

// writer splits what is written into lines.
func (l *logs) writer() *lineWriter { return &lineWriter{line: l.add} }

type lineWriter struct {
	mu   sync.Mutex
	line func([]byte)
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			// Nobody waits for the end of a line without one.
			if len(w.rest) > 64<<10 {
				w.flush()
			}
			return len(p), nil
		}
		w.line(w.rest[:i+1])
		w.rest = w.rest[i+1:]
	}
}

// Close passes on a last line without an end.
func (w *lineWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flush()
	return nil
}

func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.line(append(w.rest, '\n'))
		w.rest = nil
	}
}
