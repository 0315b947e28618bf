package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"sync"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/stack"
	"github.com/octocode/octocode-ci/ci/supervise"
	// Makes this module's own program the first process of its containers.
	_ "github.com/octocode/octocode-ci/ci/supervise/entry"
	"golang.org/x/sync/errgroup"
)

// running is a stack whose services are defined and can be started.
type running struct {
	stack *Stack
	run   supervise.Run
	init  *dagger.File
	// hosts and services belong together.
	hosts    []string
	services []*dagger.Service
	// images are the containers as their images made them.
	images map[string]*dagger.Container
}

// define makes the containers of all services.
func (s *Stack) define(ctx context.Context) (*running, error) {
	plan, err := s.load(ctx, closed)
	if err != nil {
		return nil, err
	}
	init, err := program()
	if err != nil {
		return nil, err
	}
	r := &running{stack: s, run: supervise.NewRun(*plan, s.Token, s.Key, s.limit()), init: init, images: map[string]*dagger.Container{}}
	images := make([]*dagger.Container, len(plan.Services))
	services := make([][]*dagger.Service, len(plan.Services))
	work, ctx := errgroup.WithContext(ctx)
	for i, service := range plan.Services {
		work.Go(func() (err error) {
			if images[i], err = s.image(ctx, *plan, service); err != nil || service.Replicas == 0 {
				return err
			}
			// All images are there before the first service starts: the others wait
			// for its address no longer than the time limit.
			if images[i], err = images[i].Sync(ctx); err != nil {
				return fmt.Errorf("service %q: image: %w", service.Name, err)
			}
			services[i], err = r.replicas(ctx, service, images[i])
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	for i, service := range plan.Services {
		r.images[service.Name] = images[i]
		for n, svc := range services[i] {
			r.hosts = append(r.hosts, r.run.Host(service.Name, n))
			r.services = append(r.services, svc)
		}
	}
	return r, nil
}

// program is this module's own program: under another name, it is the first
// process of each container. It is written once: the engine may be reading it
// already for another container.
var program = sync.OnceValues(func() (*dagger.File, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(self)
	if err != nil {
		return nil, err
	}
	name := path.Base(supervise.Program)
	if err := os.WriteFile(name, text, 0o755); err != nil {
		return nil, err
	}
	return dag.CurrentModule().WorkdirFile(name), nil
})

// image is the container of a service's image.
func (s *Stack) image(ctx context.Context, plan stack.Plan, service stack.Service) (*dagger.Container, error) {
	if service.Build == nil {
		if service.Image == appImage && s.App != nil {
			return s.App, nil
		}
		return dag.Container(dagger.ContainerOpts{Platform: dagger.Platform(service.Platform)}).From(service.Image), nil
	}
	b := service.Build
	p, err := s.Project.plan(ctx)
	if err == nil && p.Dockerfile == "" && b.Context == p.Root && b.Dockerfile == composeFolder+"/Dockerfile" && b.Target != "" {
		// The module's own stages: nothing is built a second time.
		return s.Project.stage(ctx, p, b.Target, nil)
	}
	options := dagger.DirectoryDockerBuildOpts{Target: b.Target, Platform: dagger.Platform(b.Platform)}
	for _, v := range b.Args {
		options.BuildArgs = append(options.BuildArgs, dagger.BuildArg{Name: v.Name, Value: v.Value})
	}
	for _, m := range b.Secrets {
		value, err := s.value(ctx, plan, m.Source)
		if err != nil {
			return nil, err
		}
		// The engine finds it by its name.
		options.Secrets = append(options.Secrets, dag.SetSecret(m.Target, value))
	}
	folder := s.Source.Directory(b.Context)
	switch {
	case b.Inline != "":
		options.Dockerfile = "Dockerfile.inline"
		folder = folder.WithNewFile(options.Dockerfile, b.Inline)
	case b.Dockerfile != "":
		options.Dockerfile = "Dockerfile.compose"
		folder = folder.WithFile(options.Dockerfile, s.Source.File(b.Dockerfile))
	}
	return folder.DockerBuild(options), nil
}

// replicas are the services of all replicas.
func (r *running) replicas(ctx context.Context, service stack.Service, image *dagger.Container) ([]*dagger.Service, error) {
	config, err := imageConfig(ctx, image)
	if err != nil {
		return nil, fmt.Errorf("service %q: %w", service.Name, err)
	}
	ctr, volumes, err := r.mounts(ctx, service, image)
	if err != nil {
		return nil, err
	}
	for _, v := range service.Environment {
		if v.Sensitive {
			ctr = ctr.WithSecretVariable(v.Name, r.stack.hide(service.Name+"-"+v.Name, v.Value))
		} else {
			ctr = ctr.WithEnvVariable(v.Name, v.Value)
		}
	}
	list := make([]*dagger.Service, service.Replicas)
	for n := range list {
		spec, err := r.run.Service(service, n, config, volumes)
		if err != nil {
			return nil, err
		}
		one, err := r.supervised(ctr, spec)
		if err != nil {
			return nil, err
		}
		list[n] = one.
			WithExposedPort(supervise.ControlPort).
			AsService(dagger.ContainerAsServiceOpts{
				Args: []string{supervise.Program, supervise.RoleService}, InsecureRootCapabilities: true, NoInit: true,
			}).
			WithHostname(r.run.Host(service.Name, n))
	}
	return list, nil
}

// supervised is a container with the supervisor and its orders in it.
func (r *running) supervised(ctr *dagger.Container, spec supervise.Spec) (*dagger.Container, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	return ctr.
		WithUser("0:0").
		WithMountedFile(supervise.Program, r.init).
		WithNewFile(supervise.SpecFile, string(text), dagger.ContainerWithNewFileOpts{Permissions: 0o400}), nil
}

// imageConfig reads what the image of a service says.
func imageConfig(ctx context.Context, image *dagger.Container) (config supervise.Image, err error) {
	if config.Entrypoint, err = image.Entrypoint(ctx); err != nil {
		return config, err
	}
	if config.Command, err = image.DefaultArgs(ctx); err != nil {
		return config, err
	}
	if config.User, err = image.User(ctx); err != nil {
		return config, err
	}
	config.WorkingDir, err = image.Workdir(ctx)
	return config, err
}
