//go:build linux

package supervise

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// control serves what the other supervisors of the run may ask.
func (s *supervisor) control() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(s.snapshot())
	})
	mux.HandleFunc("GET /logs", s.serveLogs)
	mux.HandleFunc("POST /exec", s.serveExec)
	mux.HandleFunc("POST /signal", s.serveSignal)
	config := net.ListenConfig{Control: marked}
	listener, err := config.Listen(context.Background(), "tcp4", ":"+strconv.Itoa(ControlPort))
	if err != nil {
		return fmt.Errorf("port %d is taken: the service must not use it", ControlPort)
	}
	server := &http.Server{Handler: s.known(mux), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return nil
}

// known lets in only who knows the key of the run.
func (s *supervisor) known(next http.Handler) http.Handler {
	want := []byte("Bearer " + s.spec.Key)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.spec.Key == "" || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "this is not your stack", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *supervisor) serveLogs(w http.ResponseWriter, r *http.Request) {
	follow := r.URL.Query().Get("follow") == "true"
	for next := 0; ; {
		lines, after, more := s.logs.after(next)
		next = after
		for _, line := range lines {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
		if !follow {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-more:
		}
	}
}

// serveExec runs a command as the service's user; its exit code comes last.
func (s *supervisor) serveExec(w http.ResponseWriter, r *http.Request) {
	var argv []string
	if json.NewDecoder(r.Body).Decode(&argv) != nil || len(argv) == 0 {
		http.Error(w, "there is no command", http.StatusBadRequest)
		return
	}
	w.Header().Set("Trailer", "Exit-Code")
	cmd := s.command(argv)
	cmd.Stdout, cmd.Stderr = flushing{w}, flushing{w}
	code := 126
	if err := s.reaper.start(cmd); err != nil {
		fmt.Fprintln(w, "octocode-init:", cause(err))
	} else {
		done := make(chan struct{})
		go func() {
			select {
			case <-r.Context().Done():
				_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			case <-done:
			}
		}()
		code = s.wait(cmd)
		close(done)
	}
	w.Header().Set("Exit-Code", strconv.Itoa(code))
}

func (s *supervisor) serveSignal(w http.ResponseWriter, r *http.Request) {
	number := unix.SignalNum(r.URL.Query().Get("name"))
	if number == 0 {
		http.Error(w, "there is no such signal: use one like SIGTERM", http.StatusBadRequest)
		return
	}
	if err := s.kill(number); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
	}
}

type flushing struct{ w http.ResponseWriter }

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	_ = http.NewResponseController(f.w).Flush()
	return n, err
}
