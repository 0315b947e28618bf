package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/project"
	"github.com/octocode/octocode-ci/ci/report"
)

// IntegrationTest starts the production stack and tests it as a whole.
// The application's scripts test:integration, test:browser and test:smoke run
// against its own database, Redis, worker and front door, with demo data in it.
// Nothing is left of the stack.
//
//	dagger call integration-test
//	dagger call integration-test directory export --path build/integration
//
// +check
// +cache="session"
func (m *Octocode) IntegrationTest(
	ctx context.Context,
	// The image to test. Default: it is built of the sources.
	//
	// +optional
	image *dagger.Container,
	// How long the services may take to get ready, in seconds.
	//
	// +default=180
	timeout int,
) (*Report, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	// Before anything is built and started for nothing.
	if none := undefined(p); none != nil {
		return none.report(p, time.Now())
	}
	s, err := m.ProdStack(ctx, 2, image, nil, nil, nil, "", timeout)
	if err != nil {
		return nil, err
	}
	return s.Test(ctx, "oc_app", "https://oc_nginx", nil, suiteLimit)
}

// Test runs the application's suites against the stack.
// The report, all service logs and the screenshots are there also when a suite
// fails or the stack does not get ready.
//
//	dagger call prod-stack with-replicas --service oc_app --replicas 3 test
//
// +cache="never"
func (s *Stack) Test(
	ctx context.Context,
	// The service whose secrets the suites get, as DATABASE_URL and so on.
	//
	// +default="oc_app"
	service string,
	// Where the suites find the stack, as BASE_URL.
	//
	// +default="https://oc_nginx"
	baseUrl string,
	// Container with a browser at CHROMIUM_PATH. Default: Debian's Chromium.
	//
	// +optional
	browser *dagger.Container,
	// How long one suite may take, in seconds.
	//
	// +default=900
	suiteTimeout int,
) (*Report, error) {
	start := time.Now()
	if suiteTimeout <= 0 {
		return nil, fmt.Errorf("--suite-timeout %d: suites need time, give 1 or more seconds", suiteTimeout)
	}
	p, err := s.Project.plan(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.define(ctx)
	if err != nil {
		return nil, err
	}
	t := &suites{r: r, project: p, module: s.Project, service: service, base: baseUrl, browser: browser, password: rand.Text(), limit: time.Duration(suiteTimeout) * time.Second}
	stop, err := r.start(ctx)
	defer stop()
	if err != nil {
		return nil, err
	}
	parts, err := t.all(ctx)
	if err != nil {
		return nil, err
	}
	return parts.report(p, start)
}

// suiteLimit is the default of Test.
const suiteLimit = 900

// stackKinds are what runs against a stack, in this order: the rate limits of
// the front door are the last to be tried out.
var stackKinds = []project.Kind{project.Seed, project.Integration, project.Browser, project.Smoke}

// outcomes are the parts of a run in their order.
type outcomes []*outcome

// undefined are the parts of an application that has no suite at all, else nil.
func undefined(p *project.Project) outcomes {
	var list outcomes
	for _, kind := range stackKinds[1:] {
		if _, ok := p.Step(kind); ok {
			return nil
		}
		list = append(list, notDefined(kind))
	}
	return list
}

func notDefined(kind project.Kind) *outcome {
	return &outcome{part: report.Part{Name: string(kind), Status: report.NotDefined, Detail: `package.json has no script "` + string(kind) + `"`}}
}

// report is the whole run.
func (parts outcomes) report(p *project.Project, start time.Time) (*Report, error) {
	run := report.Run{Project: p.Name + " as a stack", Seconds: time.Since(start).Seconds()}
	dir := dag.Directory()
	for _, o := range parts {
		run.Parts = append(run.Parts, o.part)
		result, err := newResult(o)
		if err != nil {
			return nil, err
		}
		dir = dir.WithDirectory(strings.ReplaceAll(o.part.Name, ":", "-"), result.Reports.WithNewFile("output.log", o.part.Output))
	}
	r := &Report{}
	return r, r.fill(run, dir)
}
