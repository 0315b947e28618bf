package stack

import (
	"fmt"
	"slices"
	"strings"
)

// Order groups the services into levels: those of one level need nothing of
// each other and can be started side by side, after all levels before it. A
// dependency that is not in the plan counts only when it is required.
//
//	levels, err := plan.Order() // [[db redis] [migrate] [app worker]]
func (p Plan) Order() ([][]string, error) {
	needs := map[string][]string{}
	for _, s := range p.Services {
		needs[s.Name] = nil
	}
	for _, s := range p.Services {
		for _, d := range s.DependsOn {
			if _, known := needs[d.Service]; known {
				needs[s.Name] = append(needs[s.Name], d.Service)
			} else if d.Required {
				return nil, fmt.Errorf("service %q depends on %q, which is not in the stack", s.Name, d.Service)
			}
		}
	}
	levels := [][]string{}
	level := map[string]int{}
	for len(level) < len(needs) {
		var next []string
		for name, list := range needs {
			_, done := level[name]
			if !done && !slices.ContainsFunc(list, func(d string) bool { _, ok := level[d]; return !ok }) {
				next = append(next, name)
			}
		}
		if len(next) == 0 {
			return nil, &CircleError{Path: circle(needs, level)}
		}
		slices.Sort(next)
		for _, name := range next {
			level[name] = len(levels)
		}
		levels = append(levels, next)
	}
	return levels, nil
}

// CircleError is the error of services that wait for each other.
type CircleError struct {
	// Path goes from a service along its dependencies back to the same service.
	Path []string
}

// Error names the circle.
func (e *CircleError) Error() string {
	return "the dependencies are a circle: " + strings.Join(e.Path, " → ")
}

// circle finds a circle among the services that have no level: each of them
// needs another of them, so that walking on must come back. It starts at its
// first name, so that the same circle is always told in the same way.
func circle(needs map[string][]string, level map[string]int) []string {
	open := func(name string) bool { _, done := level[name]; return !done }
	var at string
	for name := range needs {
		if open(name) && (at == "" || name < at) {
			at = name
		}
	}
	var path []string
	for !slices.Contains(path, at) {
		path = append(path, at)
		list := slices.DeleteFunc(slices.Clone(needs[at]), func(d string) bool { return !open(d) })
		at = slices.Min(list)
	}
	path = path[slices.Index(path, at):]
	first := slices.Index(path, slices.Min(path))
	path = append(slices.Clone(path[first:]), path[:first]...)
	return append(path, path[0])
}

// Sorted is the plan with its services in start order: by level, then by name.
func (p Plan) Sorted() (Plan, error) {
	levels, err := p.Order()
	if err != nil {
		return p, err
	}
	names := slices.Concat(levels...)
	p.Services = slices.Clone(p.Services)
	slices.SortStableFunc(p.Services, func(a, b Service) int {
		return slices.Index(names, a.Name) - slices.Index(names, b.Name)
	})
	return p, nil
}

// Dependencies are all services that must come before this one, directly or
// not, in start order.
func (p Plan) Dependencies(name string) ([]string, error) {
	if _, err := p.index(name); err != nil {
		return nil, err
	}
	levels, err := p.Order()
	if err != nil {
		return nil, err
	}
	needed := map[string]bool{name: true}
	for again := true; again; {
		again = false
		for _, s := range p.Services {
			for _, d := range s.DependsOn {
				if needed[s.Name] && !needed[d.Service] {
					needed[d.Service], again = true, true
				}
			}
		}
	}
	list := []string{}
	for _, other := range slices.Concat(levels...) {
		if needed[other] && other != name {
			list = append(list, other)
		}
	}
	return list, nil
}

// Ready is the condition under which a service counts as ready for those
// outside of the stack: a service that others want completed is ready when it
// is; else it has to be healthy, which one without a health check is as soon
// as it runs.
func (p Plan) Ready(name string) string {
	for _, s := range p.Services {
		for _, d := range s.DependsOn {
			if d.Service == name && d.Condition == Completed {
				return Completed
			}
		}
	}
	return Healthy
}
