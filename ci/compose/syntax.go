package compose

import (
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/format"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
	"go.yaml.in/yaml/v4"
)

// readFiles reads the files and tells all that is wrong in any of them.
func (l *loading) readFiles() {
	l.readSources()
	l.checkNodes()
}

// checkNodes checks each file for itself: what has a meaning only in all files
// together comes later.
func (l *loading) checkNodes() {
	var first *named
	for _, s := range l.sources {
		for _, root := range s.roots {
			structure{l, s}.check("", root.Line, root, specification(), 0)
		}
	}
	if len(l.problems) > 0 {
		return // what follows would only say the same again
	}
	for _, s := range l.sources {
		for _, root := range s.roots {
			if e, ok := lookup(root, "version"); ok {
				l.warn(stack.Problem{Code: ObsoleteVersion, File: s.file, Line: e.key.Line, Message: `the key "version" is obsolete`, Fix: "remove it"})
			}
			if !s.base {
				first = l.checkName(s, root, first)
			}
			services, _ := lookup(root, "services")
			for _, service := range entries(services.value) {
				l.checkService(s, service)
			}
		}
	}
	l.settleName(first)
}

// checkService checks what has a syntax of its own: ports, volumes, durations.
func (l *loading) checkService(s *source, service entry) {
	name := service.key.Value
	at := func(n *yaml.Node, code stack.Code, fix, format string, args ...any) {
		l.problem(stack.Problem{Code: code, File: s.file, Line: n.Line, Message: fmt.Sprintf("services."+name+"."+format, args...), Fix: fix})
	}
	ports, _ := lookup(service.value, "ports")
	for _, n := range items(ports.value) {
		if n = resolve(n); n.Kind == yaml.ScalarNode && !isNull(n) {
			if _, err := types.ParsePortConfig(n.Value); err != nil {
				at(n, BadPort, `write "target", "published:target" or "address:published:target", such as "127.0.0.1:8080:80/tcp"`, "ports holds %q", n.Value)
			}
		}
	}
	volumes, _ := lookup(service.value, "volumes")
	for _, n := range items(volumes.value) {
		if n = resolve(n); n.Kind == yaml.ScalarNode && !isNull(n) {
			if v, err := format.ParseVolume(n.Value); err != nil || !strings.HasPrefix(v.Target, "/") {
				at(n, BadVolume, `write "name:/target" or "./path:/target", with :ro at the end for read-only`, "volumes holds %q", n.Value)
			}
		}
	}
	for _, path := range durations {
		if _, depth, n := find(service.value, path); depth == len(path) && n.Kind == yaml.ScalarNode && !isNull(n) {
			if d := types.Duration(0); d.DecodeMapstructure(n.Value) != nil || d < 0 {
				at(n, BadDuration, `write a number with a unit, such as "30s" or "1m30s"`, "%s is %q", strings.Join(path, "."), n.Value)
			}
		}
	}
	l.checkExtends(s, service)
}

// durations are the keys of a service that hold one.
var durations = [][]string{
	{"healthcheck", "interval"}, {"healthcheck", "timeout"}, {"healthcheck", "start_period"}, {"healthcheck", "start_interval"},
	{"stop_grace_period"},
	{"deploy", "update_config", "delay"}, {"deploy", "update_config", "monitor"},
	{"deploy", "rollback_config", "delay"}, {"deploy", "rollback_config", "monitor"},
	{"deploy", "restart_policy", "delay"}, {"deploy", "restart_policy", "window"},
}
