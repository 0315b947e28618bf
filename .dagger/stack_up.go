package main

import (
	"context"
	"errors"
	"fmt"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/supervise"
	"golang.org/x/sync/errgroup"
)

// Dev runs the development stack, each service on its port of this machine.
// They are the application, PostgreSQL, Redis, pgAdmin and MailHog.
//
//	dagger call dev up                             # 3000, 3001, 5432, 6379, 5050, 8025
//	dagger call dev --without oc_pgadmin,oc_mailhog --secret-env-file file://.env up
//
// +cache="session"
func (m *Octocode) Dev(
	ctx context.Context,
	// Services to leave out, such as tools whose image cannot be had.
	//
	// +optional
	without []string,
	// Variables for the Compose file, as NAME=VALUE, such as INSPECT_PORT=9229 for the debugger.
	//
	// +optional
	variable []string,
	// A .env whose values are secret, such as one with ANTHROPIC_API_KEY.
	//
	// +optional
	secretEnvFile *dagger.Secret,
	// Keep the named volumes under this name. Default: they are gone with the stack.
	//
	// +optional
	volumes string,
) (*dagger.Service, error) {
	s, err := m.DevStack(ctx, without, variable, secretEnvFile, volumes, 300)
	if err != nil {
		return nil, err
	}
	return s.Gateway(ctx)
}

// Prod runs the production stack on the ports 80 and 443 of this machine.
// It is nginx with TLS, the application, its worker, PostgreSQL and Redis.
//
//	dagger call prod up
//	dagger call prod --replicas 3 up --ports 8443:443 --ports 8080:80
//
// +cache="session"
func (m *Octocode) Prod(
	ctx context.Context,
	// How many of the application run.
	//
	// +default=2
	replicas int,
	// The image to run. Default: it is built of the sources.
	//
	// +optional
	image *dagger.Container,
	// Names of the front door, for its certificate.
	//
	// +optional
	host []string,
	// Variables for the Compose file, as NAME=VALUE.
	//
	// +optional
	variable []string,
	// A .env whose values are secret, such as one with ANTHROPIC_API_KEY.
	//
	// +optional
	secretEnvFile *dagger.Secret,
) (*dagger.Service, error) {
	s, err := m.ProdStack(ctx, replicas, image, host, variable, secretEnvFile, "", 300)
	if err != nil {
		return nil, err
	}
	return s.Gateway(ctx)
}

// Gateway is one service in front of the whole stack: it has all published ports,
// and answers when the stack is ready. If that does not come to pass, it says
// which service is the reason.
//
//	dagger call stack --file compose.yaml gateway up
func (s *Stack) Gateway(ctx context.Context) (*dagger.Service, error) {
	r, err := s.define(ctx)
	if err != nil {
		return nil, err
	}
	spec := r.run.Gateway()
	if len(spec.Ports) == 0 {
		return nil, errors.New("the stack publishes no port: add `ports` to a service, or ask for one with `service --name`")
	}
	return r.front(spec)
}

// Service is one service with all that it needs, under its own ports. It is
// for bindings: its ports answer when it is ready.
//
//	dagger call stack --file compose.yaml service --name db up --ports 5432:5432
func (s *Stack) Service(
	ctx context.Context,
	name string,
	// A port that neither the Compose file nor the image names.
	//
	// +optional
	port []int,
) (*dagger.Service, error) {
	r, err := s.define(ctx)
	if err != nil {
		return nil, err
	}
	service, err := r.run.Plan.Service(name)
	if err != nil {
		return nil, err
	}
	exposed, err := r.images[name].ExposedPorts(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range exposed {
		if n, err := p.Port(ctx); err == nil {
			port = append(port, n)
		}
	}
	for _, p := range append(service.Ports, service.Expose...) {
		if p.Protocol == "tcp" {
			port = append(port, p.Target)
		}
	}
	if len(port) == 0 {
		return nil, fmt.Errorf("service %q has no port: name one with --port", name)
	}
	return r.front(r.run.Front(name, port))
}

// front is a gateway, bound to all services.
func (r *running) front(spec supervise.Spec) (*dagger.Service, error) {
	ctr, err := r.supervised(dag.Container(), spec)
	if err != nil {
		return nil, err
	}
	for _, p := range spec.Ports {
		ctr = ctr.WithExposedPort(p.Listen)
	}
	return r.bound(ctr).AsService(dagger.ContainerAsServiceOpts{
		Args: []string{supervise.Program, supervise.RoleGateway}, InsecureRootCapabilities: true, NoInit: true,
	}), nil
}

// bound makes the engine start the services with the container, and stop them
// after it.
func (r *running) bound(ctr *dagger.Container) *dagger.Container {
	for i, host := range r.hosts {
		ctr = ctr.WithServiceBinding(host, r.services[i])
	}
	return ctr
}

// start starts all services and returns how to stop them. It does not wait for
// their health: who uses them does.
func (r *running) start(ctx context.Context) (stop func(), err error) {
	work, starting := errgroup.WithContext(ctx)
	for i, service := range r.services {
		work.Go(func() error {
			if _, err := service.Start(starting); err != nil {
				return fmt.Errorf("start %s: %w", r.hosts[i], err)
			}
			return nil
		})
	}
	err = work.Wait()
	return func() {
		var ending errgroup.Group
		for _, service := range r.services {
			ending.Go(func() error {
				_, err := service.Stop(context.WithoutCancel(ctx), dagger.ServiceStopOpts{Kill: true})
				return err
			})
		}
		_ = ending.Wait()
	}, err
}
