package compose

import (
	"fmt"
	"slices"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// named is a project's name and its place.
type named struct {
	name, file string
	line       int
}

// checkName compares the names that files give the project.
func (l *loading) checkName(s *source, root *yaml.Node, first *named) *named {
	e, ok := lookup(root, "name")
	if !ok || isNull(e.value) || !slices.Contains(l.files, s.path) {
		return first
	}
	name := resolve(e.value).Value
	switch {
	case loader.NormalizeProjectName(name) != name || name == "":
		l.problem(stack.Problem{Code: BadProjectName, File: s.file, Line: e.key.Line, Message: fmt.Sprintf("the project's name is %q", name),
			Fix: "use lower-case letters, digits, - and _, and start with a letter or a digit"})
	case first != nil && first.name != name && l.name == "":
		l.problem(stack.Problem{Code: SeveralNames, File: s.file, Line: e.key.Line,
			Message: fmt.Sprintf("the project's name is %q here and %q in %s:%d", name, first.name, first.file, first.line),
			Fix:     "keep one of them, or set COMPOSE_PROJECT_NAME"})
	}
	return &named{name, s.file, e.key.Line}
}

// settleName takes the name of the files, or that of their folder.
func (l *loading) settleName(first *named) {
	if l.name == "" && first != nil {
		l.name = first.name
	}
	if l.name == "" {
		l.name = l.env["COMPOSE_PROJECT_NAME"]
	}
}
