package supervise

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/octocode/octocode-ci/ci/stack"
)

// Run is one start of a plan: the names of its containers, and what they know
// of each other.
//
//	run := supervise.NewRun(plan, token, key, time.Minute)
//	spec, err := run.Service(service, 0, image, nil)
type Run struct {
	Plan stack.Plan
	// Token makes names this run's own; Key opens its supervisors.
	Token, Key string
	// Timeout bounds how long anybody waits for a service.
	Timeout time.Duration
	hosts   map[string][]string
}

// NewRun names the containers. The token makes them this run's own; it is of
// lower-case letters and digits, and short. The key is long and random.
func NewRun(plan stack.Plan, token, key string, timeout time.Duration) Run {
	r := Run{Plan: plan, Token: token, Key: key, Timeout: timeout, hosts: map[string][]string{}}
	for i, s := range plan.Services {
		r.hosts[s.Name] = []string{}
		for n := range s.Replicas {
			r.hosts[s.Name] = append(r.hosts[s.Name], fmt.Sprintf("%s-%d-%s%d", hostname(s.Name, 9), n+1, token, i))
		}
	}
	return r
}

// Host is the name that the engine knows a container by. Replicas count from 0.
func (r Run) Host(service string, replica int) string { return r.hosts[service][replica] }

// hostname keeps of a name what a host may be called, and so much of it. The
// engine adds 41 signs to the names of containers, and the kernel takes 64.
func hostname(name string, length int) string {
	clean := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, strings.ToLower(name))
	return strings.Trim(clean[:min(len(clean), length)], "-")
}

// Image is what the image of a service says and the Compose file may not.
type Image struct {
	Entrypoint, Command []string
	User, WorkingDir    string
}

// argv is the command of a service: an entrypoint of its own clears the
// image's command, an empty one its entrypoint.
func argv(s stack.Service, image Image) []string {
	entrypoint, command := image.Entrypoint, image.Command
	if s.Entrypoint != nil {
		entrypoint, command = s.Entrypoint, nil
	}
	if s.Command != nil {
		command = s.Command
	}
	return slices.Concat(entrypoint, command)
}

// Service is what one replica of a service does. Volumes names the targets that
// are folders of the image.
func (r Run) Service(s stack.Service, replica int, image Image, volumes []string) (Spec, error) {
	spec := r.spec(fmt.Sprintf("%s-%d", s.Name, replica+1))
	for _, d := range s.DependsOn {
		if _, known := r.hosts[d.Service]; known {
			spec.Wait = append(spec.Wait, Wait{d.Service, d.Condition, d.Required})
		}
	}
	spec.Strangers, spec.Internal = r.strangers(s.Name), r.internal(s.Name)
	// The time limit is that of the whole stack: who waits for it tells it.
	spec.Timeout, spec.Gather = 0, stack.Duration(r.Timeout)
	for _, n := range r.Plan.Networks {
		if !slices.Contains(n.Services, s.Name) {
			continue
		}
		for _, other := range r.Plan.Services {
			if slices.Contains(n.Services, other.Name) {
				addNames(spec.Names, other, n.Name)
			}
		}
	}
	addNames(spec.Names, s, "")
	p := Process{
		Argv: argv(s, image), User: s.User, WorkingDir: s.WorkingDir, Hostname: s.Hostname,
		Own: volumes, ReadOnly: s.ReadOnly, Privileged: s.Privileged, CapAdd: s.CapAdd, CapDrop: s.CapDrop,
		Ulimits: s.Ulimits, Sysctls: s.Sysctls, Health: s.Healthcheck, StopSignal: s.StopSignal, StopGrace: s.StopGracePeriod,
	}
	for _, v := range s.Environment {
		p.Env = append(p.Env, v.Name)
	}
	for _, port := range slices.Concat(s.Ports, s.Expose) {
		if port.Protocol == "tcp" {
			p.Ports = append(p.Ports, port.Target)
		}
	}
	if len(p.Argv) == 0 {
		return spec, fmt.Errorf("service %q has no command, and its image has none: add `command`", s.Name)
	}
	if p.User == "" {
		p.User = image.User
	}
	if p.WorkingDir == "" {
		p.WorkingDir = image.WorkingDir
	}
	if p.Hostname == "" {
		p.Hostname = hostname(spec.Name, 63)
	}
	for _, option := range s.SecurityOpt {
		if name, value, _ := strings.Cut(strings.ReplaceAll(option, "=", ":"), ":"); name == "no-new-privileges" && value != "false" {
			p.NoNewPrivileges = true
		}
	}
	for _, m := range s.Mounts {
		switch {
		case m.Kind == stack.MountTmpfs:
			p.Tmpfs = append(p.Tmpfs, Tmpfs{m.Target, m.Size, m.Mode, m.UID, m.GID, m.ReadOnly})
		case m.ReadOnly && (m.Kind == stack.MountBind || m.Kind == stack.MountVolume):
			p.ReadOnlyPaths = append(p.ReadOnlyPaths, m.Target)
		}
	}
	spec.Process = p
	return spec, nil
}

// strangers are the containers of services that share no network with one.
func (r Run) strangers(service string) []string {
	var list []string
	for _, other := range r.Plan.Services {
		if other.Name != service && !slices.ContainsFunc(r.Plan.Networks, func(n stack.Network) bool {
			return slices.Contains(n.Services, service) && slices.Contains(n.Services, other.Name)
		}) {
			list = append(list, r.hosts[other.Name]...)
		}
	}
	return list
}

// internal reports whether a service is in internal networks only.
func (r Run) internal(service string) bool {
	inside := false
	for _, n := range r.Plan.Networks {
		if slices.Contains(n.Services, service) {
			if !n.Internal {
				return false
			}
			inside = true
		}
	}
	return inside
}

// Job is a command that runs when the stack is ready, and knows all services.
func (r Run) Job(argv []string, user, workingDir string) Spec {
	spec := r.outside("job")
	spec.Process = Process{Argv: argv, User: user, WorkingDir: workingDir, Hostname: "job"}
	return spec
}

// Gateway forwards all published ports, once the stack is ready.
func (r Run) Gateway() Spec {
	spec := r.outside("gateway")
	for _, s := range r.Plan.Services {
		for _, p := range s.Ports {
			if p.Published == 0 || p.Protocol != "tcp" || s.Replicas == 0 {
				continue
			}
			if p.Places() == 1 {
				spec.Ports = append(spec.Ports, Forward{Listen: p.Published, Service: s.Name, Target: p.Target})
				continue
			}
			for i := range min(p.Places(), s.Replicas) {
				spec.Ports = append(spec.Ports, Forward{Listen: p.Published + i, Service: s.Name, Replicas: []int{i}, Target: p.Target})
			}
		}
	}
	return spec
}

// outside is who belongs to no network, knows everybody and waits for all.
func (r Run) outside(name string) Spec {
	spec := r.spec(name)
	for _, s := range r.Plan.Services {
		addNames(spec.Names, s, "")
		if s.Replicas > 0 {
			spec.Wait = append(spec.Wait, Wait{s.Name, r.Plan.Ready(s.Name), true})
		}
	}
	return spec
}

func (r Run) spec(name string) Spec {
	return Spec{Name: name, Token: r.Token, Key: r.Key, Hosts: r.hosts, Names: map[string][]string{}, Timeout: stack.Duration(r.Timeout)}
}

// addNames adds what a service is called in a network; "" is in any.
func addNames(names map[string][]string, s stack.Service, network string) {
	for _, alias := range s.Called(network) {
		alias = strings.ToLower(alias)
		if !slices.Contains(names[alias], s.Name) {
			names[alias] = append(names[alias], s.Name)
		}
	}
}

// Front forwards ports of one service, once that is ready.
func (r Run) Front(service string, ports []int) Spec {
	spec := r.outside("gateway")
	spec.only(service)
	ports = slices.Clone(ports)
	slices.Sort(ports)
	for _, port := range slices.Compact(ports) {
		spec.Ports = append(spec.Ports, Forward{Listen: port, Service: service, Target: port})
	}
	return spec
}

// Exec runs a command in the first replica of a service, once that is ready.
func (r Run) Exec(service string, argv []string) Spec {
	spec := r.outside("exec")
	spec.only(service)
	spec.Exec = &Exec{Host: r.hosts[service][0], Argv: argv}
	return spec
}

// Logs prints what the services have printed until they were ready; "" is all
// of them.
func (r Run) Logs(service string) Spec {
	spec := r.outside("logs")
	spec.Logs = []string{service}
	if service == "" {
		spec.Logs = r.Plan.Names()
	} else {
		spec.only(service)
	}
	return spec
}

// Collect waits for nothing and copies the logs of all services.
func (r Run) Collect() Spec {
	spec := r.outside("collect")
	spec.Wait = nil
	return spec
}

// only leaves the wait for one service; what that depends on, it waits for
// itself.
func (s *Spec) only(service string) {
	s.Wait = slices.DeleteFunc(s.Wait, func(w Wait) bool { return w.Service != service })
}
