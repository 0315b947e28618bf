package oci

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A registry that takes a connection and says nothing is given up.
func TestStall(t *testing.T) {
	var asked atomic.Int32
	host := served(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		asked.Add(1)
		<-r.Context().Done()
		return true
	})
	r := &Registry{FirstWait: time.Millisecond, Stall: 50 * time.Millisecond}
	start := time.Now()
	_, err := r.Push(t.Context(), sixLayers(t), Push{Repository: host + "/shop", Tags: []string{"1.2.3"}})
	if err == nil || !strings.Contains(err.Error(), "cannot be reached: i/o timeout") || asked.Load() < 2 {
		t.Errorf("after %d tries and %s: %v", asked.Load(), time.Since(start), err)
	}
}

// One that is slow, but moves, is not.
func TestSlow(t *testing.T) {
	host := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodHead {
			return false
		}
		time.Sleep(30 * time.Millisecond)
		return false
	})
	r := &Registry{FirstWait: time.Millisecond, Stall: 200 * time.Millisecond}
	if _, err := r.Push(t.Context(), sixLayers(t), Push{Repository: host + "/shop", Tags: []string{"1.2.3"}}); err != nil {
		t.Error(err)
	}
}
