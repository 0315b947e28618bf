package main

import (
	"context"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
)

// Lint runs the application's lint script in the development stage.
//
//	dagger call lint
//
// +check
// +cache="session"
func (m *Octocode) Lint(ctx context.Context) (*Result, error) {
	return m.check(ctx, project.Lint)
}

// Typecheck runs the application's typecheck script, or tsc where there is none.
//
//	dagger call typecheck
//
// +check
// +cache="session"
func (m *Octocode) Typecheck(ctx context.Context) (*Result, error) {
	return m.check(ctx, project.Typecheck)
}

// Test runs the application's tests.
// The JUnit file and the coverage summary are there also when tests fail.
//
//	dagger call test
//	dagger call test junit export --path junit.xml
//	dagger call test reports export --path reports
//
// +check
// +cache="session"
func (m *Octocode) Test(ctx context.Context) (*Result, error) {
	return m.check(ctx, project.Test)
}

// check runs one step for a caller of its own.
func (m *Octocode) check(ctx context.Context, kind project.Kind) (*Result, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	o, err := m.quality(ctx, p, kind)
	if err != nil {
		return nil, err
	}
	return newResult(o)
}

// quality runs one step in the development stage, if there is such a step.
func (m *Octocode) quality(ctx context.Context, p *project.Project, kind project.Kind) (*outcome, error) {
	step, ok := p.TestStep(kind, reports+"/tests.xml", reports+"/coverage")
	if !ok {
		return &outcome{part: report.Part{Name: string(kind), Status: report.NotDefined,
			Detail: "package.json has no script \"" + string(kind) + "\""}}, nil
	}
	ctr, o, err := m.development(ctx, p, kind)
	if err != nil || o != nil {
		return o, err
	}
	o, err = m.runStep(ctx, p, ctr, step)
	if err != nil {
		return nil, err
	}
	if step.JUnit != "" {
		xml, err := o.reports.File("tests.xml").Contents(ctx)
		if err != nil {
			xml = "" // which is a failure of its own: no results, no pass
		}
		o.part = o.part.WithJUnit([]byte(xml))
	}
	if step.Coverage != "" {
		summary, err := o.reports.File("coverage/coverage-summary.json").Contents(ctx)
		if err != nil {
			summary = ""
		}
		o.part = o.part.WithCoverage([]byte(summary))
	}
	return o, nil
}

// development is the container of the checks. Where it cannot be had, as when
// the packages cannot be installed, the outcome of the step says so.
func (m *Octocode) development(ctx context.Context, p *project.Project, kind project.Kind) (*dagger.Container, *outcome, error) {
	ctr := m.Container
	var o *outcome
	var err error
	if ctr != nil {
		o, err = made(ctx, ctr, report.Part{Detail: "the container of --container cannot be had"})
	} else if o, err = m.dependencies(ctx, p); err == nil && o.part.Status != report.Failed {
		if ctr, err = m.stage(ctx, p, Development.target(), nil); err == nil {
			o, err = made(ctx, ctr, report.Part{Detail: "the stage development cannot be built", Command: "docker build --target development ."})
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if o.part.Status == report.Failed {
		o.part.Name = string(kind)
		return nil, o, nil
	}
	return ctr, nil, nil
}
