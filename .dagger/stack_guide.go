package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/secrets"
)

// appImage is the image that production runs here: the one that is built of the
// sources.
const appImage = "octocode.local/app:ci"

// The Compose files of the guide, which this module brings along.
const (
	composeFolder = "docker"
	devFile       = composeFolder + "/docker-compose.dev.yml"
	prodFile      = composeFolder + "/docker-compose.prod.yml"
)

// DevStack is the development stack, to be looked into and changed.
// It holds the application with hot reload, PostgreSQL, Redis, pgAdmin and MailHog.
//
//	dagger call dev-stack plan text
//	dagger call dev-stack --without oc_pgadmin,oc_mailhog exec --service oc_app --args pnpm,db:status
//
// +cache="session"
func (m *Octocode) DevStack(
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
	// Keep the named volumes under this name.
	//
	// +optional
	volumes string,
	// How long the services may take to get ready, in seconds.
	//
	// +default=300
	timeout int,
) (*Stack, error) {
	s, err := m.guide(ctx, devFile, timeout)
	if err != nil {
		return nil, err
	}
	s.Volumes = volumes
	// Whoever reaches the debugger runs what he likes.
	s.Env = append(s.Env, "INSPECT_PORT=0")
	if err := s.given(variable, secretEnvFile); err != nil {
		return nil, err
	}
	return s.leaveOut(ctx, without)
}

// ProdStack is the production stack, to be looked into and changed.
// It has the image of these sources, and secrets made for it: nginx with TLS,
// the application, its worker, PostgreSQL and Redis.
//
//	dagger call prod-stack --replicas 3 plan diagram
//	dagger call prod-stack logs --service oc_nginx
//
// +cache="session"
func (m *Octocode) ProdStack(
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
	// A .env whose values are secret, for the Compose file; ANTHROPIC_API_KEY becomes the secret of that name.
	//
	// +optional
	secretEnvFile *dagger.Secret,
	// Keep the named volumes under this name. Mind that secrets are new each time.
	//
	// +optional
	volumes string,
	// How long the services may take to get ready, in seconds.
	//
	// +default=300
	timeout int,
) (*Stack, error) {
	s, err := m.guide(ctx, prodFile, timeout)
	if err != nil {
		return nil, err
	}
	s.Env = append(s.Env, "APP_IMAGE="+appImage, fmt.Sprintf("APP_REPLICAS=%d", replicas))
	if err := s.given(variable, secretEnvFile); err != nil {
		return nil, err
	}
	own, err := s.external(ctx)
	if err != nil {
		return nil, err
	}
	if image == nil {
		built, err := m.Build(ctx, "", "", "", "")
		if err != nil {
			return nil, err
		}
		image = built.Container
	}
	s.App, s.Volumes = image, volumes
	files, _, err := secrets.Make(own, secrets.Options{Hosts: append(slices.Clone(secrets.DefaultHosts), host...)})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(files)
	if err != nil {
		return nil, err
	}
	s.Secrets = dag.SetSecret("octocode-secrets-"+s.Token, string(text))
	if _, err := s.load(ctx, open); err != nil {
		return nil, err
	}
	return s, nil
}

// guide is a stack of the guide: of the project's own files, or of those that
// this module brings along.
func (m *Octocode) guide(ctx context.Context, file string, timeout int) (*Stack, error) {
	p, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	source := m.Source
	own, err := source.Exists(ctx, file)
	if err != nil {
		return nil, err
	}
	if !own {
		source = source.WithDirectory(composeFolder, dag.CurrentModule().Source().Directory("../"+composeFolder))
	}
	s := newStack(m, timeout)
	s.Source, s.Files, s.Env = source, []string{file}, []string{"APP_CONTEXT=../" + p.Root}
	return s, nil
}
