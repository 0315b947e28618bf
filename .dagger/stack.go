package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/secrets"
	"github.com/octocode/octocode-ci/ci/stack"
)

// Stack is the services of Compose files, carried out by the engine: with their
// images, files, secrets, health checks, start order, users and rights. What it
// cannot carry out, `plan` lists.
//
// Each stack is its own: two of them do not see each other, and nothing is left
// of one when its session ends.
type Stack struct {
	// What the application is, for images that are built of it.
	Project *Octocode // +private
	// The project's folder with the Compose files.
	Source *dagger.Directory // +private
	// Compose files, in their order.
	Files []string // +private
	// Files with variables for the Compose files.
	EnvFiles []string // +private
	// NAME=VALUE variables for the Compose files.
	Env []string // +private
	// Active profiles.
	Profiles []string // +private
	// Secret files that are made for this stack, as JSON.
	Secrets *dagger.Secret // +private
	// Secrets that the caller has given: their names, and all values as JSON.
	GivenNames []string       // +private
	Given      *dagger.Secret // +private
	// The caller's .env.
	Dotenv *dagger.Secret // +private
	// The image that services of the name ci run.
	App *dagger.Container // +private
	// Name of the persistent volumes; empty keeps nothing.
	Volumes string // +private
	// Makes the names of this stack its own.
	Token string // +private
	// Opens the supervisors of its containers to each other.
	Key string // +private
	// Changes of the plan, as JSON.
	Changes []string // +private
	// How long services may take to get ready, in seconds.
	Timeout int // +private
}

// appImage is the image that production runs here: the one that is built of the
// sources.
const appImage = "octocode.local/app:ci"

// The Compose files of the guide, which this module brings along.
const (
	composeFolder = "docker"
	devFile       = composeFolder + "/docker-compose.dev.yml"
	prodFile      = composeFolder + "/docker-compose.prod.yml"
)

// Stack reads Compose files, of any project.
//
//	dagger call stack --file compose.yaml plan
//	dagger call stack --file compose.yaml gateway up
//	dagger call stack --file compose.yaml exec --service db --args psql,-U,postgres,-c,'select 1'
//
// +cache="session"
func (m *Octocode) Stack(
	ctx context.Context,
	// Compose files inside the sources, each one over those before it. Default: compose.yaml or its usual names.
	//
	// +optional
	file []string,
	// Files with variables for them, inside the sources.
	//
	// +optional
	envFile []string,
	// Variables for them, as NAME=VALUE; they go before those of files.
	//
	// +optional
	variable []string,
	// A .env whose values are secret: for variables in the Compose files, and for services that name a .env.
	//
	// +optional
	secretEnvFile *dagger.Secret,
	// Profiles to activate.
	//
	// +optional
	profile []string,
	// Fail when the files ask for something that an engine cannot do.
	//
	// +optional
	strict bool,
	// Keep the named volumes under this name. Default: they are gone with the stack. A second stack waits for the end of the first.
	//
	// +optional
	volumes string,
	// How long the services may take to get ready, in seconds.
	//
	// +default=300
	timeout int,
) (*Stack, error) {
	s := newStack(m, timeout)
	s.Source, s.Files, s.EnvFiles, s.Profiles, s.Volumes = m.Source, file, envFile, profile, volumes
	if err := s.given(variable, secretEnvFile); err != nil {
		return nil, err
	}
	p, err := s.load(ctx, open)
	if err != nil {
		return nil, err
	}
	if strict {
		if err := p.Strict(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

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

func newStack(m *Octocode, timeout int) *Stack {
	return &Stack{Project: m, Token: strings.ToLower(rand.Text()[:6]), Key: rand.Text(), Timeout: timeout}
}

// given takes what the caller adds to the files, and the time limit with it.
func (s *Stack) given(variable []string, secretEnvFile *dagger.Secret) error {
	if s.Timeout <= 0 {
		return fmt.Errorf("--timeout %d: services need time to get ready, give 1 or more seconds", s.Timeout)
	}
	s.Env, s.Dotenv = append(s.Env, variable...), secretEnvFile
	return assignments("--variable", variable)
}

func (s *Stack) limit() time.Duration { return time.Duration(s.Timeout) * time.Second }

// lines makes an error of several problems readable: each on its line.
func lines(err error) error {
	if problems := (stack.Problems)(nil); errors.As(err, &problems) {
		return errors.New(problems.Error())
	}
	return err
}
