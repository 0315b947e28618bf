package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

const goarch = runtime.GOARCH

// bare is the engine of a machine that has none.
type bare struct {
	home   Home
	source string
	steps  *Steps

	aptOnce sync.Once
	aptErr  error
}

func newBare(steps *Steps) (*bare, error) {
	source, err := FindSource()
	if err != nil {
		return nil, err
	}
	home := FindHome()
	return &bare{home: home, source: source, steps: steps}, home.check()
}

// parts are the things that an engine is made of.
type parts struct {
	Programs string `json:"programs"`
	Root     string `json:"root"`
	SDK      string `json:"sdk"`
	Manifest string `json:"manifest"`
	Offline  bool   `json:"offline"`
}

func (b *bare) engine() daemon   { return daemon{"engine", b.home} }
func (b *bare) registry() daemon { return daemon{"registry", b.home} }

// cli is the CLI that was built with the running engine.
func (b *bare) cli() (string, error) {
	p, err := b.recorded()
	if err != nil {
		return "", err
	}
	return filepath.Join(p.Programs, "dagger"), nil
}

// up brings the engine up and returns when it has answered a query. With an
// engine that runs already, of the same parts, it does nothing else.
func (b *bare) up(ctx context.Context, o Options) error {
	unlock, err := b.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()

	want, err := b.build(ctx)
	if err != nil {
		return err
	}
	have, err := b.recorded()
	runs := err == nil && b.engine().pid() != 0
	// Whether the registries can be reached is asked when the engine starts, not
	// at each call.
	if runs && !o.Offline {
		want.Offline = have.Offline
	} else {
		want.Offline = o.Offline || !registriesReachable(ctx)
	}
	if runs && have != want {
		if err := b.waitIdle(ctx); err != nil {
			return err
		}
	}
	if !runs || have != want || b.outgrown() && b.idle(ctx) {
		if err := b.steps.Slow("stop the engine", func() error { return b.engine().stop(stopGrace) }); err != nil {
			return err
		}
		if err := b.restart(ctx, want); err != nil {
			return err
		}
	}
	standIns := want.Offline || o.Images
	if standIns && b.registry().pid() == 0 {
		if err := b.steps.Slow("start the registry", func() error { return b.startRegistry(ctx, want.Root) }); err != nil {
			return err
		}
	}
	err = b.steps.Slow("ask the engine for its version", func() error { return b.query(ctx) })
	if errors.Is(err, errEnded) {
		// It was about to end when we looked: a killed one takes its time.
		if err = b.restart(ctx, want); err == nil {
			err = b.query(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("the engine runs but does not answer (%w); try `octocode engine down` and `up` again", err)
	}
	work, wctx := errgroup.WithContext(ctx)
	work.Go(func() error { return b.warmUp(wctx) })
	if broken := setAside(b.home.State()); exists(broken) {
		work.Go(func() error {
			return b.steps.Do("remove the broken cache", func() error { return os.RemoveAll(broken) })
		})
	}
	if standIns {
		work.Go(func() error { return b.standIns(wctx) })
	}
	return work.Wait()
}

// build makes all parts that are missing. The Go build and the bootstrap of
// the root filesystem do not need each other and run side by side.
func (b *bare) build(ctx context.Context) (parts, error) {
	if err := b.home.writable(); err != nil {
		return parts{}, err
	}
	var p parts
	var system string
	work, wctx := errgroup.WithContext(ctx)
	work.Go(func() (err error) {
		p.Programs, err = b.programs(wctx)
		return err
	})
	work.Go(func() (err error) {
		system, err = b.bootstrap(wctx, "system", "", systemPackages)
		return err
	})
	if err := work.Wait(); err != nil {
		return p, err
	}
	var err error
	if p.Root, err = b.engineRoot(ctx, system, p.Programs); err != nil {
		return p, err
	}
	p.SDK, p.Manifest, err = b.sdkImage(ctx, system, p.Programs)
	return p, err
}

func (b *bare) record() string { return b.home.path("engine.json") }

func (b *bare) recorded() (parts, error) {
	var p parts
	data, err := os.ReadFile(b.record())
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(data, &p)
}

// down stops engine and registry and puts the network back.
func (b *bare) down(ctx context.Context) error {
	unlock, err := b.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return b.halt(ctx)
}

// halt is down for who has the lock.
func (b *bare) halt(ctx context.Context) error {
	daemons := []daemon{b.engine(), b.registry()}
	// A program that was started beside the engine may have lost its caller.
	beside, err := filepath.Glob(b.home.path("pid", "*"))
	if err != nil {
		return err
	}
	for _, file := range beside {
		daemons = append(daemons, daemon{filepath.Base(file), b.home})
	}
	for _, d := range daemons {
		if err := b.steps.Slow("stop "+d.name, func() error { return d.stop(stopGrace) }); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(b.home.Run()); err != nil {
		return err
	}
	return b.restoreNetwork(ctx)
}
