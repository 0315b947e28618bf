package supervise

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// resolver asks the engine for the addresses of containers.
type resolver struct {
	servers []string // with port
	search  []string
	// socket prepares the sockets of the supervisor; nil does nothing.
	socket func(network, address string, c syscall.RawConn) error
	mu     sync.Mutex
	known  map[string]answer
}

type answer struct {
	ips   []net.IP
	until time.Time
}

// readResolver takes the engine's servers from a resolv.conf.
func readResolver(path string) (*resolver, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: the engine has to give one", path)
	}
	r := &resolver{known: map[string]answer{}}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nameserver":
			r.servers = append(r.servers, net.JoinHostPort(fields[1], "53"))
		case "search":
			r.search = fields[1:]
		}
	}
	if len(r.servers) == 0 {
		return nil, fmt.Errorf("%s names no server", path)
	}
	return r, nil
}

// lookup returns the IPv4 addresses of a host of this run.
func (r *resolver) lookup(ctx context.Context, host string) ([]net.IP, error) {
	r.mu.Lock()
	a, ok := r.known[host]
	r.mu.Unlock()
	if ok && time.Now().Before(a.until) {
		return a.ips, nil
	}
	dns := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		d := net.Dialer{Control: r.socket}
		return d.DialContext(ctx, network, r.servers[0])
	}}
	var last error
	for _, domain := range append(r.search, "") {
		name := host + "."
		if domain != "" {
			name = host + "." + strings.TrimSuffix(domain, ".") + "."
		}
		ips, err := dns.LookupIP(ctx, "ip4", name)
		if err == nil && len(ips) > 0 {
			r.mu.Lock()
			// A container keeps its address as long as it lives.
			r.known[host] = answer{ips, time.Now().Add(5 * time.Second)}
			r.mu.Unlock()
			return ips, nil
		}
		last = err
	}
	return nil, last
}

// dial connects to a port of a host of this run.
func (r *resolver) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	ips, err := r.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Control: r.socket}
	return d.DialContext(ctx, network, net.JoinHostPort(ips[0].String(), port))
}
