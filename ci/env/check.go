package env

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// checking is one run of Check.
type checking struct {
	Options
	report Report
	// secrets are all that were found.
	secrets []secretValue
}

// secretValue is a secret and where it was found.
type secretValue struct {
	variable Variable
	source   string
	value    string
	name     string // "a password", or "" when the value is the secret
	decoded  any
}

// Check compares an environment with the specification. The error is about the
// options; what is wrong with the environment is in the report.
//
//	report, err := env.Check(env.Options{Sources: []env.Source{{Name: ".env", Values: values}}})
func Check(o Options) (Report, error) {
	if o.Profile == "" {
		o.Profile = Dev
	}
	if o.Profile != Dev && o.Profile != Prod {
		return Report{}, fmt.Errorf("there is no profile %q: use dev or prod", o.Profile)
	}
	services, err := serviceNames(o.Services)
	if err != nil {
		return Report{}, err
	}
	c := checking{Options: o, report: Report{Profile: o.Profile, Rows: []Row{}}}
	for _, v := range specification {
		if services == nil || slices.ContainsFunc(v.NeededBy, func(name string) bool { return slices.Contains(services, name) }) {
			c.check(v)
		}
	}
	c.comparePairs()
	c.findUnknown()
	return c.report, nil
}

// serviceNames are the full names of services.
func serviceNames(names []string) ([]string, error) {
	known := Services()
	var full []string
	for _, name := range names {
		switch {
		case slices.Contains(known, name):
			full = append(full, name)
		case slices.Contains(known, "oc_"+name):
			full = append(full, "oc_"+name)
		default:
			return nil, fmt.Errorf("there is no service %q: use one of %s", name, strings.Join(known, ", "))
		}
	}
	return full, nil
}

func (c *checking) check(v Variable) {
	f := c.find(v)
	before := c.report.Errors + c.report.Warnings
	for _, found := range f.findings {
		c.add(v, f.source, found)
	}
	if f.value != "" && !f.broken {
		c.judge(v, f)
	}
	if f.value == "" && !f.broken && c.required(v) {
		c.add(v, f.source, finding{Missing, Error, "is not set", howToSet(v)})
	}
	if c.report.Errors+c.report.Warnings == before {
		c.report.Rows = append(c.report.Rows, Row{Variable: v.Name, NeededBy: v.NeededBy, Source: f.source, Status: OK, Level: Fine})
	}
}

func howToSet(v Variable) string {
	if v.File == "" {
		return "set it"
	}
	return fmt.Sprintf("set it, or %s_FILE to the path of a file; `octocode secrets generate` makes %s", v.Name, v.File)
}

// judge looks at a value that is set.
func (c *checking) judge(v Variable, f found) {
	decoded, err := v.decode(f.value)
	if err != nil {
		var wrong finding
		if errors.As(err, &wrong) {
			c.add(v, f.source, wrong)
		}
		return
	}
	if value, ok := decoded.(judged); ok && c.Profile == Prod {
		for _, found := range value.development() {
			c.add(v, f.source, found)
		}
	}
	if value, ok := decoded.(confidential); ok {
		secret, name := value.confidential()
		c.judgeSecret(v, f.source, secret, name)
		if secret != "" {
			c.secrets = append(c.secrets, secretValue{v, f.source, secret, name, decoded})
		}
	}
}

// judgeSecret finds secrets that are guessed easily. In development they may
// stay, except where the application itself refuses them.
func (c *checking) judgeSecret(v Variable, source, secret, name string) {
	subject := ""
	if name != "" {
		subject = "has " + name + " that "
	}
	fix := "use a random one"
	if v.File != "" && v.Required != "" {
		fix += "; `octocode secrets generate` makes it"
	}
	level := Warning
	if c.Profile == Prod {
		level = Error
	}
	if secret == "" { // of a URL; a variable that is empty is not set
		if c.Profile == Prod {
			c.add(v, source, finding{Weak, level, "holds no password", fix})
		}
		return
	}
	tag := v.field.Tag.Get("min")
	least, err := strconv.Atoi(tag)
	if err != nil {
		least = 16
	}
	if status, why := weakness(secret, least); why != "" {
		if v.Required == "always" && tag != "" && len(secret) < least {
			level = Error
		}
		c.add(v, source, finding{status, level, subject + why, fix})
	}
}

// add puts a finding into the report.
func (c *checking) add(v Variable, source string, f finding) {
	row := Row{Variable: v.Name, NeededBy: v.NeededBy, Source: source, Status: f.status, Level: f.level, Message: f.message, Fix: f.fix}
	if row.NeededBy == nil {
		row.NeededBy = []string{}
	}
	switch f.level {
	case Error:
		c.report.Errors++
	case Warning:
		c.report.Warnings++
	}
	c.report.Rows = append(c.report.Rows, row)
}

// comparePairs finds one secret in two places, and passwords that have to be
// the same and are not.
func (c *checking) comparePairs() {
	for i, a := range c.secrets {
		for _, b := range c.secrets[:i] {
			same, partners := a.value == b.value, a.group() == b.group()
			switch {
			case same && !partners:
				level := Warning
				if c.Profile == Prod {
					level = Error
				}
				c.add(a.variable, a.source, finding{Weak, level, "holds the same secret as " + b.variable.Name, "give each its own"})
			case !same && partners && (a.inStack() && b.name == "" || b.inStack() && a.name == ""):
				c.add(a.variable, a.source, finding{Malformed, Error, "does not agree with the password in " + b.variable.Name, "use the same password in both"})
			}
		}
	}
}

// group is the service that a secret opens.
func (s secretValue) group() string {
	switch s.decoded.(type) {
	case PostgresURL, ShadowURL:
		return "oc_database"
	case RedisURL:
		return "oc_redis"
	}
	if slices.Contains([]string{"POSTGRES_PASSWORD", "REDIS_PASSWORD"}, s.variable.Name) {
		return s.variable.NeededBy[0]
	}
	return s.variable.Name
}

// inStack reports whether a URL leads to the service of the stack itself,
// whose password is in the other variable.
func (s secretValue) inStack() bool {
	switch u := s.decoded.(type) {
	case PostgresURL:
		return u.Hostname() == "oc_database"
	case RedisURL:
		return u.Hostname() == "oc_redis"
	}
	return false
}
