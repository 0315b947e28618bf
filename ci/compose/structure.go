package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// structure checks the keys and types of one source against the specification.
type structure struct {
	l *loading
	s *source
}

func (c structure) problem(code stack.Code, line int, fix, format string, args ...any) {
	c.l.problem(stack.Problem{Code: code, File: c.s.file, Line: line, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// check compares a node with its rules. line is that of the key in front.
func (c structure) check(path string, line int, n *yaml.Node, r *rules, depth int) {
	n = resolve(n)
	if r == nil || n == nil || depth > maxDepth || isNull(n) || strings.HasPrefix(n.Tag, "!reset") {
		return // compose-go knows where nothing is allowed, and what !reset does
	}
	shapes := r.alternatives()
	kinds := jsonKinds(n)
	var fits []*rules
	for _, shape := range shapes {
		if slices.ContainsFunc(kinds, shape.takes) {
			fits = append(fits, shape)
		}
	}
	if len(fits) == 0 {
		c.problem(WrongType, line, "write "+wanted(shapes, path), "%s is %s", path, kindOf(n))
		return
	}
	shape := fits[0]
	for _, other := range fits { // of several, the one that knows most of the keys
		if len(other.Properties) > len(shape.Properties) {
			shape = other
		}
	}
	switch n.Kind {
	case yaml.MappingNode:
		c.mapping(path, line, n, shape, depth)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			c.check(path, item.Line, item, shape.Items, depth+1)
		}
	case yaml.ScalarNode:
		if len(shape.Enum) > 0 && !slices.ContainsFunc(shape.Enum, func(v any) bool { return fmt.Sprint(v) == n.Value }) {
			var good []string
			for _, v := range shape.Enum {
				good = append(good, fmt.Sprint(v))
			}
			fix := suggest(n.Value, good)
			if fix == "" {
				fix = "use " + strings.Join(good, ", ")
			}
			c.problem(BadValue, n.Line, fix, "%s is %q", path, n.Value)
		}
	}
}

func (c structure) mapping(path string, line int, n *yaml.Node, shape *rules, depth int) {
	c.duplicates(path, n)
	seen := map[string]bool{}
	for _, e := range entries(n) {
		name := e.key.Value
		seen[name] = true
		at := strings.TrimPrefix(path+"."+name, ".")
		next, closed := shape.property(name)
		if !closed {
			c.check(at, e.key.Line, e.value, next, depth+1)
			continue
		}
		place, fix := "at the top of the file", suggest(name, shape.names())
		if path != "" {
			place = "in " + path
		}
		if len(shape.Properties) == 0 {
			c.problem(BadValue, e.key.Line, "use letters, digits, ., _ and -", "%q %s is no name", name, place)
			continue
		}
		if fix == "" {
			fix = "remove it, or start it with x-"
			if path == "" {
				fix = suggestParent(name)
			}
		}
		c.problem(UnknownKey, e.key.Line, fix, "there is no key %q %s", name, place)
	}
	for _, name := range shape.Required {
		if !seen[name] && name != "triggers" { // jobs are dropped as a whole
			c.problem(MissingKey, line, "add it", "%s has no %q", path, name)
		}
	}
}

// suggestParent is the cure for a key at the top of a file: it may be a
// service's, or a service itself that has lost its indentation.
func suggestParent(name string) string {
	service := specification().Defs["service"].alternatives()[0]
	if _, closed := service.property(name); !closed {
		return "indent it below a service"
	}
	return "indent it below services:, or start it with x-"
}

// duplicates reports keys that stand twice in one mapping.
func (c structure) duplicates(path string, n *yaml.Node) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if line, ok := first[key.Value]; ok {
			c.problem(DuplicateKey, key.Line, "keep one of them", "the key %q is there twice, first in line %d", strings.TrimPrefix(path+"."+key.Value, "."), line)
			continue
		}
		first[key.Value] = key.Line
	}
}

// jsonKinds are the schema's names for what a node is. Text that reads as a
// number or as true or false counts as that as well: variables give texts.
func jsonKinds(n *yaml.Node) []string {
	switch n.Kind {
	case yaml.MappingNode:
		return []string{"object"}
	case yaml.SequenceNode:
		return []string{"array"}
	}
	switch n.ShortTag() {
	case "!!int":
		return []string{"integer"}
	case "!!float":
		return []string{"number"}
	case "!!bool":
		return []string{"boolean"}
	}
	kinds := []string{"string"}
	if _, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
		kinds = append(kinds, "integer")
	} else if _, err := strconv.ParseFloat(n.Value, 64); err == nil {
		kinds = append(kinds, "number")
	}
	if slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(n.Value)) {
		kinds = append(kinds, "boolean")
	}
	return kinds
}

// wanted says what to write instead. A number where a text is wanted is a text
// when it is quoted.
func wanted(shapes []*rules, path string) string {
	words := map[string]string{"object": "a mapping", "array": "a list", "string": "text in quotes",
		"integer": "a number", "number": "a number", "boolean": "true or false"}
	if strings.HasPrefix(path, "services.") && strings.Count(path, ".") == 1 {
		return "a mapping with an image or a build"
	}
	var list []string
	for _, shape := range shapes {
		for _, name := range shape.Type {
			if word := words[name]; word != "" && !slices.Contains(list, word) {
				list = append(list, word)
			}
		}
	}
	if len(list) > 1 {
		last := len(list) - 1
		return strings.Join(list[:last], ", ") + " or " + list[last]
	}
	return strings.Join(list, "")
}
