package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
)

// dependencies installs what the lockfile says.
func (m *Octocode) dependencies(ctx context.Context, p *project.Project) (*outcome, error) {
	if p.Dockerfile != "" {
		return &outcome{part: report.Part{Name: "dependencies", Status: report.Skipped,
			Detail: "part of the application's own Dockerfile"}}, nil
	}
	return m.buildStage(ctx, p, "dependencies", Dependencies, report.Quote(p.PackageManager.Install()), nil)
}

// buildStage builds a stage. Its failure is an outcome with the tool's own
// output; an error is only what keeps us from knowing.
func (m *Octocode) buildStage(ctx context.Context, p *project.Project, name string, stage Stage, command string, labels []dagger.BuildArg) (*outcome, error) {
	ctr, err := m.stage(ctx, p, stage.target(), labels)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	o, err := made(ctx, ctr, report.Part{Name: name, Command: command})
	if err == nil && o.part.Status == report.Failed {
		if log := m.stageLog(ctx, p, name, start); log != "" {
			o.part.Output = log
		} else if p.Dockerfile == "" && m.foreignBase(ctx) {
			o.part.Output = pins.ForeignBase(m.BaseImage).Error()
		}
	}
	return o, err
}

// made makes a container, and says so if that cannot be done.
func made(ctx context.Context, ctr *dagger.Container, part report.Part) (*outcome, error) {
	start := time.Now()
	_, err := ctr.Sync(ctx)
	part.Status, part.Seconds = report.Passed, time.Since(start).Seconds()
	if err != nil {
		return broken(ctx, part, err)
	}
	return &outcome{part: part}, nil
}

// broken is the part that an error has ended. Only the end of the whole run is
// an error for all: whatever else one part meets must not hide the others.
func broken(ctx context.Context, part report.Part, err error) (*outcome, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	part.Status, part.ExitCode, part.Output = report.Failed, 1, err.Error()
	var failure *dagger.ExecError
	if errors.As(err, &failure) {
		part.ExitCode = max(1, failure.ExitCode)
		if printed := strings.TrimSpace(failure.Stdout + failure.Stderr); printed != "" {
			part.Output = printed
		}
	}
	return &outcome{part: part}, nil
}

// foreignBase finds out whether our Dockerfile can do nothing with the base
// image. It is asked when a step failed, for what the first step says is lost.
func (m *Octocode) foreignBase(ctx context.Context) bool {
	base, _ := pins.ForStages(m.BaseImage, m.Node)
	_, err := dag.Container().From(base).WithExec([]string{"sh", "-c", pins.HasPackageManager}).Sync(ctx)
	var failure *dagger.ExecError
	return errors.As(err, &failure)
}

// stageLog is what the step of that name printed when it failed.
func (m *Octocode) stageLog(ctx context.Context, p *project.Project, name string, now time.Time) string {
	if p.Dockerfile != "" {
		return ""
	}
	ctr, err := m.stage(ctx, p, "report", []dagger.BuildArg{{Name: "RUN", Value: now.String()}})
	if err != nil {
		return ""
	}
	log, err := ctr.File("/out/" + name + ".log").Contents(ctx)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(log)
}
