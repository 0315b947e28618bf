package main

import (
	"context"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

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
	part := report.Part{Name: name, Status: report.Passed, Command: command}
	ctr, err := m.stage(ctx, p, stage.target(), labels)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	_, err = ctr.Sync(ctx)
	part.Seconds = time.Since(start).Seconds()
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		part.Status, part.ExitCode = report.Failed, 1
		part.Output = m.stageLog(ctx, p, name, start)
		if part.Output == "" {
			part.Output = err.Error()
		}
	}
	return &outcome{part: part}, nil
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
