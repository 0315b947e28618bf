package main

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/octocode/octocode-ci/ci/stack"
)

// change is one change of the plan.
type change struct {
	Service  string
	Replicas *int   `json:",omitempty"`
	Name     string `json:",omitempty"`
	Value    string `json:",omitempty"`
	Image    string `json:",omitempty"`
	Without  bool   `json:",omitempty"`
}

// WithReplicas changes how many of a service run.
//
//	dagger call prod-stack with-replicas --service oc_worker --replicas 3 gateway up
func (s *Stack) WithReplicas(
	ctx context.Context,
	service string,
	replicas int,
) (*Stack, error) {
	return s.with(ctx, change{Service: service, Replicas: &replicas})
}

// WithEnv sets an environment variable of a service.
//
//	dagger call dev-stack with-env --service oc_app --name LOG_LEVEL --value debug gateway up
func (s *Stack) WithEnv(
	ctx context.Context,
	service string,
	name string,
	value string,
) (*Stack, error) {
	return s.with(ctx, change{Service: service, Name: name, Value: value})
}

// WithImage runs another image for a service.
//
//	dagger call stack --file compose.yaml with-image --service db --image postgres:17 gateway up
func (s *Stack) WithImage(
	ctx context.Context,
	service string,
	image string,
) (*Stack, error) {
	return s.with(ctx, change{Service: service, Image: image})
}

// Without leaves services out, and what others wait for in them.
//
//	dagger call dev-stack without --services oc_pgadmin,oc_mailhog gateway up
func (s *Stack) Without(ctx context.Context, services []string) (*Stack, error) {
	return s.leaveOut(ctx, services)
}

func (s *Stack) leaveOut(ctx context.Context, services []string) (*Stack, error) {
	for _, service := range services {
		s = s.add(change{Service: service, Without: true})
	}
	_, err := s.load(ctx, open)
	return s, err
}

// with is the stack with one more change; it fails at once if that is not
// possible.
func (s *Stack) with(ctx context.Context, c change) (*Stack, error) {
	next := s.add(c)
	_, err := next.load(ctx, open)
	return next, err
}

func (s *Stack) add(c change) *Stack {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // of plain fields
	}
	next := *s
	next.Changes = append(slices.Clone(s.Changes), string(text))
	return &next
}

// apply carries out the changes.
func apply(p stack.Plan, changes []string) (stack.Plan, error) {
	var err error
	for _, text := range changes {
		var c change
		if err = json.Unmarshal([]byte(text), &c); err != nil {
			return p, err
		}
		switch {
		case c.Without:
			p, err = p.Without(c.Service)
		case c.Replicas != nil:
			p, err = p.WithReplicas(c.Service, *c.Replicas)
		case c.Image != "":
			p, err = p.WithImage(c.Service, c.Image)
		default:
			p, err = p.WithEnv(c.Service, c.Name, c.Value)
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}
