package env

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// foreign are the beginnings of names that other tools read from env files.
var foreign = []string{"COMPOSE_", "DOCKER_", "BUILDKIT_", "DAGGER_", "NEXT_", "NODE_", "npm_", "OTEL_"}

// findUnknown reports variables that nobody reads: most are misspelled.
func (c *checking) findUnknown() {
	known := map[string]bool{}
	for _, v := range specification {
		known[v.Name] = true
		if v.File != "" {
			known[v.Name+"_FILE"] = true
		}
	}
	names := slices.Sorted(maps.Keys(known))
	for _, source := range c.Sources {
		for _, name := range slices.Sorted(maps.Keys(source.Values)) {
			if known[name] {
				continue
			}
			fix, meant := "", nearest(name, names)
			switch {
			case meant != "":
				if value, _ := c.value(meant); source.Shared && value != "" {
					continue // another program's variable, of which ours happens to be a neighbour
				}
				fix = fmt.Sprintf("did you mean %s?", meant)
			case source.Shared || slices.ContainsFunc(foreign, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
				continue
			case known[strings.TrimSuffix(name, "_FILE")]:
				fix = "set " + strings.TrimSuffix(name, "_FILE") + " itself, it has no _FILE form"
			default:
				fix = "remove it, if no other program reads it"
			}
			c.add(Variable{Name: name}, source.Name, finding{Unknown, Warning, "in " + source.Name + " is no variable of the application or its stack", fix})
		}
	}
}

// nearest is the name that was meant, or "".
func nearest(name string, known []string) string {
	best, distance := "", max(1, len(name)/5)+1
	for _, candidate := range known {
		if d := levenshtein.ComputeDistance(strings.ToUpper(name), candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}
