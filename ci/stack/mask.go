package stack

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// MarshalJSON writes the plan for reading: secrets are masked, and Masked says
// so. Reveal writes the plan that can be carried out.
func (p Plan) MarshalJSON() ([]byte, error) {
	type plain Plan
	return json.Marshal(plain(p.Mask()))
}

// Reveal is the plan as JSON with the secrets in it: for a pipe to the machine
// that carries it out, never for a log.
func (p Plan) Reveal() ([]byte, error) {
	type plain Plan
	return json.Marshal(plain(p))
}

// Mask is the plan without any secret: variables and build arguments whose
// names look secret, passwords in URLs, and each of the Sensitive values
// wherever it stands in a command, a health check, a config, a label or a
// message.
func (p Plan) Mask() Plan {
	mask := p.masker()
	changed := p.Masked
	text := func(s string) string {
		masked := mask(s)
		changed = changed || masked != s
		return masked
	}
	list := func(in []string) []string {
		out := slices.Clone(in)
		for i := range out {
			out[i] = text(out[i])
		}
		return out
	}
	mapping := func(in map[string]string) map[string]string {
		out := maps.Clone(in)
		for name, value := range out {
			if value != "" && LooksSecret(name) {
				out[name], changed = Mask, true
			} else {
				out[name] = text(value)
			}
		}
		return out
	}
	variables := func(in []Variable) []Variable {
		out := slices.Clone(in)
		for i := range out {
			out[i] = out[i].masked(mask)
			changed = changed || out[i] != in[i]
		}
		return out
	}

	p.Services = slices.Clone(p.Services)
	for i := range p.Services {
		s := &p.Services[i]
		s.Entrypoint, s.Command = list(s.Entrypoint), list(s.Command)
		s.Environment = variables(s.Environment)
		s.Labels, s.Sysctls = mapping(s.Labels), mapping(s.Sysctls)
		if s.Healthcheck != nil {
			check := *s.Healthcheck
			check.Argv = list(check.Argv)
			s.Healthcheck = &check
		}
		if s.Build != nil {
			build := *s.Build
			build.Args, build.Inline = variables(build.Args), text(build.Inline)
			s.Build = &build
		}
	}
	p.Secrets = slices.Clone(p.Secrets)
	for i := range p.Secrets {
		if s := &p.Secrets[i]; s.Value != "" {
			s.Value, changed = Mask, true
		}
	}
	p.Configs = slices.Clone(p.Configs)
	for i := range p.Configs {
		if c := &p.Configs[i]; c.Sensitive {
			c.Content, changed = Mask, true
		} else {
			c.Content = text(c.Content)
		}
	}
	p.Warnings = slices.Clone(p.Warnings)
	for i := range p.Warnings {
		p.Warnings[i].Message, p.Warnings[i].Fix = text(p.Warnings[i].Message), text(p.Warnings[i].Fix)
	}
	p.Sensitive, p.Masked = nil, changed
	return p
}

// masker is the function that masks passwords in URLs and the known secrets,
// the longest first, so that no rest of one is left beside the mask of another.
func (p Plan) masker() func(string) string {
	secrets := slices.Clone(p.Sensitive)
	for _, s := range p.Secrets {
		secrets = append(secrets, s.Value)
	}
	for _, s := range p.Services {
		secrets = append(secrets, plainSecrets(s.Environment)...)
		if s.Build != nil {
			secrets = append(secrets, plainSecrets(s.Build.Args)...)
		}
	}
	for _, s := range secrets { // a command line is split at spaces, and the secret with it
		secrets = append(secrets, strings.Fields(s)...)
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return len(s) < minSecret || s == Mask })
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	return func(s string) string {
		s = maskURLs(s)
		for _, secret := range secrets {
			s = strings.ReplaceAll(s, secret, Mask)
		}
		return s
	}
}

// plainSecrets are the values that are secrets as a whole.
func plainSecrets(variables []Variable) []string {
	var values []string
	for _, v := range variables {
		if v.Sensitive && LooksSecret(v.Name) && !HasCredentials(v.Value) {
			values = append(values, v.Value)
		}
	}
	return values
}
