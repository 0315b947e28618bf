//go:build linux

package supervise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// supervisor is process 1 of a container.
type supervisor struct {
	spec     Spec
	role     string
	begin    time.Time
	logs     *logs
	resolver *resolver
	client   *client
	reaper   reaper
	orders   *os.File

	mu      sync.Mutex
	status  Status
	process *os.Process // nil when none runs
	stopped bool        // somebody asked for the end
}

// run does the work of the role and returns the exit code.
func (s *supervisor) run() int {
	s.status = Status{Name: s.spec.Name, State: Waiting}
	s.reaper.own = map[int]bool{}
	go s.reaper.run()
	var err error
	if s.resolver, err = readResolver(resolvConf); err != nil {
		return s.fail(err)
	}
	s.resolver.socket = marked
	s.client = newClient(s.spec, s.resolver)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for received := range signals {
			s.forward(received.(syscall.Signal), cancel)
		}
	}()

	if err := s.control(); err != nil {
		return s.fail(err)
	}
	if s.role == RoleGateway {
		return s.gateway(ctx)
	}
	if s.role == RoleJob && len(s.spec.Process.Argv) == 0 {
		return s.job(ctx) // needs nothing of its container
	}
	n := &names{s.spec, s.resolver, s.client.alive}
	if err := n.listen(nameServer); err != nil {
		return s.fail(fmt.Errorf("the name server cannot listen at %s: %v", nameServer, err))
	}
	if err := useNameServer(); err != nil {
		return s.fail(err)
	}
	if s.orders, err = giveOrders(s.spec.Process); err != nil {
		return s.fail(fmt.Errorf("the orders cannot be kept: %v", err))
	}
	if s.role == RoleService {
		if err := os.Remove(SpecFile); err != nil {
			return s.fail(fmt.Errorf("%s cannot be removed: %v", SpecFile, cause(err)))
		}
		s.set(func(st *Status) { st.Reason = "for the addresses of the others" })
	}
	// Before /proc/sys is closed.
	if err := isolate(ctx, s.resolver, s.spec); err != nil {
		return s.fail(err)
	}
	if err := prepare(s.spec.Process); err != nil {
		return s.fail(err)
	}
	if s.role == RoleJob {
		return s.job(ctx)
	}
	return s.service(ctx)
}

// fail ends a job or a gateway; a service stays, so that others can ask why.
func (s *supervisor) fail(err error) int {
	s.set(func(st *Status) {
		st.State, st.Reason = Failed, err.Error()
		if b := (*blocked)(nil); errors.As(err, &b) {
			st.Blocked = b.service
		}
	})
	s.logs.say("%v", err)
	if s.role != RoleService {
		return 125
	}
	s.idle()
	return 125
}

// idle waits until the container is stopped, and buries what is left of the
// service meanwhile.
func (s *supervisor) idle() {
	for !s.isStopped() {
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *supervisor) isStopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

func (s *supervisor) set(change func(*Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.status.State
	change(&s.status)
	if s.status.State != before {
		s.status.Ready = time.Since(s.begin).Seconds()
	}
}

func (s *supervisor) snapshot() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// forward passes a signal on. The one that ends the container becomes the stop
// signal of the service, and after the grace period the kernel's own.
func (s *supervisor) forward(received syscall.Signal, cancel func()) {
	s.mu.Lock()
	process := s.process
	ends := received == syscall.SIGTERM || received == syscall.SIGINT || received == syscall.SIGQUIT
	s.stopped = s.stopped || ends
	s.mu.Unlock()
	if !ends {
		if process != nil {
			_ = process.Signal(received)
		}
		return
	}
	cancel()
	if process == nil {
		return
	}
	if stop := unix.SignalNum(s.spec.Process.StopSignal); stop != 0 {
		received = stop
	} else {
		received = syscall.SIGTERM
	}
	_ = process.Signal(received)
	if grace := time.Duration(s.spec.Process.StopGrace); grace > 0 {
		time.AfterFunc(grace, func() { _ = process.Kill() })
	}
}
