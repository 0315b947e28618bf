package stack

import (
	"fmt"
	"slices"
	"strings"
)

// WithReplicas is the plan with that many replicas of a service.
//
//	plan, err = plan.WithReplicas("app", 3)
func (p Plan) WithReplicas(service string, replicas int) (Plan, error) {
	return p.with(service, func(s *Service) error {
		if replicas < 0 {
			return fmt.Errorf("%d replicas of service %q: give 0 or more", replicas, service)
		}
		s.Replicas = replicas
		return s.Crowded()
	})
}

// WithEnv is the plan with one environment variable of a service set.
//
//	plan, err = plan.WithEnv("app", "LOG_LEVEL", "debug")
func (p Plan) WithEnv(service, name, value string) (Plan, error) {
	return p.with(service, func(s *Service) error {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			return fmt.Errorf("%q is no name of an environment variable", name)
		}
		s.Environment = slices.DeleteFunc(slices.Clone(s.Environment), func(v Variable) bool { return v.Name == name })
		s.Environment = append(s.Environment, NewVariable(name, value, p.Sensitive))
		slices.SortFunc(s.Environment, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
		return nil
	})
}

// WithImage is the plan with another image for a service, also where the file
// builds one.
//
//	plan, err = plan.WithImage("app", "registry.example.com/app:1.2.3")
func (p Plan) WithImage(service, image string) (Plan, error) {
	return p.with(service, func(s *Service) error {
		if strings.TrimSpace(image) == "" {
			return fmt.Errorf("the image of service %q is empty: name one", service)
		}
		s.Image, s.Build = image, nil
		return nil
	})
}

// Without is the plan without a service; nobody waits for it any more.
//
//	plan, err = plan.Without("pgadmin")
func (p Plan) Without(service string) (Plan, error) {
	if _, err := p.index(service); err != nil {
		return p, err
	}
	next := p
	next.Services = nil
	for _, s := range p.Services {
		if s.Name == service {
			continue
		}
		s.DependsOn = slices.DeleteFunc(slices.Clone(s.DependsOn), func(d Dependency) bool { return d.Service == service })
		next.Services = append(next.Services, s)
	}
	return next, nil
}

// with changes one service of a copy.
func (p Plan) with(service string, change func(*Service) error) (Plan, error) {
	i, err := p.index(service)
	if err != nil {
		return p, err
	}
	next := p
	next.Services = slices.Clone(p.Services)
	if err := change(&next.Services[i]); err != nil {
		return p, err
	}
	return next, nil
}
