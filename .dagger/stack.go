package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"dagger/octocode/internal/dagger"

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
