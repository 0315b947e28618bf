package compose

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/octocode/octocode-ci/ci/stack"
)

// checkProject checks what the files mean together. It collects everything.
func (l *loading) checkProject() {
	if len(l.project.Services) == 0 {
		p := stack.Problem{Code: NoServices, File: l.show(l.files[0]), Message: "there are no services", Fix: "add one below services:"}
		if names := slices.Sorted(maps.Keys(l.project.DisabledServices)); len(names) > 0 {
			p.Message = "no service is active: all of them belong to profiles"
			p.Fix = "activate one with --profile: " + strings.Join(l.allProfiles(), ", ")
		}
		l.problem(p)
	}
	for _, profile := range l.profiles {
		if all := l.allProfiles(); profile != "*" && !slices.Contains(all, profile) {
			fix := "no service has a profile"
			if len(all) > 0 {
				fix = "the profiles are " + strings.Join(all, ", ")
			}
			l.warn(stack.Problem{Code: UnknownProfile, File: l.show(l.files[0]), Message: fmt.Sprintf("no service belongs to the profile %q", profile), Fix: fix})
		}
	}
	for _, name := range l.serviceNames() {
		s := l.project.Services[name]
		l.checkImage(s)
		l.checkHealth(s)
		l.checkDependencies(s)
		l.checkResources(s)
		l.checkTargets(s)
		l.checkFiles(s)
	}
	l.checkCircle()
	l.checkAliases()
	l.checkPorts()
}

func (l *loading) serviceNames() []string { return slices.Sorted(maps.Keys(l.project.Services)) }

// allProfiles are the profiles of all services.
func (l *loading) allProfiles() []string {
	all := map[string]bool{}
	for _, s := range l.project.AllServices() {
		for _, profile := range s.Profiles {
			all[profile] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (l *loading) checkImage(s types.ServiceConfig) {
	if s.Image == "" && s.Build == nil && s.Provider == nil {
		l.problemAt(NoImage, []string{"services", s.Name}, `add "image" or "build"`, "service %q has neither an image nor a build", s.Name)
	}
}

func (l *loading) checkHealth(s types.ServiceConfig) {
	if s.HealthCheck == nil || len(s.HealthCheck.Test) == 0 {
		return
	}
	test := s.HealthCheck.Test
	path := []string{"services", s.Name, "healthcheck", "test"}
	switch test[0] {
	case "CMD", "CMD-SHELL":
		if len(test) == 1 {
			l.problemAt(BadValue, path, "add the command", "the health check of service %q has no command", s.Name)
		}
	case "NONE":
	default:
		l.problemAt(BadValue, path, `start the list with CMD, CMD-SHELL or NONE, or write one line of text`,
			"the health check of service %q starts with %q", s.Name, test[0])
	}
}

func (l *loading) checkDependencies(s types.ServiceConfig) {
	for _, name := range slices.Sorted(maps.Keys(s.DependsOn)) {
		d := s.DependsOn[name]
		path := []string{"services", s.Name, "depends_on", name}
		other, active := l.project.Services[name]
		switch {
		case !l.exists(name):
			fix := suggest(name, slices.Sorted(maps.Keys(l.project.AllServices())))
			if fix == "" {
				fix = "the services are " + strings.Join(slices.Sorted(maps.Keys(l.project.AllServices())), ", ")
			}
			l.problemAt(UnknownService, path, fix, "service %q depends on %q, which does not exist", s.Name, name)
		case !active && d.Required:
			profiles := l.project.DisabledServices[name].Profiles
			l.problemAt(InactiveService, path, fmt.Sprintf("add --profile %s, or set required: false", profiles[0]),
				"service %q depends on %q, which belongs to the profile %s and is not active", s.Name, name, strings.Join(profiles, ", "))
		case !active || d.Condition != types.ServiceConditionHealthy:
		case disabled(other.HealthCheck):
			l.problemAt(NoHealthcheck, path, "enable the health check, or wait for service_started",
				"service %q waits for %q to be healthy, whose health check is disabled", s.Name, name)
		case other.HealthCheck == nil || len(other.HealthCheck.Test) == 0:
			file, line := l.locate(path...)
			l.warn(stack.Problem{Code: NoHealthcheck, File: file, Line: line,
				Message: fmt.Sprintf("service %q waits for %q to be healthy, which has no health check here", s.Name, name),
				Fix:     "add one: that of the image cannot be read, open ports are waited for instead"})
		}
	}
}

func disabled(h *types.HealthCheckConfig) bool {
	return h != nil && (h.Disable || len(h.Test) > 0 && h.Test[0] == "NONE")
}

// checkCircle names the services that wait for each other.
func (l *loading) checkCircle() {
	var p stack.Plan
	for _, name := range l.serviceNames() {
		s := stack.Service{Name: name}
		for d := range l.project.Services[name].DependsOn {
			s.DependsOn = append(s.DependsOn, stack.Dependency{Service: d})
		}
		p.Services = append(p.Services, s)
	}
	var circle *stack.CircleError
	if _, err := p.Order(); errors.As(err, &circle) {
		l.problemAt(Circle, []string{"services", circle.Path[0], "depends_on", circle.Path[1]}, "remove one of them",
			"services depend on each other in a circle: %s", strings.Join(circle.Path, " → "))
	}
}

// checkResources looks for what services refer to below the top-level keys.
func (l *loading) checkResources(s types.ServiceConfig) {
	undefined := func(kind, name string, known []string, path ...string) {
		if slices.Contains(known, name) {
			return
		}
		fix := suggest(name, known)
		if fix == "" {
			fix = "define it below " + kind + "s: at the top of the file"
		}
		l.problemAt(Undefined, append([]string{"services", s.Name}, path...), fix, "service %q uses the %s %q, which is not defined", s.Name, kind, name)
	}
	for _, v := range s.Volumes {
		if v.Type == types.VolumeTypeVolume && v.Source != "" {
			undefined("volume", v.Source, l.project.VolumeNames(), "volumes", v.Source)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Networks)) {
		undefined("network", name, l.project.NetworkNames(), "networks", name)
	}
	for _, r := range s.Secrets {
		undefined("secret", r.Source, l.project.SecretNames(), "secrets", r.Source)
	}
	if s.Build != nil {
		for _, r := range s.Build.Secrets {
			undefined("secret", r.Source, l.project.SecretNames(), "build", "secrets", r.Source)
		}
	}
	for _, r := range s.Configs {
		undefined("config", r.Source, l.project.ConfigNames(), "configs", r.Source)
	}
}
