package compose

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// source is one Compose file as YAML nodes, which know their lines.
type source struct {
	file string // as messages name it
	path string // absolute
	dir  string // the folder that paths in it start from
	text []byte
	env  map[string]string
	// roots are the documents of the file, with variables replaced.
	roots []*yaml.Node
	// base is true for a file that only services extend.
	base bool
}

// parse reads the documents of a file.
func parse(file string, text []byte) ([]*yaml.Node, *stack.Problem) {
	var roots []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, syntaxProblem(file, err)
		}
		if document.Kind != yaml.DocumentNode || len(document.Content) == 0 || isNull(document.Content[0]) {
			continue
		}
		root := document.Content[0]
		if root.Kind != yaml.MappingNode {
			return nil, &stack.Problem{Code: WrongType, File: file, Line: root.Line,
				Message: "the file is " + kindOf(root) + " instead of a mapping", Fix: "start with services:"}
		}
		if line, repeated := circular(root, map[*yaml.Node]bool{}, 0); repeated {
			return nil, &stack.Problem{Code: Syntax, File: file, Line: line, Message: "an anchor contains itself", Fix: "correct the alias"}
		}
		roots = append(roots, root)
	}
	if len(roots) == 0 {
		return nil, &stack.Problem{Code: Empty, File: file, Line: 1, Message: "the file is empty", Fix: "start with services:"}
	}
	return roots, nil
}

var yamlPlace = regexp.MustCompile(`(?s)^.*line (\d+)(?:, column \d+)?: (.+)$`)

func syntaxProblem(file string, err error) *stack.Problem {
	p := &stack.Problem{Code: Syntax, File: file, Message: "invalid YAML: " + strings.TrimPrefix(err.Error(), "yaml: "), Fix: "correct the file"}
	if m := yamlPlace.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1]) // the pattern holds digits only
		p.Message = "invalid YAML: " + m[2]
	}
	if strings.Contains(p.Message, "cannot start any token") {
		p.Fix = "indent with spaces instead of tabs, and quote values that start with a special character"
	}
	return p
}

// maxDepth bounds how deep nodes are followed.
const maxDepth = 100

// circular finds an alias to a node that it stands in.
func circular(n *yaml.Node, open map[*yaml.Node]bool, depth int) (line int, found bool) {
	if n.Kind == yaml.AliasNode {
		if n.Alias == nil || open[n.Alias] {
			return n.Line, true
		}
		return 0, false // the anchor is looked at where it stands
	}
	if depth > maxDepth {
		return n.Line, true
	}
	open[n] = true
	defer delete(open, n)
	for _, child := range n.Content {
		if line, found := circular(child, open, depth+1); found {
			return line, true
		}
	}
	return 0, false
}
