package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v4"
)

//go:embed advisories.yaml
var own []byte

// advisory is an entry of advisories.yaml, of npm or of Debian.
type advisory struct {
	ID, Alias, Summary string
	// Npm and Debian are the package; one of them is set.
	Npm, Debian       string
	Release           string
	Introduced, Fixed string
	Severity          string
}

// releases are those of Debian that advisories may name.
var releases = map[string]string{"bookworm": "12", "trixie": "13"}

// read parses a file like advisories.yaml; none means that one.
func read(name string) ([]advisory, error) {
	data := own
	if name != "" {
		var err error
		if data, err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	var all []advisory
	if err := yaml.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, a := range all {
		switch {
		case a.ID == "" || (a.Npm == "") == (a.Debian == ""):
			return nil, fmt.Errorf("%s: %+v needs an id, and npm or debian", name, a)
		case a.Npm != "" && (a.Alias == "" || a.Severity == ""):
			return nil, fmt.Errorf("%s: %s of npm needs alias (GHSA-...) and severity", name, a.ID)
		case a.Debian != "" && releases[a.Release] == "":
			return nil, fmt.Errorf("%s: %s needs release: bookworm or trixie", name, a.ID)
		}
	}
	return all, nil
}

// lists writes the advisories as the public lists have them: GitHub's as OSV,
// Debian's as its tracker.
func lists(dir string, all []advisory) error {
	if err := os.MkdirAll(filepath.Join(dir, "cocoapods-specs", "Specs"), 0o755); err != nil {
		return err
	}
	tracker := filepath.Join(dir, "vuln-list-debian", "tracker")
	distributions := map[string]any{}
	for name, version := range releases {
		distributions[name] = map[string]string{"major-version": version, "support": "security", "contact": ""}
	}
	if err := write(filepath.Join(tracker, "distributions.json"), distributions); err != nil {
		return err
	}
	for _, folder := range []string{"source", "updates-source", "CVE", "DSA", "DLA"} {
		if err := os.MkdirAll(filepath.Join(tracker, folder), 0o755); err != nil {
			return err
		}
	}
	for _, a := range all {
		name, value := filepath.Join(tracker, "CVE", a.ID+".json"), a.tracker()
		if a.Npm != "" {
			name, value = filepath.Join(dir, "ghsa", "advisories", "github-reviewed", "2026", "01", a.Alias, a.Alias+".json"), a.osv()
		} else {
			// The release has the version that fixes it; else that is none yet.
			source := map[string]any{"Package": []string{a.Debian}, "Version": []string{cmp.Or(a.Fixed, "0")}}
			if err := write(filepath.Join(tracker, "source", a.Release, "main", a.Debian[:1], a.Debian+".json"), source); err != nil {
				return err
			}
		}
		if err := write(name, value); err != nil {
			return err
		}
	}
	return nil
}

// osv is the advisory in the form of GitHub's list.
func (a advisory) osv() any {
	events := []map[string]string{{"introduced": cmp.Or(a.Introduced, "0")}}
	if a.Fixed != "" {
		events = append(events, map[string]string{"fixed": a.Fixed})
	}
	date := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return map[string]any{
		"schema_version": "1.4.0", "id": a.Alias, "aliases": []string{a.ID}, "summary": a.Summary, "details": a.Summary,
		"modified": date, "published": date,
		"affected": []any{map[string]any{
			"package": map[string]string{"ecosystem": "npm", "name": a.Npm},
			"ranges":  []any{map[string]any{"type": "ECOSYSTEM", "events": events}},
		}},
		"references":        []any{map[string]string{"type": "ADVISORY", "url": "https://nvd.nist.gov/vuln/detail/" + a.ID}},
		"database_specific": map[string]any{"severity": a.Severity, "github_reviewed": true},
	}
}

// tracker is the advisory in the form of Debian's list.
func (a advisory) tracker() any {
	kind := "fixed"
	if a.Fixed == "" {
		kind = "unfixed"
	}
	return map[string]any{
		"Header": map[string]any{"ID": a.ID, "Line": 1, "Description": "(" + a.Summary + ")"},
		"Annotations": []any{map[string]any{
			"Type": "package", "Release": a.Release, "Package": a.Debian, "Kind": kind, "Version": a.Fixed, "Line": 2,
		}},
	}
}

func write(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
