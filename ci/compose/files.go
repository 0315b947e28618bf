package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
)

// checkFiles looks for the files and folders that a service needs.
func (l *loading) checkFiles(s types.ServiceConfig) {
	services := func(path ...string) []string { return append([]string{"services", s.Name}, path...) }
	for _, f := range s.EnvFiles {
		l.standIn(f.Path)
		if bool(f.Required) && !isFile(f.Path) {
			l.missing(services("env_file", l.written(f.Path)), s.Name, "env file", f.Path)
		} else if isFile(f.Path) && f.Format == "" {
			l.readEnvFiles(l.env, []string{f.Path}, "", 0) // for its problems only
		}
	}
	for _, file := range s.LabelFiles {
		if !isFile(file) {
			l.missing(services("label_file", l.written(file)), s.Name, "label file", file)
		}
	}
	if b := s.Build; b != nil && !remote(b.Context) {
		l.checkBuild(s.Name, b)
	}
	for _, v := range s.Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		if _, inside := l.relative(v.Source); inside && !isFile(v.Source) && !isDir(v.Source) {
			l.missing(services("volumes", l.written(v.Source)), s.Name, "file or folder", v.Source)
		}
	}
	for _, r := range s.Secrets {
		l.checkSecret(s.Name, r.Source)
	}
	if s.Build != nil {
		for _, r := range s.Build.Secrets {
			l.checkSecret(s.Name, r.Source)
		}
	}
	for _, r := range s.Configs {
		c, ok := l.project.Configs[r.Source]
		l.checkFileObject("config", s.Name, r.Source, types.FileObjectConfig(c), ok)
	}
}

func (l *loading) checkBuild(service string, b *types.BuildConfig) {
	path := []string{"services", service, "build", "context"}
	if _, inside := l.relative(b.Context); !inside {
		l.problemAt(OutsideProject, path, "start from a folder that holds all of it",
			"service %q is built of a folder outside of the project's folder", service)
		return
	}
	if !isDir(b.Context) {
		l.missing(path, service, "build context", b.Context)
		return
	}
	if b.Dockerfile == "" || b.DockerfileInline != "" {
		return
	}
	file := l.absolute(b.Context, b.Dockerfile)
	path = []string{"services", service, "build", "dockerfile"}
	if _, inside := l.relative(file); !inside {
		l.problemAt(OutsideProject, path, "start from a folder that holds all of it", "the Dockerfile of service %q lies outside of the project's folder", service)
	} else if !isFile(file) {
		l.missing(path, service, "Dockerfile", file)
	}
}

func (l *loading) checkSecret(service, name string) {
	s, ok := l.project.Secrets[name]
	l.checkFileObject("secret", service, name, types.FileObjectConfig(s), ok)
}

// checkFileObject checks where the text of a secret or config comes from.
func (l *loading) checkFileObject(kind, service, name string, o types.FileObjectConfig, defined bool) {
	path := []string{kind + "s", name}
	switch {
	case !defined || bool(o.External) || kind == "secret" && slices.Contains(l.options.Given, name):
		// The first is reported as undefined; the others are the caller's.
	case o.File != "":
		if _, inside := l.relative(o.File); !inside {
			l.problemAt(OutsideProject, append(path, "file"), "move it into the project, or use an environment variable",
				"the file of the %s %q lies outside of the project's folder", kind, name)
		} else if !isFile(o.File) {
			l.absent(kind, MissingFile, append(path, "file"), l.leftOut("create it, or correct the path", passes(kind, name)),
				"the %s %q needs the file %s, which is missing", kind, name, l.show(o.File))
		} else if text, err := os.ReadFile(o.File); kind == "secret" && (err != nil || !utf8.Valid(text)) {
			l.problemAt(BadValue, append(path, "file"), "encode it, for example as base64", "the secret %q is not text, which is all that an engine passes on", name)
		}
	case o.Environment != "":
		if _, set := l.env[o.Environment]; !set {
			l.absent(kind, MissingVariable, append(path, "environment"), l.options.setVariable(),
				"the %s %q needs the variable %s, which is not set", kind, name, o.Environment)
		}
	case kind == "secret" || !l.hasKey("configs", name, "content"):
		fix := `add "file", "environment" or "external: true"`
		if kind == "config" {
			fix = `add "file", "content", "environment" or "external: true"`
		}
		l.problemAt(MissingKey, path, fix, "the %s %q has no source", kind, name)
	}
}

// absent reports what is missing; a secret may still be given.
func (l *loading) absent(kind string, code stack.Code, path []string, fix, format string, args ...any) {
	file, line := l.locate(path...)
	p := stack.Problem{Code: code, File: file, Line: line, Message: fmt.Sprintf(format, args...), Fix: fix}
	if kind == "secret" && l.options.Open {
		l.warn(p)
		return
	}
	l.problem(p)
}

// leftOut is a cure that knows which files a copy of the project lacks.
func (l *loading) leftOut(fix, with string) string {
	if !l.options.Copied || with == "" {
		return fix
	}
	return fix + "; one that is left out as .env or git-ignored: pass it with " + with
}

func passes(kind, name string) string {
	if kind != "secret" {
		return ""
	}
	return "with-secret --name " + name + " --value file://…"
}

// standIn writes the caller's .env where a service looks for one.
func (l *loading) standIn(path string) {
	if _, inside := l.relative(path); inside && l.options.Dotenv != nil && !isFile(path) && standsIn(path) {
		if err := os.WriteFile(path, l.options.Dotenv, 0o600); err != nil {
			l.problem(stack.Problem{Code: Unreadable, File: l.show(path), Message: "the .env that was given cannot be put there", Fix: "name a file in a folder of the project"})
		}
	}
}

// standsIn reports whether a file is one that sources never hold.
func standsIn(path string) bool { return strings.HasPrefix(filepath.Base(path), ".env") }

// hasKey reports whether a key stands in the files.
func (l *loading) hasKey(path ...string) bool {
	for _, s := range l.sources {
		for _, root := range s.roots {
			if _, depth, _ := find(root, path); depth == len(path) {
				return true
			}
		}
	}
	return false
}

func (l *loading) missing(path []string, service, what, file string) {
	with := ""
	if what == "env file" && standsIn(file) {
		with = "--secret-env-file file://…"
	}
	l.problemAt(MissingFile, path, l.leftOut("create it, or correct the path", with), "service %q needs the %s %s, which is missing", service, what, l.show(file))
}

// written is a path as the file is likely to write it. compose-go has made it
// absolute; locate looks for the words of the file.
func (l *loading) written(path string) string {
	rel, err := filepath.Rel(l.base(), path)
	if err != nil {
		return path
	}
	rel = filepath.ToSlash(rel)
	for _, s := range l.sources {
		for _, spelling := range []string{rel, "./" + rel, rel + "/", "./" + rel + "/"} {
			if strings.Contains(string(s.text), spelling) && !strings.HasPrefix(rel, "..") && l.spelled(spelling) {
				return spelling
			}
		}
	}
	return rel
}

// spelled reports whether a service names a path in exactly that way.
func (l *loading) spelled(path string) bool {
	for _, name := range l.serviceNames() {
		for _, key := range []string{"volumes", "env_file", "label_file"} {
			if l.hasKey("services", name, key, path) {
				return true
			}
		}
	}
	return false
}

// checkTargets finds two mounts at one place.
func (l *loading) checkTargets(s types.ServiceConfig) {
	taken := map[string]bool{}
	for _, m := range l.mounts(s) {
		if taken[m.Target] {
			key := map[stack.MountKind]string{stack.MountSecret: "secrets", stack.MountConfig: "configs", stack.MountTmpfs: "tmpfs"}[m.Kind]
			if key == "" {
				key = "volumes"
			}
			l.problemAt(DuplicateTarget, []string{"services", s.Name, key}, "mount one of them somewhere else", "service %q mounts two things at %s", s.Name, m.Target)
		}
		taken[m.Target] = true
	}
}

// remote reports whether a build context is fetched from elsewhere.
func remote(context string) bool {
	return strings.Contains(context, "://") || slices.ContainsFunc([]string{"git@", "github.com/"}, func(p string) bool { return strings.HasPrefix(context, p) })
}
