package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

// restart starts the engine on the given parts and notes them.
func (b *bare) restart(ctx context.Context, p parts) error {
	if err := removeIfExists(b.record()); err != nil {
		return err
	}
	// A killed engine leaves sockets, rules and leases behind.
	if err := b.restoreNetwork(ctx); err != nil {
		return err
	}
	for _, dir := range []string{b.home.Run(), filepath.Join(p.Root, "var/lib/cni")} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := b.refreshRoot(p.Root); err != nil {
		return err
	}
	if err := os.MkdirAll(b.home.State(), 0o755); err != nil {
		return err
	}
	if err := b.enableForwarding(); err != nil {
		return err
	}
	if err := b.sweep(ctx, p); err != nil {
		return err
	}
	c, err := b.cache()
	if err != nil {
		return err
	}
	etc := b.home.path("etc")
	if err := writeConfig(etc, p.Offline, c.ceiling()); err != nil {
		return err
	}
	err = b.steps.Do("start the engine", func() error {
		start := func() error { return b.launch(ctx, p, b.home.Run(), etc) }
		return startOnState(b.home.State(), start, b.steps.Printf)
	})
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(b.record(), data, 0o644)
}

// launch starts the engine with its sockets in one folder and its configuration
// in another, and waits until it listens.
func (b *bare) launch(ctx context.Context, p parts, run, etc string) error {
	if err := os.MkdirAll(run, 0o755); err != nil {
		return err
	}
	d := b.engine()
	err := d.start(sandbox{
		Root: p.Root,
		Binds: map[string]string{
			"/var/lib/dagger": b.home.State(),
			"/run":            run,
			"/etc/dagger":     etc,
			sdkContent:        p.SDK,
		},
		Argv: []string{"/usr/local/bin/dagger-engine"},
		Env:  engineEnv(p.Manifest),
	})
	if err != nil {
		return err
	}
	return d.wait(ctx, time.Minute, func() error { return dial(socketIn(run)) })
}

// dial opens a connection to an engine's socket, and closes it.
func dial(socket string) error {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	return conn.Close()
}

// listens says whether an engine that came up completely still listens.
func (b *bare) listens() bool {
	_, err := b.recorded()
	return err == nil && b.engine().pid() != 0 && dial(b.home.Socket()) == nil
}

// engineEnv is the engine's whole environment. It may let memory lie until a
// quarter of the machine's is in use: a third of its work was to collect it.
func engineEnv(manifest string) []string {
	env := append(daemonEnv(), "DAGGER_GO_SDK_MANIFEST_DIGEST="+manifest, "DO_NOT_TRACK=1")
	if total := totalMemory(); total > 0 {
		env = append(env, "GOGC=400", fmt.Sprintf("GOMEMLIMIT=%d", total/4))
	}
	return env
}

// daemonEnv has nothing of the caller's environment, for that may hold
// secrets; only proxies, without which a daemon may be cut off.
func daemonEnv() []string {
	env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
