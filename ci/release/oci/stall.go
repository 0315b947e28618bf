package oci

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// transport gives up connections on which nothing moves: a registry that died
// behind a proxy or a tunnel closes none.
func (r *Registry) transport() http.RoundTripper {
	stall := r.Stall
	if stall == 0 {
		stall = 30 * time.Second
	}
	if t, ok := transports.Load(stall); ok {
		return t.(http.RoundTripper)
	}
	t := remote.DefaultTransport.(*http.Transport).Clone()
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &moving{Conn: conn, stall: stall}, nil
	}
	shared, _ := transports.LoadOrStore(stall, t)
	return shared.(http.RoundTripper)
}

// transports are shared, so that connections are used again.
var transports sync.Map

// moving is a connection that ends when nothing moves in either direction.
type moving struct {
	net.Conn
	stall time.Duration
}

func (m *moving) Read(b []byte) (int, error) {
	if err := m.SetDeadline(time.Now().Add(m.stall)); err != nil {
		return 0, err
	}
	return m.Conn.Read(b)
}

// Write keeps a Read that waits for the answer alive, too.
func (m *moving) Write(b []byte) (int, error) {
	if err := m.SetDeadline(time.Now().Add(m.stall)); err != nil {
		return 0, err
	}
	return m.Conn.Write(b)
}
