// Package stack is the plan of a stack of services: what a Compose file asks
// for, said so completely that whoever carries it out decides nothing.
//
// Package compose makes a Plan of Compose files. A plan travels as JSON:
//
//	var plan stack.Plan
//	err := json.Unmarshal(text, &plan)
//	levels, err := plan.Order()           // [[db redis] [migrate] [app worker]]
//	plan, err = plan.WithReplicas("app", 3)
//	fmt.Print(plan.Text())
//
// A plan shows no secret: Text, Diagram and json.Marshal mask them. Reveal
// writes the JSON that a machine needs to carry the plan out.
//
// The package is pure and imports the standard library only, so that a module
// that carries the plan out stays quick to load.
package stack

import (
	"fmt"
	"slices"
	"strings"
)

// Plan is a whole stack. All paths are slash-separated and relative to the
// project's folder; "." is that folder.
type Plan struct {
	Name string `json:"name"`
	// Files are the Compose files in the order in which they were merged.
	Files []string `json:"files"`
	// Profiles are the active ones.
	Profiles []string `json:"profiles"`
	// Services stand in start order: each after those it depends on.
	Services []Service `json:"services"`
	Secrets  []Secret  `json:"secrets"`
	Configs  []Config  `json:"configs"`
	Volumes  []Volume  `json:"volumes"`
	Networks []Network `json:"networks"`
	// Dropped is what the files ask for and an engine cannot do.
	Dropped []Dropped `json:"dropped"`
	// Warnings do not stop anything but deserve a look.
	Warnings []Problem `json:"warnings"`
	// Masked is true when secrets were replaced: such a plan is for reading,
	// it cannot be carried out.
	Masked bool `json:"masked,omitempty"`
	// Sensitive are values to mask wherever they turn up, such as in logs.
	// Only Reveal writes them.
	Sensitive []string `json:"sensitive,omitempty"`
}

// Service returns the service of that name; the error lists the good names.
//
//	db, err := plan.Service("db")
func (p Plan) Service(name string) (Service, error) {
	i, err := p.index(name)
	if err != nil {
		return Service{}, err
	}
	return p.Services[i], nil
}

// Names are the names of the services in start order.
func (p Plan) Names() []string {
	names := make([]string, len(p.Services))
	for i, s := range p.Services {
		names[i] = s.Name
	}
	return names
}

// HasSecret is the error of a secret that no service uses, or nil.
func (p Plan) HasSecret(name string) error {
	var names []string
	for _, s := range p.Secrets {
		names = append(names, s.Name)
	}
	switch {
	case slices.Contains(names, name):
		return nil
	case len(names) == 0:
		return fmt.Errorf("no service uses a secret %q: the stack has no secrets", name)
	}
	return fmt.Errorf("no service uses a secret %q: the secrets are %s", name, strings.Join(names, ", "))
}

// BuildSecrets is the error of two builds that know different secrets by one
// id, or nil: an engine tells them apart by that alone.
func (p Plan) BuildSecrets() error {
	sources := map[string]string{}
	for _, s := range p.Services {
		if s.Build == nil {
			continue
		}
		for _, m := range s.Build.Secrets {
			if other, taken := sources[m.Target]; taken && other != m.Source {
				return fmt.Errorf("service %q is built with the secret %q as id=%s, which is %q elsewhere in the stack: give it a target of its own", s.Name, m.Source, m.Target, other)
			}
			sources[m.Target] = m.Source
		}
	}
	return nil
}

func (p Plan) index(name string) (int, error) {
	names := p.Names()
	if i := slices.Index(names, name); i >= 0 {
		return i, nil
	}
	if len(names) == 0 {
		return -1, fmt.Errorf("there is no service %q: the stack has no services", name)
	}
	slices.Sort(names)
	return -1, fmt.Errorf("there is no service %q: the services are %s", name, strings.Join(names, ", "))
}
