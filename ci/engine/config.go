package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/octocode/octocode-ci/ci/pins"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// RegistryAddress is where the local registry of stand-in images listens.
func RegistryAddress() string {
	if addr := os.Getenv("OCTOCODE_REGISTRY"); addr != "" {
		return addr
	}
	return "127.0.0.1:5000"
}

// writeConfig writes the engine's own configuration into a folder. Only where the real
// registries cannot be reached does the local one stand in for them.
//
// The cache has a limit in bytes: what the engine takes for free disk space also
// counts the blocks that the file system reserves, so that on some disks its own
// limits come too late. Layers go before cache volumes that were in use within two
// weeks: these hold what takes long to get, packages and compiled programs, of
// which layers are soon made anew.
func writeConfig(etc string, offline bool, limit int64) error {
	if err := os.MkdirAll(etc, 0o755); err != nil {
		return err
	}
	registries := map[string]any{RegistryAddress(): map[string]any{"http": true}}
	if offline {
		registries["docker.io"] = map[string]any{"mirrors": []string{RegistryAddress()}}
	}
	data, err := json.MarshalIndent(map[string]any{
		"registries": registries,
		"logLevel":   "info",
		"gc": map[string]any{"policies": []map[string]any{
			{"all": true, "maxUsedSpace": limit, "reservedSpace": limit / 4, "filters": []string{"type==exec.cachemount"}, "keepDuration": "336h"},
			{"all": true, "maxUsedSpace": limit, "reservedSpace": limit / 4, "filters": []string{"type!=exec.cachemount"}},
			{"all": true, "maxUsedSpace": limit, "reservedSpace": limit / 4},
		}},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(etc, "engine.json"), data, 0o644)
}

// registriesReachable asks the registries of all pinned images. One that
// answers at all, with a refusal too, is reachable.
func registriesReachable(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	hosts := map[string]bool{}
	for _, image := range pins.Images {
		if ref, err := name.ParseReference(image.Ref); err == nil {
			hosts[ref.Context().RegistryStr()] = true
		}
	}
	var down atomic.Bool
	var work errgroup.Group
	for host := range hosts {
		work.Go(func() error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+"/v2/", nil)
			if err == nil {
				var res *http.Response
				if res, err = http.DefaultClient.Do(req); err == nil {
					err = res.Body.Close()
				}
			}
			if err != nil {
				down.Store(true)
			}
			return nil
		})
	}
	_ = work.Wait()
	return !down.Load()
}

// refreshRoot copies what belongs to the host into the engine's root: its
// resolver, its host names and its extra CAs.
func (b *bare) refreshRoot(root string) error {
	for _, file := range []string{"/etc/resolv.conf", "/etc/hosts"} {
		if err := removeIfExists(filepath.Join(root, file)); err != nil {
			return err
		}
		if !exists(file) {
			continue
		}
		if err := copyFile(file, filepath.Join(root, file), 0o644); err != nil {
			return err
		}
	}
	const extra = "/usr/local/share/ca-certificates"
	if err := os.RemoveAll(filepath.Join(root, extra)); err != nil {
		return err
	}
	found, err := filepath.Glob(extra + "/*.crt")
	if err != nil {
		return err
	}
	for _, file := range found {
		if err := copyFile(file, filepath.Join(root, file), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// lock lets one up or down work at a time; a second one waits for the first.
func (b *bare) lock(ctx context.Context) (unlock func(), err error) {
	if err := b.home.writable(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(b.home.path("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for told := false; ; {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil && !b.holds(file) {
			// It was removed with all the rest while we waited for it.
			_ = file.Close()
			return b.lock(ctx)
		}
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if err != unix.EWOULDBLOCK {
			_ = file.Close()
			return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
		}
		if !told {
			b.steps.Printf("· another `octocode engine` is at work; waiting for it")
			told = true
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// holds says whether an open lock is still the one at its place.
func (b *bare) holds(file *os.File) bool {
	have, err := file.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(b.home.path("lock"))
	return err == nil && os.SameFile(have, now)
}

// minFree is what a cold start needs on the disk of Home: programs and root
// filesystems 2 GB, images 2 GB, the application's layers the rest.
const minFree = 8 << 30

// minWork is what a machine that is set up needs to build anything at all.
const minWork = 1 << 30

// writable makes the folder and says in one line why it cannot be used.
func (h Home) writable() error {
	if err := h.check(); err != nil {
		return err
	}
	if err := os.MkdirAll(string(h), 0o755); err != nil {
		return fmt.Errorf("cannot write %s: run as root, or set OCTOCODE_HOME to a folder of yours", h)
	}
	return nil
}

// free is the number of bytes left on the disk of Home.
func (h Home) free() (int64, error) {
	dir := string(h)
	for !exists(dir) {
		dir = filepath.Dir(dir)
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
