package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/octocode/octocode-ci/ci/compose"
	"github.com/octocode/octocode-ci/ci/stack"
)

// StackPlan is what the engine does with Compose files. It shows no secret.
type StackPlan struct {
	// For people: services in start order, all details, and what is not carried out.
	Text string
	// For machines.
	Json string
	// As a Mermaid diagram.
	Diagram string
	// What the files ask for and an engine cannot do: one line each.
	Dropped []string
}

// Plan says what is done with the Compose files, and what is not.
//
//	dagger call stack --file compose.yaml plan text
//	dagger call prod plan diagram
func (s *Stack) Plan(ctx context.Context) (*StackPlan, error) {
	p, err := s.load(ctx, open)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, err
	}
	plan := &StackPlan{Text: p.Text(), Json: string(text), Diagram: p.Diagram(), Dropped: []string{}}
	for _, d := range p.Dropped {
		plan.Dropped = append(plan.Dropped, d.String())
	}
	return plan, nil
}

// Services are the names of the services, in start order.
func (s *Stack) Services(ctx context.Context) ([]string, error) {
	p, err := s.load(ctx, open)
	if err != nil {
		return nil, err
	}
	return p.Names(), nil
}

// Endpoints are where the host reaches the stack after `up`, one line each:
// address, service and its port.
func (s *Stack) Endpoints(ctx context.Context) ([]string, error) {
	p, err := s.load(ctx, open)
	if err != nil {
		return nil, err
	}
	list := []string{}
	for _, e := range p.Endpoints() {
		list = append(list, fmt.Sprintf("%s is port %d/%s of %s", e.Address, e.Target, e.Protocol, e.Service))
	}
	return list, nil
}

// Whether secrets may be missing: they may be given later, but not after the
// start.
const (
	open   = true
	closed = false
)

// load makes the plan of the Compose files and the changes.
func (s *Stack) load(ctx context.Context, open bool) (*stack.Plan, error) {
	dir, err := os.MkdirTemp("", "stack")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := s.Source.Export(ctx, dir); err != nil {
		return nil, fmt.Errorf("read source: %w", err)
	}
	made, err := s.made(ctx)
	if err != nil {
		return nil, err
	}
	if made != nil {
		folder := filepath.Join(dir, composeFolder, "prod", "secrets")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
		for name, content := range made {
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
				return nil, err
			}
		}
	}
	env := map[string]string{}
	for _, v := range s.Env {
		name, value, _ := strings.Cut(v, "=")
		env[name] = value
	}
	options := compose.Options{
		Dir: dir, Files: s.Files, EnvFiles: s.EnvFiles, Env: env, Profiles: s.Profiles,
		Given: s.GivenNames, Open: open, VariableFlag: "--variable", Copied: true,
	}
	if options.Dotenv, err = plaintext(ctx, s.Dotenv); err != nil {
		return nil, err
	}
	plan, err := compose.Load(ctx, options)
	if err != nil {
		return nil, lines(err)
	}
	if err := plan.BuildSecrets(); err != nil {
		return nil, err
	}
	changed, err := apply(*plan, s.Changes)
	if err != nil {
		return nil, err
	}
	return &changed, nil
}
