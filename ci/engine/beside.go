package engine

import (
	"context"
	"errors"
	"time"
)

// Program is a daemon that runs beside the engine, as the engine does: in its
// root filesystem, with private mounts and process IDs. A caller of Start has
// to call EnterSandbox when it is run with SandboxCommand, as octocode does.
type Program struct {
	// Name of its log and PID file.
	Name string
	// Binds are folders of the host inside the root filesystem: place → folder.
	Binds map[string]string
	Argv  []string
}

// Start starts the program and returns when ready gives no error. One of that
// name which an earlier caller left behind is stopped first.
func (p Program) Start(ctx context.Context, limit time.Duration, ready func() error) (stop func() error, err error) {
	b := &bare{home: FindHome()}
	parts, err := b.recorded()
	if err != nil {
		return nil, errors.New("no engine of our own is on this machine")
	}
	d := daemon{p.Name, b.home}
	stop = func() error { return d.stop(stopGrace) }
	if err := stop(); err != nil {
		return nil, err
	}
	if err := d.start(sandbox{Root: parts.Root, Binds: p.Binds, Argv: p.Argv, Env: daemonEnv()}); err != nil {
		return nil, err
	}
	if err := d.wait(ctx, limit, ready); err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}
