package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/supervise"
)

// job runs a command in a container as soon as the stack is ready.
func (r *running) job(ctr *dagger.Container, spec supervise.Spec, expect dagger.ReturnType) (*dagger.Container, error) {
	ctr, err := r.supervised(ctr, spec)
	if err != nil {
		return nil, err
	}
	return r.bound(ctr).WithExec([]string{supervise.Program, supervise.RoleJob}, dagger.ContainerWithExecOpts{
		InsecureRootCapabilities: true, NoInit: true, Expect: expect,
	}), nil
}

// Exec runs a command in a service, when the stack is ready, and returns what
// it prints.
//
//	dagger call stack --file compose.yaml exec --service db --args psql,-U,postgres,-c,'select 1'
//
// +cache="never"
func (s *Stack) Exec(
	ctx context.Context,
	service string,
	args []string,
) (string, error) {
	r, err := s.define(ctx)
	if err != nil {
		return "", err
	}
	svc, err := r.run.Plan.Service(service)
	if err != nil {
		return "", err
	}
	if svc.Replicas == 0 || len(args) == 0 {
		return "", fmt.Errorf("service %q: there is no container, or no command was given with --args", service)
	}
	ctr, err := r.job(dag.Container(), r.run.Exec(service, args), dagger.ReturnTypeAny)
	if err != nil {
		return "", err
	}
	return output(ctx, ctr)
}

// Run runs a command in a container of its own, beside the stack, when that is
// ready, and returns what it prints. The command finds all services by their
// names; /.octocode/octocode-init lets it run commands in them and kill them.
//
//	dagger call prod-stack run --container node:24-slim --args curl,-fsSk,https://oc_nginx/api/health
//	dagger call prod-stack run --container debian --args /.octocode/octocode-init,kill,oc_app-2,SIGKILL
//
// +cache="never"
func (s *Stack) Run(
	ctx context.Context,
	container *dagger.Container,
	args []string,
) (string, error) {
	if len(args) == 0 {
		return "", errors.New("there is no command: give one with --args")
	}
	r, err := s.define(ctx)
	if err != nil {
		return "", err
	}
	dir, err := container.Workdir(ctx)
	if err != nil {
		return "", err
	}
	ctr, err := r.job(container, r.run.Job(args, "", dir), dagger.ReturnTypeAny)
	if err != nil {
		return "", err
	}
	return output(ctx, ctr)
}

// Logs are what all services have printed until the stack was ready, or of one
// service.
//
//	dagger call prod-stack logs
//
// +cache="never"
func (s *Stack) Logs(
	ctx context.Context,
	// Only of this service.
	//
	// +optional
	service string,
) (string, error) {
	r, err := s.define(ctx)
	if err != nil {
		return "", err
	}
	if service != "" {
		if _, err := r.run.Plan.Service(service); err != nil {
			return "", err
		}
	}
	ctr, err := r.job(dag.Container(), r.run.Logs(service), dagger.ReturnTypeAny)
	if err != nil {
		return "", err
	}
	return output(ctx, ctr)
}

// output is what a container's command has printed; its failure is an error
// that says the same.
func output(ctx context.Context, ctr *dagger.Container) (string, error) {
	code, err := ctr.ExitCode(ctx)
	if err != nil {
		return "", err
	}
	out, err := ctr.Stdout(ctx)
	if err != nil {
		return "", err
	}
	if code == 0 {
		return out, nil
	}
	problem, err := ctr.Stderr(ctx)
	if err != nil {
		return "", err
	}
	return "", fmt.Errorf("exit code %d\n%s", code, strings.TrimSpace(out+problem))
}
