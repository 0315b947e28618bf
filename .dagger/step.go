package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
)

// reports is the folder of a container in which a step leaves its reports.
const reports = "/tmp/reports"

// recorded runs its arguments, keeps what they print, and when they fail
// copies the reports to a cache volume: a container that failed is gone, and
// one that is allowed to fail would be cached as if it had not.
const recorded = `mkdir -p ` + reports + `
{ "$@" 2>&1; echo $? >` + reports + `/exit-code; } | tee ` + reports + `/output.log
read -r code <` + reports + `/exit-code
if [ "$code" != 0 ]; then rm -rf /failed/*; cp -r ` + reports + `/. /failed/; fi
exit "$code"`

// outcome is how a step ended and the folder with its reports.
type outcome struct {
	part    report.Part
	reports *dagger.Directory
}

// runStep runs one command of the application in ctr. A green result is
// cached; a red one is never, so a second try is a real one.
func (m *Octocode) runStep(ctx context.Context, p *project.Project, ctr *dagger.Container, step project.Step) (*outcome, error) {
	part := report.Part{Name: string(step.Kind), Command: report.Quote(step.Argv), Detail: step.Note}
	for _, env := range m.Env {
		name, value, _ := strings.Cut(env, "=")
		ctr = ctr.WithEnvVariable(name, value)
	}
	for name, value := range step.Env {
		ctr = ctr.WithEnvVariable(name, value)
	}
	if dir := p.Workdir(step); dir != "." {
		ctr = ctr.WithWorkdir(dir)
	}
	key, err := m.Source.Directory(p.Root).Digest(ctx)
	if err != nil {
		return nil, err
	}
	failed := dag.CacheVolume("failed-" + cacheName(p) + "-" + string(step.Kind) + "-" + key)

	// Where tools keep what they know of files that did not change. Each step has
	// its own, for one run at a time.
	kept := dag.CacheVolume("kept-" + string(step.Kind) + "-" + cacheName(p))
	user, err := ctr.User(ctx)
	if err != nil {
		return nil, err
	}

	start := time.Now()
	done, err := ctr.
		WithEnvVariable("CI", "true").
		WithMountedCache("node_modules/.cache", kept, dagger.ContainerWithMountedCacheOpts{Sharing: dagger.CacheSharingModeLocked, Owner: user}).
		WithMountedCache("/failed", failed).
		WithExec(append([]string{"sh", "-c", recorded, "sh"}, step.Argv...)).
		Sync(ctx)
	part.Seconds = time.Since(start).Seconds()
	var failure *dagger.ExecError
	switch {
	case err == nil:
		part.Status = report.Passed
		done = done.WithoutMount("/failed").WithoutMount("node_modules/.cache")
	case errors.As(err, &failure):
		part.Status, part.ExitCode = report.Failed, failure.ExitCode
		done = ctr.WithMountedCache("/failed", failed).
			WithEnvVariable("OCTOCODE_RUN", start.String()).
			WithExec([]string{"cp", "-r", "/failed/.", reports})
	default:
		return nil, err
	}
	out := &outcome{part: part, reports: done.Directory(reports)}
	if out.part.Output, err = out.reports.File("output.log").Contents(ctx); err != nil {
		// The command could not even be started.
		if failure == nil {
			return nil, err
		}
		out.part.Output = failure.Stdout + failure.Stderr
		out.reports = dag.Directory().WithNewFile("output.log", out.part.Output)
	}
	return out, nil
}
