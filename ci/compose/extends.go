package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// checkExtends looks for the service that another one extends.
func (l *loading) checkExtends(s *source, service entry) {
	extends, ok := lookup(service.value, "extends")
	if !ok || isNull(extends.value) {
		return
	}
	ref, file := value(extends.value, "service"), value(extends.value, "file")
	if n := resolve(extends.value); n.Kind == yaml.ScalarNode {
		ref = n.Value
	}
	var known []string
	add := func(root *yaml.Node) {
		services, _ := lookup(root, "services")
		for _, e := range entries(services.value) {
			known = append(known, e.key.Value)
		}
	}
	where := s.file
	if file == "" {
		for _, other := range l.sources { // what is included can be extended as well
			for _, root := range other.roots {
				if !other.base || other == s {
					add(root)
				}
			}
		}
	} else {
		path := l.absolute(s.dir, file)
		where = l.show(path)
		for _, other := range l.sources {
			if other.path == path {
				for _, root := range other.roots {
					add(root)
				}
			}
		}
	}
	if !slices.Contains(known, ref) {
		slices.Sort(known)
		fix := suggest(ref, known)
		if fix == "" {
			fix = "the services there are " + strings.Join(slices.Compact(known), ", ")
		}
		l.problem(stack.Problem{Code: UnknownService, File: s.file, Line: extends.key.Line,
			Message: fmt.Sprintf("service %q extends %q, which is not in %s", service.key.Value, ref, where), Fix: fix})
	}
}
