package engine

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// registryConfig is for Debian's docker-registry: storage on disk, this
// machine only, and room to replace a tag.
const registryConfig = `version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: /registry}, delete: {enabled: true}}
http: {addr: %q}
`

// startRegistry starts the local registry, which keeps its content over
// restarts.
func (b *bare) startRegistry(ctx context.Context, root string) error {
	addr := RegistryAddress()
	if host, _, err := net.SplitHostPort(addr); err != nil || !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("OCTOCODE_REGISTRY=%s: must be a loopback address with a port, such as 127.0.0.1:5000", addr)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		_ = conn.Close()
		return fmt.Errorf("%s is taken by another program: stop it, or set OCTOCODE_REGISTRY to a free address", addr)
	}
	etc := b.home.path("registry-etc")
	for _, dir := range []string{etc, b.home.Registry()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(etc, "config.yml"), fmt.Appendf(nil, registryConfig, addr), 0o644); err != nil {
		return err
	}
	d := b.registry()
	err := d.start(sandbox{
		Root:  root,
		Binds: map[string]string{"/registry": b.home.Registry(), "/etc/docker/registry": etc},
		Argv:  []string{"/usr/bin/docker-registry", "serve", "/etc/docker/registry/config.yml"},
		Env:   []string{"PATH=/usr/bin:/bin"},
	})
	if err != nil {
		return err
	}
	return d.wait(ctx, 20*time.Second, func() error {
		res, err := http.Get("http://" + addr + "/v2/")
		if err != nil {
			return err
		}
		return res.Body.Close()
	})
}
