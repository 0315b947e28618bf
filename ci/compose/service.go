package compose

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
)

// service converts one service.
func (l *loading) service(c types.ServiceConfig) stack.Service {
	s := stack.Service{
		Name: c.Name, Image: c.Image, Platform: c.Platform,
		Entrypoint: c.Entrypoint, Command: c.Command, Environment: l.environment(c),
		User: c.User, WorkingDir: c.WorkingDir, Init: c.Init, Privileged: c.Privileged, Hostname: c.Hostname,
		Aliases: []string{c.Name}, Networks: append([]string{}, slices.Sorted(maps.Keys(c.Networks))...),
		Ports: []stack.Port{}, Expose: []stack.Port{}, Mounts: l.mounts(c),
		Replicas: replicas(c), Healthcheck: healthcheck(c.HealthCheck), DependsOn: l.dependencies(c),
		StopSignal: c.StopSignal, StopGracePeriod: duration(c.StopGracePeriod, 10*time.Second),
		Profiles: append([]string{}, c.Profiles...),
		ReadOnly: c.ReadOnly, CapAdd: c.CapAdd, CapDrop: c.CapDrop, SecurityOpt: c.SecurityOpt,
		Sysctls: c.Sysctls, Labels: c.Labels, Restart: c.Restart, Resources: resources(c),
	}
	for _, a := range l.aliases(c.Name) {
		if !slices.Contains(s.Aliases, a.name) {
			s.Aliases = append(s.Aliases, a.name)
		}
		if a.network != "" {
			if s.NetworkAliases == nil {
				s.NetworkAliases = map[string][]string{}
			}
			s.NetworkAliases[a.network] = append(s.NetworkAliases[a.network], a.name)
		}
	}
	for _, p := range c.Ports {
		if port, err := convertPort(p); err == nil { // checkPorts has reported the others
			s.Ports = append(s.Ports, port)
		}
	}
	for _, text := range c.Expose {
		s.Expose = append(s.Expose, convertExpose(text)...)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Ulimits)) {
		u := stack.Ulimit{Name: name, Soft: c.Ulimits[name].Soft, Hard: c.Ulimits[name].Hard}
		if single := c.Ulimits[name].Single; single != 0 {
			u.Soft, u.Hard = single, single
		}
		s.Ulimits = append(s.Ulimits, u)
	}
	if c.Build != nil {
		s.Build = l.build(c.Build)
	}
	return s
}

// environment are the variables that have a value. One without is the caller's
// to set; when nobody has, the container does not get it.
func (l *loading) environment(c types.ServiceConfig) []stack.Variable {
	list := []stack.Variable{}
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		if value := c.Environment[name]; value != nil {
			list = append(list, stack.NewVariable(name, *value, l.secrets()))
			continue
		}
		file, line := l.locate("services", c.Name, "environment", name)
		l.warn(stack.Problem{Code: UnsetVariable, File: file, Line: line,
			Message: fmt.Sprintf("service %q passes on the variable %s, which is not set", c.Name, name), Fix: l.options.setVariable()})
	}
	return list
}

func (l *loading) build(c *types.BuildConfig) *stack.Build {
	b := &stack.Build{Context: c.Context, Inline: c.DockerfileInline, Target: c.Target, Args: []stack.Variable{}, Secrets: []stack.Mount{}}
	if !remote(c.Context) {
		b.Context, _ = l.relative(c.Context) // checkBuild knows it is inside
		if c.Dockerfile != "" && c.DockerfileInline == "" {
			b.Dockerfile = l.inContext(c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Args)) {
		if value := c.Args[name]; value != nil {
			b.Args = append(b.Args, stack.NewVariable(name, *value, l.secrets()))
		}
	}
	for _, r := range c.Secrets {
		b.Secrets = append(b.Secrets, stack.Mount{Kind: stack.MountSecret, Source: r.Source, Target: cmp.Or(r.Target, r.Source), ReadOnly: true})
	}
	if len(c.Platforms) > 0 {
		b.Platform = c.Platforms[0]
	}
	return b
}

// dependencies are the active services that come first.
func (l *loading) dependencies(c types.ServiceConfig) []stack.Dependency {
	list := []stack.Dependency{}
	for _, name := range slices.Sorted(maps.Keys(c.DependsOn)) {
		if d := c.DependsOn[name]; l.active(name) {
			list = append(list, stack.Dependency{Service: name, Condition: d.Condition, Required: d.Required, Restart: d.Restart})
		}
	}
	return list
}

// replicas is 1 on the only node for a service that runs on each node.
func replicas(c types.ServiceConfig) int {
	if c.Deploy != nil && strings.HasPrefix(c.Deploy.Mode, "global") {
		return 1
	}
	return c.GetScale()
}

// healthcheck fills in the defaults of Compose. Without a test it is that of
// the image, which nobody here can read.
func healthcheck(c *types.HealthCheckConfig) *stack.Healthcheck {
	switch {
	case disabled(c):
		return &stack.Healthcheck{Kind: stack.HealthNone, Argv: []string{}, Disabled: true}
	case c == nil || len(c.Test) == 0:
		return nil
	}
	h := &stack.Healthcheck{
		Kind: stack.HealthKind(c.Test[0]), Argv: slices.Clone(c.Test[1:]), Retries: 3,
		Interval: duration(c.Interval, 30*time.Second), Timeout: duration(c.Timeout, 30*time.Second),
		StartPeriod: duration(c.StartPeriod, 0), StartInterval: duration(c.StartInterval, 5*time.Second),
	}
	if c.Retries != nil && *c.Retries > 0 {
		h.Retries = int(*c.Retries)
	}
	return h
}

func duration(d *types.Duration, otherwise time.Duration) stack.Duration {
	if d == nil || *d == 0 {
		return stack.Duration(otherwise)
	}
	return stack.Duration(*d)
}

// resources collects both spellings of limits.
func resources(c types.ServiceConfig) *stack.Resources {
	r := stack.Resources{Memory: int64(c.MemLimit), Pids: c.PidsLimit, ReservedMemory: int64(c.MemReservation)}
	if c.CPUS > 0 {
		r.CPUs = fmt.Sprint(c.CPUS)
	}
	if c.Deploy != nil {
		if limits := c.Deploy.Resources.Limits; limits != nil {
			if limits.NanoCPUs > 0 {
				r.CPUs = fmt.Sprint(limits.NanoCPUs.Value())
			}
			r.Memory, r.Pids = max(r.Memory, int64(limits.MemoryBytes)), max(r.Pids, limits.Pids)
		}
		if reserved := c.Deploy.Resources.Reservations; reserved != nil {
			if reserved.NanoCPUs > 0 {
				r.ReservedCPUs = fmt.Sprint(reserved.NanoCPUs.Value())
			}
			r.ReservedMemory = max(r.ReservedMemory, int64(reserved.MemoryBytes))
		}
	}
	if r == (stack.Resources{}) {
		return nil
	}
	return &r
}
