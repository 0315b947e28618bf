package compose

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"
	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// interpolate replaces the variables in the values of a source, and reports
// those that are missing. compose-go does the same again with the text.
func (l *loading) interpolate(s *source) {
	var walk func(n *yaml.Node, path string)
	walk = func(n *yaml.Node, path string) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				walk(n.Content[i+1], strings.TrimPrefix(path+"."+n.Content[i].Value, "."))
			}
		case yaml.SequenceNode:
			for _, item := range n.Content {
				walk(item, path)
			}
		case yaml.ScalarNode:
			if strings.Contains(n.Value, "$") {
				l.substitute(s, n, path)
			}
		}
	}
	err := quietly(func() error {
		for _, root := range s.roots {
			walk(root, "")
		}
		return nil
	})
	if err != nil {
		l.problem(stack.Problem{Code: BadInterpolation, File: s.file, Message: err.Error(), Fix: "correct the variables"})
	}
}

func (l *loading) substitute(s *source, n *yaml.Node, path string) {
	asked := map[string]bool{}
	text, err := template.SubstituteWithOptions(n.Value, func(name string) (string, bool) {
		value, ok := s.env[name]
		asked[name] = true
		if ok && value != "" && stack.LooksSecret(name) && !stack.HasCredentials(value) {
			l.sensitive[value] = true
		}
		return value, ok
	}, template.WithoutLogging)

	var missing *template.MissingRequiredError
	switch {
	case errors.As(err, &missing):
		p := stack.Problem{Code: MissingVariable, File: s.file, Line: lineOf(n, missing.Variable),
			Message: fmt.Sprintf("%s needs the variable %s, which is not set", path, missing.Variable), Fix: l.options.setVariable()}
		if _, set := s.env[missing.Variable]; set {
			p.Message = fmt.Sprintf("%s needs the variable %s, which is empty", path, missing.Variable)
		}
		if missing.Reason != "" {
			p.Fix = missing.Reason
		}
		l.problem(p)
		return
	case err != nil:
		l.problem(stack.Problem{Code: BadInterpolation, File: s.file, Line: lineOf(n, "$"),
			Message: fmt.Sprintf("%s holds a $ that starts no variable", path), Fix: "write $$ for a plain $, or ${NAME} for a variable"})
		return
	}

	var names []string
	for name, v := range template.ExtractVariables(map[string]any{"": n.Value}, nil) {
		_, set := s.env[name]
		if !set && asked[name] && !hasDefault(n.Value, name) && !v.Required && v.PresenceValue == "" && !l.unset[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		l.unset[name] = true
		l.warn(stack.Problem{Code: UnsetVariable, File: s.file, Line: lineOf(n, name),
			Message: fmt.Sprintf("the variable %s is not set, an empty text is used", name),
			Fix:     fmt.Sprintf("set it in an env file, or write ${%s:-default}", name)})
	}
	n.Value = text
}

// hasDefault tells an empty default, ${NAME:-}, from none.
func hasDefault(text, name string) bool {
	return strings.Contains(text, "${"+name+"-") || strings.Contains(text, "${"+name+":-") ||
		strings.Contains(text, "${"+name+"+") || strings.Contains(text, "${"+name+":+")
}

// lineOf is the line of a word in a scalar that may have several.
func lineOf(n *yaml.Node, word string) int {
	before, _, found := strings.Cut(n.Value, word)
	if found && n.Style&yaml.LiteralStyle != 0 {
		return n.Line + 1 + strings.Count(before, "\n")
	}
	return n.Line
}
