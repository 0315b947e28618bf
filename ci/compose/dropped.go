package compose

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/dockerfile"
	"github.com/octocode/octocode-ci/ci/stack"
)

// dropped lists what the merged files ask for and an engine does not do.
func (l *loading) dropped() []stack.Dropped {
	list := l.walk(nil, nil, "", l.model)
	for _, name := range l.serviceNames() {
		list = append(list, l.outside(l.project.Services[name])...)
	}
	return list
}

// walk compares the keys below a path with the table. pattern is the path with
// * for names; at is the path with the elements of lists in it, by their
// targets.
func (l *loading) walk(path, at []string, pattern string, node any) []stack.Dropped {
	var list []stack.Dropped
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			list = append(list, l.key(append(slices.Clone(path), name), append(slices.Clone(at), name), pattern, value)...)
		}
	case []any:
		for _, value := range node {
			element := slices.Clone(at)
			if m, ok := value.(map[string]any); ok && m["target"] != nil {
				element = append(element, fmt.Sprint(m["target"]))
			}
			list = append(list, l.walk(path, element, pattern+".*", value)...)
		}
	}
	return list
}

func (l *loading) key(path, at []string, pattern string, value any) []stack.Dropped {
	name := path[len(path)-1]
	if path[0] == "services" && len(path) == 2 && !l.active(name) || !l.used(path) {
		return nil
	}
	exact := strings.TrimPrefix(pattern+"."+name, ".")
	f, known := keys[exact]
	if !known {
		exact = pattern + ".*"
		f, known = keys[exact]
	}
	switch {
	case strings.HasPrefix(name, "x-#"): // compose-go's own
		return nil
	case strings.HasPrefix(name, "x-") && !known:
		return l.drop(path, at, info("keys that start with x- are for other programs"))
	case !known:
		return l.drop(path, at, warn("this version does not know the key"))
	case f.severity != "":
		if empty(value) || f.unless != nil && f.unless(value) {
			return nil
		}
		return l.drop(path, at, f)
	case hasBelow(exact):
		return l.walk(path, at, exact, value)
	}
	return nil
}

// used reports whether a shared resource belongs to an active service.
func (l *loading) used(path []string) bool {
	if len(path) != 2 || strings.HasPrefix(path[1], "x-") {
		return true
	}
	for _, s := range l.project.Services {
		switch path[0] {
		case "networks":
			if _, ok := s.Networks[path[1]]; ok {
				return true
			}
		case "volumes":
			if slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Source == path[1] }) {
				return true
			}
		case "secrets", "configs":
			return true
		default:
			return true
		}
	}
	return false
}

func (l *loading) drop(path, at []string, f fate) []stack.Dropped {
	d := stack.Dropped{Key: strings.Join(path, "."), Severity: f.severity, Reason: f.reason}
	if path[0] == "services" && len(path) > 2 {
		d.Service, d.Key = path[1], strings.Join(path[2:], ".")
	}
	d.File, d.Line = l.locate(at...)
	return []stack.Dropped{d}
}

// hasBelow reports whether the table names keys below a path.
func hasBelow(pattern string) bool {
	for key := range keys {
		if strings.HasPrefix(key, pattern+".") {
			return true
		}
	}
	return false
}

// empty reports whether a value asks for nothing.
func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// outside tells what depends on a value rather than on a key: paths of the host
// that are not mounted, options of a tmpfs, health checks of the image, builds
// of a folder elsewhere.
func (l *loading) outside(s types.ServiceConfig) []stack.Dropped {
	var list []stack.Dropped
	for _, v := range s.Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		if _, inside := l.relative(v.Source); !inside {
			d := stack.Dropped{Service: s.Name, Key: "volumes", Severity: stack.Warn,
				Reason: "only files of the project's folder can be mounted, which the source of " + v.Target + " is not"}
			d.File, d.Line = l.locateTarget(s.Name, v.Target)
			list = append(list, d)
			continue
		}
		if !v.ReadOnly {
			d := stack.Dropped{Service: s.Name, Key: "volumes", Severity: stack.Info,
				Reason: "what is written to " + v.Target + " stays in the container: files of the project are copied into it"}
			d.File, d.Line = l.locateTarget(s.Name, v.Target)
			list = append(list, d)
		}
	}
	for _, port := range s.Ports {
		if port.Protocol == "udp" && port.Published != "" {
			path := []string{"services", s.Name, "ports"}
			list = append(list, l.drop(path, path, warn("an engine publishes no UDP ports"))...)
		} else if port.Published == "" || port.Published == "0" {
			path := []string{"services", s.Name, "ports"}
			list = append(list, l.drop(path, path, warn(fmt.Sprintf("%d is for the stack only: an engine publishes ports that are named, such as %[1]d:%[1]d", port.Target)))...)
		}
	}
	if slices.ContainsFunc(s.CapAdd, makesDevices) && !s.Privileged {
		path := []string{"services", s.Name, "cap_add"}
		list = append(list, l.drop(path, path, warn("an engine keeps nobody who may make a device from using it"))...)
	}
	for _, text := range s.Tmpfs {
		target, options, _ := strings.Cut(text, ":")
		if unknown := unknownTmpfsOptions(options); len(unknown) > 0 {
			path := []string{"services", s.Name, "tmpfs"}
			list = append(list, l.drop(path, append(path, target), warn(strings.Join(unknown, ", ")+": an engine has no such options"))...)
		}
	}
	if h := s.HealthCheck; h != nil && len(h.Test) == 0 && !disabled(h) {
		path := []string{"services", s.Name, "healthcheck"}
		list = append(list, l.drop(path, path, warn("the health check of the image cannot be read: add the test"))...)
	}
	list = append(list, l.settings(s)...)
	if s.Build != nil && remote(s.Build.Context) {
		path := []string{"services", s.Name, "build", "context"}
		list = append(list, l.drop(path, path, warn("a context elsewhere is not fetched: clone it into the project"))...)
	}
	return list
}

// settings tells what a Dockerfile says and the Compose file does not: an engine
// does not read it from the image.
func (l *loading) settings(s types.ServiceConfig) []stack.Dropped {
	b := s.Build
	if b == nil || remote(b.Context) {
		return nil
	}
	text := b.DockerfileInline
	if text == "" {
		content, err := os.ReadFile(l.absolute(b.Context, cmp.Or(b.Dockerfile, "Dockerfile")))
		if err != nil {
			return nil // checkBuild has looked for one that is named
		}
		text = string(content)
	}
	var list []stack.Dropped
	path := []string{"services", s.Name, "build"}
	for _, word := range dockerfile.Settings(text, b.Target) {
		switch {
		case word == "HEALTHCHECK" && s.HealthCheck == nil:
			list = append(list, l.drop(path, path, warn("HEALTHCHECK of the Dockerfile is not read: write it as healthcheck"))...)
		case word == "STOPSIGNAL":
			list = append(list, l.drop(path, path, info("STOPSIGNAL of the Dockerfile: "+noStop))...)
		case word == "VOLUME":
			list = append(list, l.drop(path, path, info("VOLUME of the Dockerfile stays a folder of the container: name it below volumes"))...)
		}
	}
	return list
}

func makesDevices(capability string) bool {
	name := strings.TrimPrefix(strings.ToUpper(capability), "CAP_")
	return name == "MKNOD" || name == "ALL"
}

// locateTarget is the line of the entry that mounts something somewhere.
func (l *loading) locateTarget(service, target string) (string, int) {
	for i := len(l.sources) - 1; i >= 0; i-- {
		for _, root := range l.sources[i].roots {
			_, depth, list := find(root, []string{"services", service, "volumes"})
			if depth < 3 {
				continue
			}
			for _, n := range items(list) {
				n = resolve(n)
				if value(n, "target") == target || strings.HasSuffix(n.Value, ":"+target) || strings.Contains(n.Value, ":"+target+":") {
					return l.sources[i].file, n.Line
				}
			}
		}
	}
	return l.locate("services", service, "volumes")
}
