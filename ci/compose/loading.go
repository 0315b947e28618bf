package compose

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
)

// loading is one run of Load.
type loading struct {
	ctx     context.Context
	options Options
	dir     string // the project's folder, absolute

	files    []string // the Compose files, absolute
	env      map[string]string
	profiles []string
	name     string
	sources  []*source // in the order in which they are merged

	project *types.Project
	model   map[string]any // what the merged files hold, before defaults

	problems  []stack.Problem
	warnings  []stack.Problem
	unset     map[string]bool // variables that a warning has named
	sensitive map[string]bool // values of variables that look secret
}

// defaultFiles are looked for when no file is named: the first one that is
// there, and its override.
var defaultFiles = [][2]string{
	{"compose.yaml", "compose.override.yaml"},
	{"compose.yml", "compose.override.yml"},
	{"docker-compose.yml", "docker-compose.override.yml"},
	{"docker-compose.yaml", "docker-compose.override.yaml"},
}

func (l *loading) findFiles() {
	names := l.options.Files
	for _, pair := range defaultFiles {
		if len(names) == 0 && isFile(filepath.Join(l.dir, pair[0])) {
			names = append(names, pair[0])
			if isFile(filepath.Join(l.dir, pair[1])) {
				names = append(names, pair[1])
			}
		}
	}
	if len(names) == 0 {
		l.problem(stack.Problem{Code: NoFile, Message: "there is no compose.yaml and no docker-compose.yml in the project's folder",
			Fix: "name the file with --file"})
	}
	for _, name := range names {
		l.files = append(l.files, l.absolute(l.dir, name))
	}
}

// absolute is a path that a file or a caller names, from a folder.
func (l *loading) absolute(from, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(from, filepath.FromSlash(name))
}

// show is a path as messages name it: relative to the project's folder where
// it lies in there.
func (l *loading) show(path string) string {
	if rel, inside := l.relative(path); inside {
		return rel
	}
	if rel, err := filepath.Rel(l.dir, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

// relative is a path inside of the project's folder.
func (l *loading) relative(path string) (string, bool) {
	rel, err := filepath.Rel(l.dir, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// base is the folder that paths in the Compose files start from.
func (l *loading) base() string { return filepath.Dir(l.files[0]) }

func (l *loading) problem(p stack.Problem) { l.problems = append(l.problems, p) }

func (l *loading) warn(p stack.Problem) { l.warnings = append(l.warnings, p) }

// problemAt reports a problem at the place of a path in the files.
func (l *loading) problemAt(code stack.Code, path []string, fix, format string, args ...any) {
	file, line := l.locate(path...)
	l.problem(stack.Problem{Code: code, File: file, Line: line, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// sorted are the problems in the order of the files, without repetitions. No
// message shows a secret.
func (l *loading) sorted() stack.Problems {
	list := stack.Problems(slices.Clone(l.problems))
	slices.SortStableFunc(list, compareProblems)
	return stack.Problems(stack.Plan{Warnings: slices.Compact(list), Sensitive: l.secrets()}.Mask().Warnings)
}

func compareProblems(a, b stack.Problem) int {
	return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, strings.Compare(a.Message, b.Message))
}

func (l *loading) secrets() []string { return slices.Sorted(maps.Keys(l.sensitive)) }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func quoted(names []string) string {
	list := slices.Clone(names)
	for i := range list {
		list[i] = fmt.Sprintf("%q", list[i])
	}
	return strings.Join(list, ", ")
}

// baseName is the last part of a path, "" for the root.
func baseName(path string) string { return strings.Trim(filepath.Base(path), `/\.`) }
