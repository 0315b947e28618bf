package compose

import (
	"maps"
	"slices"
	"strings"
)

// checkAliases finds names of containers and links that are another service's.
// An alias of a network may be shared: then it stands for both services.
func (l *loading) checkAliases() {
	owner := map[string]string{}
	for _, name := range l.serviceNames() {
		owner[name] = name
	}
	for _, name := range l.serviceNames() {
		for _, a := range l.aliases(name) {
			if a.network != "" {
				continue
			}
			if other, taken := owner[a.name]; taken && other != name {
				l.problemAt(DuplicateAlias, a.path, "give each service names of its own", "services %q and %q both answer to the name %q", other, name, a.name)
				continue
			}
			owner[a.name] = name
		}
	}
}

// alias is a name of a service, and where it stands.
type alias struct {
	name    string
	network string // the only one that knows it; "" is any
	path    []string
}

// aliases are the names of a service beside its own.
func (l *loading) aliases(name string) []alias {
	s := l.project.Services[name]
	var list []alias
	if s.ContainerName != "" {
		list = append(list, alias{s.ContainerName, "", []string{"services", name, "container_name"}})
	}
	for _, network := range slices.Sorted(maps.Keys(s.Networks)) {
		if n := s.Networks[network]; n != nil {
			for _, a := range n.Aliases {
				list = append(list, alias{a, network, []string{"services", name, "networks", network, "aliases", a}})
			}
		}
	}
	for _, other := range l.serviceNames() {
		for _, link := range l.project.Services[other].Links {
			if target, a, found := strings.Cut(link, ":"); found && target == name {
				list = append(list, alias{a, "", []string{"services", other, "links", name}})
			}
		}
	}
	return list
}
