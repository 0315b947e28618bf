//go:build linux

package supervise

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

// gateway forwards the ports of the stack. It takes connections at once and
// holds them until the stack is ready.
func (s *supervisor) gateway(ctx context.Context) int {
	ready := make(chan struct{})
	for _, f := range s.spec.Ports {
		listener, err := net.Listen("tcp", ":"+strconv.Itoa(f.Listen))
		if err != nil {
			return s.fail(fmt.Errorf("port %d cannot be opened: %v", f.Listen, err))
		}
		go s.accept(ctx, listener, f, ready)
	}
	s.mu.Lock()
	s.status.State = Running
	s.mu.Unlock()
	begin := time.Now()
	if err := await(ctx, s.client, s.spec, func(text string) { s.logs.say("waits for %s", text) }); err != nil {
		if s.isStopped() {
			return 0
		}
		fmt.Fprintln(os.Stderr, "the stack is not ready: "+err.Error())
		for _, line := range s.troubles(ctx) {
			fmt.Fprintln(os.Stderr, "  "+line)
		}
		return blockedExit
	}
	s.logs.say("ready after %.1f s", time.Since(begin).Seconds())
	for _, f := range s.spec.Ports {
		s.logs.say("localhost:%d is port %d of %s", f.Listen, f.Target, f.Service)
	}
	close(ready)
	s.idle()
	return 0
}

func (s *supervisor) accept(ctx context.Context, listener net.Listener, f Forward, ready <-chan struct{}) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			select {
			case <-ready:
			case <-ctx.Done():
				return
			}
			s.pass(ctx, conn, f)
		}()
	}
}

// pass connects to one of the containers that have a process, and copies both
// ways.
func (s *supervisor) pass(ctx context.Context, conn net.Conn, f Forward) {
	hosts := s.spec.Hosts[f.Service]
	if len(f.Replicas) > 0 {
		var some []string
		for _, i := range f.Replicas {
			some = append(some, hosts[i])
		}
		hosts = some
	}
	if len(hosts) > 1 {
		if some := s.client.alive(ctx, hosts); len(some) > 0 {
			hosts = some
		}
	}
	for _, i := range rand.Perm(len(hosts)) {
		dialing, cancel := context.WithTimeout(ctx, 5*time.Second)
		other, err := s.resolver.dial(dialing, "tcp", net.JoinHostPort(hosts[i], strconv.Itoa(f.Target)))
		cancel()
		if err != nil {
			continue
		}
		var work sync.WaitGroup
		work.Go(func() { pipe(other, conn) })
		work.Go(func() { pipe(conn, other) })
		work.Wait()
		other.Close()
		return
	}
}

// pipe copies one direction, and passes its end on.
func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
