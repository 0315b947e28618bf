package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// manifest is what we use of one package.json.
type manifest struct {
	File           string
	Name           string
	Version        string
	PackageManager string
	Node           string
	Scripts        map[string]string
	Dependencies   map[string]string // of every kind
	Workspaces     []string
	PrismaSchema   string

	text string
}

// readManifest reads the package.json of a folder; nil after a problem.
func (d *detector) readManifest(dir string) *manifest {
	file := path.Join(dir, "package.json")
	if !d.isFile(file) {
		d.problem(Problem{Code: NoPackageJSON, File: file, Message: "there is no package.json",
			Fix: "name the folder of the application, or create the file with `npm init`"})
		return nil
	}
	text, ok := d.read(file)
	if !ok {
		return nil
	}
	m, problems := parseManifest(file, text)
	for _, p := range problems {
		d.problem(p)
	}
	return m
}

// parseManifest decodes field by field, with exact names: a wrong type in one
// field must not hide the others, and encoding/json would take "Scripts" for
// "scripts", which no package manager does.
func parseManifest(file, text string) (*manifest, []Problem) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal([]byte(text), &fields)
	if err == nil && fields == nil {
		err = errors.New("it is null instead of an object")
	}
	if err != nil {
		return nil, []Problem{{Code: InvalidPackageJSON, File: file, Line: jsonLine(text, err),
			Message: "invalid JSON: " + err.Error(), Fix: "correct the file"}}
	}

	m := &manifest{File: file, Scripts: map[string]string{}, Dependencies: map[string]string{}, text: text}
	var problems []Problem
	get := func(key string, into any) {
		raw, ok := fields[key]
		if !ok {
			return
		}
		if err := json.Unmarshal(raw, into); err != nil {
			problems = append(problems, Problem{Code: InvalidPackageJSON, File: file, Line: m.lineOf(key),
				Message: fmt.Sprintf("%q has the wrong type: %v", key, err), Fix: "correct the field"})
		}
	}
	get("name", &m.Name)
	get("version", &m.Version)
	get("packageManager", &m.PackageManager)
	get("scripts", &m.Scripts)
	for _, kind := range []string{"peerDependencies", "optionalDependencies", "devDependencies", "dependencies"} {
		deps := map[string]string{}
		get(kind, &deps)
		for name, version := range deps {
			m.Dependencies[name] = version
		}
	}

	// These three had other shapes in the past; what is not understood is left.
	var engines struct{ Node string }
	_ = json.Unmarshal(fields["engines"], &engines)
	m.Node = engines.Node
	var prisma struct{ Schema string }
	_ = json.Unmarshal(fields["prisma"], &prisma)
	m.PrismaSchema = prisma.Schema
	if json.Unmarshal(fields["workspaces"], &m.Workspaces) != nil {
		var long struct{ Packages []string }
		_ = json.Unmarshal(fields["workspaces"], &long)
		m.Workspaces = long.Packages
	}
	return m, problems
}

// dependsOn returns the first of names that is a dependency of any kind.
func (m *manifest) dependsOn(names ...string) string {
	for _, name := range names {
		if _, ok := m.Dependencies[name]; ok {
			return name
		}
	}
	return ""
}

// lineOf finds the line of a key; 0 when it is not there.
func (m *manifest) lineOf(key string) int {
	at := regexp.MustCompile(regexp.QuoteMeta(`"`+key+`"`) + `\s*:`).FindStringIndex(m.text)
	if at == nil {
		return 0
	}
	return lineAt(m.text, at[0])
}

// jsonLine finds the line an error of encoding/json speaks of.
func jsonLine(text string, err error) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		// Offset counts the bytes read, the offending one included.
		return lineAt(text, int(syntax.Offset)-1)
	}
	return 1
}

// lineAt is the line, from 1, of a byte offset.
func lineAt(text string, offset int) int {
	return 1 + strings.Count(text[:min(max(offset, 0), len(text))], "\n")
}
