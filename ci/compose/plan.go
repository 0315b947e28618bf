package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/stack"
)

// plan converts the project, of which all checks are done.
func (l *loading) plan() *stack.Plan {
	p := stack.Plan{
		Name: l.name, Files: []string{}, Profiles: append([]string{}, l.profiles...),
		Services: []stack.Service{}, Secrets: []stack.Secret{}, Configs: []stack.Config{},
		Volumes: []stack.Volume{}, Networks: []stack.Network{}, Dropped: []stack.Dropped{}, Warnings: []stack.Problem{},
		Sensitive: l.secrets(),
	}
	for _, s := range l.sources {
		p.Files = append(p.Files, s.file)
	}
	for _, name := range l.serviceNames() {
		p.Services = append(p.Services, l.service(l.project.Services[name]))
	}
	l.addSecrets(&p)
	l.addConfigs(&p)
	l.addVolumes(&p)
	l.addNetworks(&p)
	p.Dropped = append(p.Dropped, l.dropped()...)
	slices.SortStableFunc(p.Dropped, func(a, b stack.Dropped) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, strings.Compare(a.Service, b.Service), strings.Compare(a.Key, b.Key))
	})
	p.Dropped = slices.Compact(p.Dropped)
	slices.SortStableFunc(l.warnings, compareProblems)
	p.Warnings = append(p.Warnings, slices.Compact(l.warnings)...)
	sorted, err := p.Sorted()
	if err != nil { // checkCircle has looked for the only reason
		return &p
	}
	return &sorted
}

// addSecrets adds the secrets that active services use.
func (l *loading) addSecrets(p *stack.Plan) {
	for _, name := range l.project.SecretNames() {
		if !uses(p, stack.MountSecret, name) {
			continue
		}
		c := l.project.Secrets[name]
		s := stack.Secret{Name: name}
		switch {
		case bool(c.External):
			s.External = c.Name
		case c.File != "":
			s.File, _ = l.relative(c.File) // checkFileObject knows it is inside
		default:
			s.Environment, s.Value = c.Environment, l.env[c.Environment]
		}
		p.Secrets = append(p.Secrets, s)
	}
}

func (l *loading) addConfigs(p *stack.Plan) {
	for _, name := range l.project.ConfigNames() {
		if !uses(p, stack.MountConfig, name) {
			continue
		}
		c := l.project.Configs[name]
		config := stack.Config{Name: name}
		switch {
		case bool(c.External):
			config.External = c.Name
		case c.File != "":
			config.File, _ = l.relative(c.File) // checkFileObject knows it is inside
		case c.Environment != "":
			config.Content = l.env[c.Environment]
			config.Sensitive = stack.NewVariable(c.Environment, config.Content, nil).Sensitive
		default:
			config.Content = c.Content
		}
		p.Configs = append(p.Configs, config)
	}
}

func (l *loading) addVolumes(p *stack.Plan) {
	for _, name := range l.project.VolumeNames() {
		c := l.project.Volumes[name]
		v := stack.Volume{Name: name, Key: c.Name, External: bool(c.External), Services: users(p, stack.MountVolume, name)}
		if len(v.Services) > 0 {
			p.Volumes = append(p.Volumes, v)
		}
	}
}

func (l *loading) addNetworks(p *stack.Plan) {
	for _, name := range l.project.NetworkNames() {
		c := l.project.Networks[name]
		n := stack.Network{Name: name, Internal: c.Internal, External: bool(c.External), Services: []string{}}
		for _, s := range p.Services {
			if slices.Contains(s.Networks, name) {
				n.Services = append(n.Services, s.Name)
			}
		}
		if len(n.Services) > 0 {
			p.Networks = append(p.Networks, n)
		}
	}
}

// users are the services that mount something.
func users(p *stack.Plan, kind stack.MountKind, name string) []string {
	list := []string{}
	for _, s := range p.Services {
		match := func(m stack.Mount) bool { return m.Kind == kind && m.Source == name }
		if slices.ContainsFunc(s.Mounts, match) || s.Build != nil && slices.ContainsFunc(s.Build.Secrets, match) {
			list = append(list, s.Name)
		}
	}
	return list
}

func uses(p *stack.Plan, kind stack.MountKind, name string) bool {
	return len(users(p, kind, name)) > 0
}
