package compose

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// readSources reads the Compose files and all that they include or extend.
func (l *loading) readSources() {
	l.unset = map[string]bool{}
	for _, file := range l.files {
		l.readSource(file, l.base(), l.env, nil, place{})
	}
}

// place is where another file is named.
type place struct {
	file string
	line int
}

// readSource reads a file, after those that it includes, because it is merged
// over them. opened are the files on the way to this one.
func (l *loading) readSource(path, dir string, env map[string]string, opened []string, from place) *source {
	if s := l.source(path, dir); s != nil && len(opened) > 0 {
		return s // a second include of it adds nothing
	}
	if slices.Contains(opened, path) {
		l.problem(stack.Problem{Code: Circle, File: from.file, Line: from.line,
			Message: "the file " + l.show(path) + " includes itself", Fix: "remove one of the includes"})
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		p := stack.Problem{Code: MissingFile, File: from.file, Line: from.line, Message: "there is no file " + l.show(path), Fix: "correct the path"}
		if from.file == "" {
			p.File, p.Message = l.show(path), "there is no such file"
		}
		if !errors.Is(err, fs.ErrNotExist) {
			p.Code, p.Message = Unreadable, "the file "+l.show(path)+" cannot be read"
		}
		l.problem(p)
		return nil
	}
	s := &source{file: l.show(path), path: path, dir: dir, text: text, env: env}
	roots, problem := parse(s.file, text)
	if problem != nil {
		l.problem(*problem)
		return nil
	}
	s.roots = roots
	l.interpolate(s)
	opened = append(slices.Clone(opened), path)
	for _, root := range s.roots {
		l.readIncludes(s, root, opened)
	}
	l.sources = append(l.sources, s)
	for _, root := range s.roots {
		l.readBases(s, root, opened)
	}
	return s
}

// source is a file that is read already, from the same folder.
func (l *loading) source(path, dir string) *source {
	for _, s := range l.sources {
		if s.path == path && s.dir == dir {
			return s
		}
	}
	return nil
}

// readIncludes reads the files under `include`.
func (l *loading) readIncludes(s *source, root *yaml.Node, opened []string) {
	list, _ := lookup(root, "include")
	for _, item := range items(list.value) {
		at := place{s.file, item.Line}
		paths, dir, env := []*yaml.Node{item}, "", s.env
		var envFiles []string
		if item = resolve(item); item.Kind == yaml.MappingNode {
			e, _ := lookup(item, "path")
			paths = items(e.value)
			if dir = value(item, "project_directory"); dir != "" {
				dir = l.absolute(s.dir, dir)
			}
			e, _ = lookup(item, "env_file")
			for _, file := range items(e.value) {
				envFiles = append(envFiles, l.absolute(s.dir, resolve(file).Value))
			}
		}
		for i, n := range paths {
			path := l.absolute(s.dir, resolve(n).Value)
			if i == 0 {
				if dir == "" {
					dir = filepath.Dir(path)
				}
				if file := filepath.Join(dir, ".env"); len(envFiles) == 0 && isFile(file) {
					envFiles = []string{file}
				}
				env = l.readEnvFiles(s.env, envFiles, at.file, at.line)
			}
			l.readSource(path, dir, env, opened, at)
		}
	}
}

// readBases reads the files that services extend.
func (l *loading) readBases(s *source, root *yaml.Node, opened []string) {
	services, _ := lookup(root, "services")
	for _, service := range entries(services.value) {
		extends, ok := lookup(service.value, "extends")
		if !ok {
			continue
		}
		file := value(extends.value, "file")
		if file == "" {
			continue
		}
		path := l.absolute(s.dir, file)
		if slices.Contains(opened, path) || slices.ContainsFunc(l.sources, func(o *source) bool { return o.path == path }) {
			continue
		}
		before := len(l.sources)
		if base := l.readSource(path, filepath.Dir(path), s.env, opened, place{s.file, extends.key.Line}); base != nil {
			for _, added := range l.sources[before:] {
				added.base = true
			}
		}
	}
}

// locate is the file and line of a path such as services, web, image. The file
// that is merged last wins. Where a service extends another one, that is looked
// at as well; where nothing fits, the place of the nearest part is returned.
func (l *loading) locate(path ...string) (file string, line int) {
	best := -1
	for _, base := range []bool{false, true} {
		for i := len(l.sources) - 1; i >= 0 && best < len(path); i-- {
			s := l.sources[i]
			if s.base != base {
				continue
			}
			for _, root := range s.roots {
				if at, depth, _ := find(root, path); depth > best {
					file, line, best = s.file, at, depth
				}
			}
		}
		if best >= 2 && best < len(path) && len(path) > 2 && path[0] == "services" {
			if name := l.extended(path[1]); name != "" && name != path[1] {
				return l.locateBase(file, line, best, name, path)
			}
		}
	}
	if line == 1 && best == 0 {
		line = 0
	}
	return file, line
}

// locateBase looks for a path below the service that another one extends.
func (l *loading) locateBase(file string, line, best int, name string, path []string) (string, int) {
	path = slices.Concat([]string{"services", name}, path[2:])
	for _, s := range l.sources {
		for _, root := range s.roots {
			if at, depth, _ := find(root, path); depth > best {
				file, line, best = s.file, at, depth
			}
		}
	}
	return file, line
}

// extended is the service that a service extends, or "".
func (l *loading) extended(service string) string {
	for _, s := range l.sources {
		for _, root := range s.roots {
			if _, depth, n := find(root, []string{"services", service, "extends"}); depth == 3 {
				if n.Kind == yaml.ScalarNode {
					return n.Value
				}
				return value(n, "service")
			}
		}
	}
	return ""
}
