//go:build e2e

package e2e

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/octocode/octocode-ci/ci/release/oci"
)

// privateRegistry is a registry on this host that asks for a password, and that
// a test can break.
type privateRegistry struct {
	address, port string

	mutex sync.Mutex
	// before may answer a request itself.
	before func(w http.ResponseWriter, r *http.Request) bool
	// change is applied to all that the registry gives back.
	change func(path string, body []byte) []byte
}

const registryUser, registryPassword = "ci", "only-for-this-test"

func newRegistry(t *testing.T) *privateRegistry {
	t.Helper()
	r := &privateRegistry{}
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if user, password, _ := req.BasicAuth(); user != registryUser || password != registryPassword {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.mutex.Lock()
		before, change := r.before, r.change
		r.mutex.Unlock()
		if before != nil && before(w, req) {
			return
		}
		if change == nil || req.Method != http.MethodGet {
			inner.ServeHTTP(w, req)
			return
		}
		answer := httptest.NewRecorder()
		inner.ServeHTTP(answer, req)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(change(req.URL.Path, answer.Body.Bytes()))
	}))
	t.Cleanup(server.Close)
	r.address = strings.TrimPrefix(server.URL, "http://")
	_, r.port, _ = net.SplitHostPort(r.address)
	return r
}

func (r *privateRegistry) breaks(before func(w http.ResponseWriter, r *http.Request) bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.before = before
}

func (r *privateRegistry) changes(change func(path string, body []byte) []byte) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.change = change
}

// repository is how a container calls a repository here: the registry is bound
// to it under that name.
func (r *privateRegistry) repository() string { return "registry:" + r.port + "/team/shop" }

// flags are those with which a function of our module gets in.
func (r *privateRegistry) flags(t *testing.T, password string) []string {
	return append([]string{"--registry", "tcp://" + r.address, "--insecure"}, credentials(t, password)...)
}

func credentials(t *testing.T, password string) []string {
	return []string{"--user", registryUser, "--password", secretFile(t, "password", password)}
}

// client is the registry as this process sees it.
func (r *privateRegistry) client() *oci.Registry {
	return &oci.Registry{User: registryUser, Password: registryPassword, Insecure: true}
}

// secretFile is the flag's value for a secret.
func secretFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}
