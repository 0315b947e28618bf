package main

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
	"github.com/octocode/octocode-ci/ci/stack"
	"github.com/octocode/octocode-ci/ci/supervise"
)

// suites runs the suites one after the other: they share the stack.
type suites struct {
	r        *running
	project  *project.Project
	module   *Octocode
	service  string
	base     string
	browser  *dagger.Container
	password string
	limit    time.Duration
}

// all is the stack itself, its demo data, and each suite. Only a stack that
// does not get ready keeps the others from running.
func (t *suites) all(ctx context.Context) (outcomes, error) {
	ready, err := t.run(ctx, dag.Container(), "stack", t.r.run.Job(nil, "", ""))
	if err != nil {
		return nil, err
	}
	list := outcomes{ready}
	if ready.part.Status == report.Passed {
		for _, kind := range stackKinds {
			o, err := t.suite(ctx, kind)
			if err != nil {
				return nil, err
			}
			list = append(list, o)
		}
	}
	// Again, for what they have printed meanwhile.
	end, err := t.run(ctx, dag.Container(), "services", t.r.run.Collect())
	if err != nil {
		return nil, err
	}
	ready.reports = end.reports
	return list, nil
}

// suite runs one script in the development stage.
func (t *suites) suite(ctx context.Context, kind project.Kind) (*outcome, error) {
	name := string(kind)
	step, ok := t.project.TestStep(kind, reports+"/tests.xml", "")
	if !ok {
		return notDefined(kind), nil
	}
	ctr, failed, err := t.module.development(ctx, t.project, kind)
	if err != nil || failed != nil {
		return failed, err
	}
	if kind == project.Browser {
		if ctr, err = t.withBrowser(ctx, ctr); err != nil {
			return nil, err
		}
	}
	if ctr, err = t.environment(ctx, ctr, step.Env); err != nil {
		return nil, err
	}
	dir, err := ctr.Workdir(ctx)
	if err != nil {
		return nil, err
	}
	o, err := t.run(ctx, ctr, name, t.r.run.Job(step.Argv, "", dir))
	if err != nil {
		return nil, err
	}
	o.part.Command, o.part.Detail = report.Quote(step.Argv), step.Note
	if step.JUnit != "" {
		xml, err := o.reports.File("tests.xml").Contents(ctx)
		if err != nil {
			xml = "" // which is a failure of its own: no results, no pass
		}
		o.part = o.part.WithJUnit([]byte(xml))
	}
	return o, nil
}

// environment is what the suites may know: where the stack is, the account of
// the demo data, and the secrets of the service that they stand in for.
func (t *suites) environment(ctx context.Context, ctr *dagger.Container, more map[string]string) (*dagger.Container, error) {
	service, err := t.r.run.Plan.Service(t.service)
	if err != nil {
		return nil, err
	}
	ctr = ctr.
		WithEnvVariable("CI", "true").
		WithEnvVariable("BASE_URL", t.base).
		WithEnvVariable("SCREENSHOT_DIR", reports+"/screenshots").
		WithSecretVariable("SEED_PASSWORD", t.r.stack.hide("seed-password", t.password)).
		WithSecretVariable("SMOKE_PASSWORD", t.r.stack.hide("seed-password", t.password))
	for name, value := range more {
		ctr = ctr.WithEnvVariable(name, value)
	}
	files := map[string]*dagger.Secret{}
	for _, m := range service.Mounts {
		if m.Kind != stack.MountSecret {
			continue
		}
		secret, err := t.r.stack.secret(ctx, t.r.run.Plan, m.Source)
		if err != nil {
			return nil, err
		}
		files[m.Target] = secret
		ctr = ctr.WithMountedSecret(m.Target, secret, dagger.ContainerWithMountedSecretOpts{Mode: 0o444})
	}
	for _, v := range service.Environment {
		name, isFile := strings.CutSuffix(v.Name, "_FILE")
		switch {
		case isFile && files[v.Value] != nil:
			ctr = ctr.WithSecretVariable(name, files[v.Value])
		case v.Sensitive:
			ctr = ctr.WithSecretVariable(v.Name, t.r.stack.hide(t.service+"-"+v.Name, v.Value))
		}
	}
	authority, err := t.r.stack.authority(ctx)
	if err != nil || authority == "" {
		return ctr, err
	}
	const file = "/usr/local/share/ca-certificates/octocode-stack.crt"
	return ctr.WithNewFile(file, authority).WithEnvVariable("NODE_EXTRA_CA_CERTS", file), nil
}

// run waits for the stack and runs one job; its failure is an outcome.
func (t *suites) run(ctx context.Context, ctr *dagger.Container, name string, spec supervise.Spec) (*outcome, error) {
	spec.Limit = stack.Duration(t.limit)
	spec.Output, spec.Collect = reports+"/output.log", reports+"/services"
	start := time.Now()
	ctr, err := t.r.job(ctr, spec, dagger.ReturnTypeAny)
	if err != nil {
		return nil, err
	}
	part := report.Part{Name: name, Status: report.Passed}
	if part.ExitCode, err = ctr.ExitCode(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	part.Seconds = time.Since(start).Seconds()
	if part.Output, err = ctr.Stdout(ctx); err != nil {
		return nil, err
	}
	if part.ExitCode != 0 {
		part.Status = report.Failed
		problem, err := ctr.Stderr(ctx)
		if err != nil {
			return nil, err
		}
		part.Output += problem
	}
	return &outcome{part: part, reports: ctr.Directory(reports)}, nil
}

// withBrowser is a container with Chromium and the development stage's files.
// Chromium comes first: it stays the same when the application changes.
func (t *suites) withBrowser(ctx context.Context, development *dagger.Container) (*dagger.Container, error) {
	browser := t.browser
	if browser == nil {
		browser = dag.Container().From(pins.Ref("debian")).WithExec([]string{"sh", "-c", chromium})
	}
	dir, err := development.Workdir(ctx)
	if err != nil {
		return nil, err
	}
	root := "/" + strings.SplitN(strings.TrimPrefix(path.Clean(dir), "/"), "/", 2)[0]
	return browser.
		WithDirectory("/usr/local", development.Directory("/usr/local")).
		WithMountedDirectory(root, development.Directory(root)).
		WithWorkdir(dir), nil
}

const chromium = `set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends chromium fonts-liberation ca-certificates >/dev/null
rm -rf /var/lib/apt/lists/*`
