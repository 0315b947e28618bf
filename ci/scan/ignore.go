package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v4"
)

// Ignore is an entry of an ignore file.
type Ignore struct {
	ID string `json:"id"`
	// Kind is the only kind of finding that it matches; empty for all, which is
	// so in the plain form of the file.
	Kind Kind `json:"kind,omitempty"`
	// Paths are patterns of targets, with ** for any number of folders; none
	// means all.
	Paths []string `json:"paths,omitempty"`
	// PURLs are URLs of packages, with or without their version; none means all.
	PURLs []string `json:"purls,omitempty"`
	// Expires is the first day on which it no longer holds; zero for never.
	Expires time.Time `json:"expires,omitzero"`
	Reason  string    `json:"reason"`
	// Where is its place, such as ".trivyignore:3", or the name of the YAML file.
	Where string `json:"where"`
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
// statement (the reason), and if wanted paths, purls and expired_at. An entry matches
// findings of its list's kind only.
//
//	ignores, err := scan.ParseIgnoreYAML("docker/security/.trivyignore.yaml", data)
func ParseIgnoreYAML(name string, data []byte) ([]Ignore, error) {
	type entry struct {
		ID        string   `yaml:"id"`
		Paths     []string `yaml:"paths"`
		PURLs     []string `yaml:"purls"`
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
	for _, list := range []struct {
		kind    Kind
		entries []entry
	}{
		{Vulnerability, file.Vulnerabilities},
		{Misconfiguration, file.Misconfigurations},
		{Secret, file.Secrets},
		{License, file.Licenses},
	} {
		for _, e := range list.entries {
			ignore := Ignore{ID: e.ID, Kind: list.kind, Paths: e.Paths, PURLs: e.PURLs, Reason: strings.TrimSpace(e.Statement), Where: name}
			if e.ID == "" {
				return nil, fmt.Errorf("%s: an entry of kind %s has no id", name, list.kind)
			}
			if ignore.Reason == "" {
				return nil, fmt.Errorf("%s: %s has no reason: write it as statement", name, e.ID)
			}
			for _, purl := range e.PURLs {
				if !strings.HasPrefix(purl, "pkg:") {
					return nil, fmt.Errorf("%s: %s: %q is no package URL, such as pkg:npm/lodash@4.17.15", name, e.ID, purl)
				}
			}
			for _, pattern := range e.Paths {
				if !doublestar.ValidatePattern(pattern) {
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

// expired fails closed: without a clock nothing that has an end still holds.
func (i Ignore) expired(now time.Time) bool {
	return !i.Expires.IsZero() && (now.IsZero() || !now.Before(i.Expires))
}

func (i Ignore) matches(f Finding) bool {
	if i.ID != f.ID || i.Kind != "" && i.Kind != f.Kind {
		return false
	}
	if len(i.PURLs) > 0 && !slices.ContainsFunc(i.PURLs, func(purl string) bool { return ofPackage(f.PURL, purl) }) {
		return false
	}
	for _, pattern := range i.Paths {
		if doublestar.MatchUnvalidated(pattern, f.Target) {
			return true
		}
	}
	return len(i.Paths) == 0
}

// ofPackage says whether a package URL is of the package that another one
// names: with what it says of its version and of where it comes from, if it does.
func ofPackage(purl, named string) bool {
	rest, ok := strings.CutPrefix(purl, named)
	return ok && (rest == "" || strings.ContainsAny(rest[:1], "@?#"))
}
