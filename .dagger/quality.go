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
	ctr, o, err := m.development(ctx, p)
	if err != nil || o != nil {
		if o != nil {
			o.part.Name = string(kind)
		}
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
	if step.Coverage != "" && o.part.Status == report.Passed {
		summary, err := o.reports.File("coverage/coverage-summary.json").Contents(ctx)
		if err != nil {
			summary = ""
		}
		o.part = o.part.WithCoverage([]byte(summary))
	}
	return o, nil
}

// development is the container of the checks. Where its packages cannot be
// installed, the outcome says so.
func (m *Octocode) development(ctx context.Context, p *project.Project) (*dagger.Container, *outcome, error) {
	if m.Container != nil {
		return m.Container, nil, nil
	}
	o, err := m.dependencies(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	if o.part.Status == report.Failed {
		return nil, o, nil
	}
	ctr, err := m.stage(ctx, p, Development.target(), nil)
	return ctr, nil, err
}
