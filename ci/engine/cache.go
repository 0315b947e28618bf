package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// cache is what is known of the engine's cache: how large it may get, and how
// large it was, with how much left on its disk, when that was last measured.
// All in bytes.
//
// The engine's own collector works beside builds, and has taken from running
// ones what they were at. So it comes into play late, at the ceiling, and the
// limit is kept by a sweep while nothing uses the engine. It counts about a
// fifth less than the disk does.
type cache struct {
	Limit int64 `json:"limit"`
	Used  int64 `json:"used"`
	Free  int64 `json:"free"`
}

// maxCache leaves room for one long run above it: our own tests add 40 GB.
const maxCache = 24e9

// cacheLimit is how much of a disk the cache may take before it is swept: three
// tenths of what it could have, between 8 and 24 GB.
func cacheLimit(used, free int64) int64 { return min(max((used+free)/10*3, 8e9), maxCache) }

// ceiling is where the engine's own collector begins.
func (c cache) ceiling() int64 { return c.Limit / 2 * 5 }

// rest is what a sweep leaves: enough for the next builds to be warm, and room
// for so many that sweeps are rare.
func (c cache) rest() int64 { return c.Limit / 5 * 3 }

// estimate is how large the cache may be by now: what has gone from the disk
// since the last measurement may all be in it.
func (c cache) estimate(free int64) int64 { return c.Used + c.Free - free }

// cache measures the cache, which takes seconds, where an estimate does not
// show that it is within its limit.
func (b *bare) cache() (cache, error) {
	free, err := b.home.free()
	if err != nil {
		return cache{}, err
	}
	var c cache
	data, err := os.ReadFile(b.cacheFile())
	if err == nil && json.Unmarshal(data, &c) == nil && c.Limit > 0 && c.Limit <= maxCache && c.estimate(free) <= c.Limit {
		return c, nil
	}
	limit := min(c.Limit, maxCache)
	err = b.steps.Slow("measure the cache", func() (err error) { c, err = b.measure(limit); return err })
	return c, err
}

func (b *bare) cacheFile() string { return b.home.path("cache.json") }

// measure measures the cache and notes it; without a limit, it gets one.
func (b *bare) measure(limit int64) (c cache, err error) {
	c.Limit = limit
	if c.Used, err = diskUsage(b.home.State()); err != nil {
		return c, err
	}
	if c.Free, err = b.home.free(); err != nil {
		return c, err
	}
	if c.Limit <= 0 {
		c.Limit = cacheLimit(c.Used, c.Free)
	}
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return c, err
	}
	return c, os.WriteFile(b.cacheFile(), data, 0o644)
}

// outgrown says that the cache needs a sweep.
func (b *bare) outgrown() bool {
	c, err := b.cache()
	return err == nil && c.Used > c.Limit
}

// sweep brings an engine's cache that has outgrown its limit well below it.
func (b *bare) sweep(ctx context.Context, p parts) error {
	c, err := b.cache()
	if err != nil || c.Used <= c.Limit {
		return err
	}
	name := fmt.Sprintf("sweep the cache, %.1f GB, of what was not used for longest", float64(c.Used)/1e9)
	if err := b.steps.Do(name, func() error { return b.prune(ctx, p, c.rest()) }); err != nil {
		return err
	}
	if c, err = b.measure(c.Limit); err != nil || c.Used <= c.Limit {
		return err
	}
	// What the engine has lost sight of it can not remove, such as the
	// snapshots of one that was killed.
	err = b.steps.Do(fmt.Sprintf("remove the cache, still %.1f GB", float64(c.Used)/1e9), func() error {
		if err := os.RemoveAll(b.home.State()); err != nil {
			return err
		}
		return os.MkdirAll(b.home.State(), 0o755)
	})
	if err == nil {
		_, err = b.measure(c.Limit)
	}
	return err
}

// prune lets the engine remove what was not used for longest. It is started for
// that with its socket at a place where no client finds it.
func (b *bare) prune(ctx context.Context, p parts, rest int64) error {
	dir := b.home.path("sweep")
	defer os.RemoveAll(dir)
	run, etc := filepath.Join(dir, "run"), filepath.Join(dir, "etc")
	if err := writeConfig(etc, p.Offline, rest); err != nil {
		return err
	}
	start := func() error { return b.launch(ctx, p, run, etc) }
	if err := startOnState(b.home.State(), start, b.steps.Printf); err != nil {
		return err
	}
	_, err := b.ask(ctx, filepath.Join(p.Programs, "dagger"), "unix://"+socketIn(run),
		"engine", "local-cache", "prune", "--use-default-policy")
	return errors.Join(err, b.engine().stop(stopGrace))
}

// diskUsage is the number of bytes that a folder takes on its disk. A file
// with several names counts once.
func diskUsage(dir string) (int64, error) {
	var sum int64
	linked := map[uint64]bool{}
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return ignoreGone(err)
		}
		info, err := entry.Info()
		if err != nil {
			return ignoreGone(err)
		}
		stat := info.Sys().(*syscall.Stat_t)
		if stat.Nlink > 1 && !info.IsDir() {
			if linked[stat.Ino] {
				return nil
			}
			linked[stat.Ino] = true
		}
		sum += stat.Blocks * 512
		return nil
	})
	return sum, err
}

// ignoreGone is nil for what an engine at work has removed meanwhile.
func ignoreGone(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
