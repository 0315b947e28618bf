package engine

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Steps prints the progress of long work: a line when a step begins, a sign of
// life every ten seconds, and a line with the elapsed time at its end. Steps
// may run side by side.
type Steps struct {
	W  io.Writer
	mu sync.Mutex
}

// heartbeat is how often a running step says that it still runs.
const heartbeat = 10 * time.Second

// Do runs one named step. A step that ends within a second and without error
// prints nothing but its result.
func (s *Steps) Do(name string, work func() error) error {
	return s.do(name, 0, work)
}

// Slow is Do for work that most often is done at once: it says nothing of it then.
func (s *Steps) Slow(name string, work func() error) error {
	return s.do(name, time.Second, work)
}

// do runs one named step, and keeps silent of one that takes less than quiet.
func (s *Steps) do(name string, quiet time.Duration, work func() error) error {
	start := time.Now()
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		wait := time.NewTimer(time.Second)
		defer wait.Stop()
		for first := true; ; first = false {
			select {
			case <-done:
				return
			case <-wait.C:
				if first {
					s.Printf("· %s …", name)
				} else {
					s.Printf("· %s … %s", name, elapsed(start))
				}
				wait.Reset(heartbeat)
			}
		}
	}()
	err := work()
	close(done)
	wg.Wait()
	if err != nil {
		s.Printf("✗ %s (%s)", name, elapsed(start))
		return err
	}
	if time.Since(start) >= quiet {
		s.Printf("✓ %s (%s)", name, elapsed(start))
	}
	return nil
}

// Printf prints one whole line.
func (s *Steps) Printf(format string, args ...any) {
	if s.W == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.W, format+"\n", args...)
}

func elapsed(start time.Time) string {
	return fmt.Sprintf("%.1f s", time.Since(start).Seconds())
}
