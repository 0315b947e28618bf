package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Ignore is an entry of an ignore file.
type Ignore struct {
	ID string
	// Paths are patterns of targets; none means all.
	Paths []string
	// Expires is the first day on which it no longer holds; zero for never.
	Expires time.Time
	Reason  string
	// Where is its place, such as ".trivyignore:3", or the name of the YAML file.
	Where string
}

const day = "2006-01-02"

// ParseIgnore reads the plain form: an ID a line, with "exp:2027-01-31" after
// it if it is to end, and the reason in the comment above it.
//
//	ignores, err := scan.ParseIgnore("docker/security/.trivyignore", data)
func ParseIgnore(name string, data []byte) ([]Ignore, error) {
	var all []Ignore
	var reason string
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		where := fmt.Sprintf("%s:%d", name, i+1)
		if line == "" {
			reason = ""
			continue
		}
		if comment, ok := strings.CutPrefix(line, "#"); ok {
			reason = strings.TrimSpace(reason + " " + strings.TrimSpace(comment))
			continue
		}
		entry, comment, _ := strings.Cut(line, "#")
		fields := strings.Fields(entry)
		ignore := Ignore{ID: fields[0], Reason: strings.TrimSpace(reason + " " + strings.TrimSpace(comment)), Where: where}
		for _, field := range fields[1:] {
			date, ok := strings.CutPrefix(field, "exp:")
			if !ok {
				return nil, fmt.Errorf("%s: %q is unknown: after the ID only exp:YYYY-MM-DD may follow", where, field)
			}
			var err error
			if ignore.Expires, err = time.Parse(day, date); err != nil {
				return nil, fmt.Errorf("%s: %q is no date: write exp:YYYY-MM-DD", where, date)
			}
		}
		if ignore.Reason == "" {
			return nil, fmt.Errorf("%s: %s has no reason: write it in a comment above", where, ignore.ID)
		}
		all = append(all, ignore)
	}
	return all, nil
}

// ParseIgnoreYAML reads the YAML form, .trivyignore.yaml: lists of
// vulnerabilities, misconfigurations, secrets and licenses, each entry with id,
// statement (the reason), and if wanted paths and expired_at.
func ParseIgnoreYAML(name string, data []byte) ([]Ignore, error) {
	type entry struct {
		ID        string   `yaml:"id"`
		Paths     []string `yaml:"paths"`
		Statement string   `yaml:"statement"`
		Expires   string   `yaml:"expired_at"`
	}
	var file struct {
		Vulnerabilities   []entry `yaml:"vulnerabilities"`
		Misconfigurations []entry `yaml:"misconfigurations"`
		Secrets           []entry `yaml:"secrets"`
		Licenses          []entry `yaml:"licenses"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", name, strings.Join(strings.Fields(err.Error()), " "))
	}
	var all []Ignore
	for _, list := range [][]entry{file.Vulnerabilities, file.Misconfigurations, file.Secrets, file.Licenses} {
		for _, e := range list {
			ignore := Ignore{ID: e.ID, Paths: e.Paths, Reason: e.Statement, Where: name}
			if e.ID == "" {
				return nil, fmt.Errorf("%s: an entry has no id", name)
			}
			if strings.TrimSpace(e.Statement) == "" {
				return nil, fmt.Errorf("%s: %s has no reason: write it as statement", name, e.ID)
			}
			for _, pattern := range e.Paths {
				if _, err := path.Match(pattern, ""); err != nil {
					return nil, fmt.Errorf("%s: %s: %q is no pattern", name, e.ID, pattern)
				}
			}
			if e.Expires != "" {
				var err error
				if ignore.Expires, err = time.Parse(day, e.Expires); err != nil {
					return nil, fmt.Errorf("%s: %s: %q is no date: write expired_at: YYYY-MM-DD", name, e.ID, e.Expires)
				}
			}
			all = append(all, ignore)
		}
	}
	return all, nil
}

func (i Ignore) expired(now time.Time) bool { return !i.Expires.IsZero() && !now.Before(i.Expires) }

func (i Ignore) matches(f Finding) bool {
	if i.ID != f.ID {
		return false
	}
	for _, pattern := range i.Paths {
		if ok, _ := path.Match(pattern, f.Target); ok {
			return true
		}
	}
	return len(i.Paths) == 0
}
