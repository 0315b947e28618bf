package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
)

// ScanResult is what one scan has found. All forms of the report are there also
// when it fails.
type ScanResult struct {
	// Name of the scan, such as "source".
	Name string
	// Whether nothing fails and everything was looked at.
	Passed bool
	// The verdict in one line.
	Verdict string
	// The verdict for people, with what to do about each finding.
	Text string
	// Why nothing, or not everything, is known; empty otherwise.
	Problem string
	// What was scanned: targets with the number of their packages or checks.
	Scanned []string
	// All findings, also those that do not fail.
	Findings []*ScanFinding
	// Whether vulnerabilities were not looked for, as there is no database.
	Unscanned bool
	// How old the database is; empty for scans without one.
	Database string
	// Version of the scanner.
	Scanner string
	// Warnings, such as ignore entries that have expired.
	Notes []string
	// The scanner's own report.
	Report *dagger.File // +private
	// What turns it into other forms.
	Tool *dagger.Container // +private
	// What was looked at, and which entries of ignore files match nothing in it, as JSON.
	Looked string // +private
}

// ScanFinding is one fault in one place.
type ScanFinding struct {
	// failing, passing, ignored or known.
	Status string
	// vulnerability, misconfiguration, secret or license.
	Kind string
	// ID of the vulnerability or of the rule.
	Rule string
	// UNKNOWN, LOW, MEDIUM, HIGH or CRITICAL.
	Severity string
	// File or image that it is in.
	Target string
	// Line in that file; 0 where there is none.
	Line int
	// Package with the vulnerability.
	Package string
	// Version of the package.
	Installed string
	// Version that has the fix; empty where there is none.
	Fixed string
	// The fault in one line.
	Title string
	// What to do about it, in one line.
	Todo string
	// URL of the package.
	PURL string // +private
	// The finding as the baseline has it.
	JSON string // +private
}

// judge fills in the verdict on a report.
func (r *ScanResult) judge(report scan.Report, policy scan.Policy, looked scan.Looked) {
	v := scan.Judge(report.Findings, policy)
	for _, list := range []struct {
		status   string
		findings []scan.Finding
	}{{"failing", v.Failing}, {"passing", v.Passing}, {"known", v.Known}, {"ignored", v.Ignored}} {
		for _, f := range list.findings {
			text, _ := json.Marshal(f) // strings and numbers
			r.Findings = append(r.Findings, &ScanFinding{Status: list.status, Kind: string(f.Kind), Rule: f.ID, Severity: string(f.Severity),
				Target: f.Target, Line: f.Line, Package: f.Package, Installed: f.Installed, PURL: f.PURL, Fixed: f.Fixed, Title: f.Title, Todo: f.Todo(), JSON: string(text)})
		}
	}
	for _, t := range report.Scanned {
		r.Scanned = append(r.Scanned, target(t))
	}
	looked.Unused = v.Unused
	text, _ := json.Marshal(looked)
	r.Looked = string(text)
	r.Notes = append(r.Notes, scan.Unused(looked)...)
	r.Passed = r.Problem == "" && len(v.Failing) == 0
	r.Verdict = fmt.Sprintf("%s: passed: none of %d findings fails", r.Name, len(r.Findings))
	if len(v.Failing) > 0 {
		r.Verdict = fmt.Sprintf("%s: failed: %d of %d findings fail", r.Name, len(v.Failing), len(r.Findings))
	}
	if r.Passed && r.Unscanned {
		r.Verdict = r.Name + ": passed, but vulnerabilities were not looked for: there is no database, which --allow-no-database allows"
	}
	if r.Problem != "" {
		r.Verdict = r.Name + ": failed: " + r.Problem
	}
	r.Text = r.text(v)
}

// text is the verdict for people.
func (r *ScanResult) text(v scan.Verdict) string {
	lines := []string{r.Verdict}
	if len(v.Failing) > 0 {
		lines = append(lines, v.Err().Error()) // which has the notes on expired entries
	} else {
		lines = append(lines, v.Notes...)
	}
	for _, f := range v.Ignored {
		lines = append(lines, fmt.Sprintf("  ignored: %s %s", f.ID, f.Target))
	}
	lines = append(lines, r.Notes...)
	if r.Database != "" {
		lines = append(lines, r.Database)
	}
	if len(r.Scanned) > 0 {
		lines = append(lines, "scanned: "+strings.Join(r.Scanned, ", "))
	}
	return strings.Join(lines, "\n")
}

func target(t scan.Target) string {
	switch {
	case t.Packages > 0:
		return fmt.Sprintf("%s (%d packages)", t.Name, t.Packages)
	case t.Checks > 0:
		return fmt.Sprintf("%s (%d checks)", t.Name, t.Checks)
	}
	return t.Name
}

// Assert fails unless the scan has passed.
func (r *ScanResult) Assert() error {
	if !r.Passed {
		return errors.New(r.Text)
	}
	return nil
}

// Sync fails unless the scan has passed. It returns the ID of the report: the
// CLI can only print IDs.
func (r *ScanResult) Sync(ctx context.Context) (string, error) {
	if err := r.Assert(); err != nil {
		return "", err
	}
	if r.Report == nil {
		return r.Verdict, nil
	}
	id, err := r.Report.ID(ctx)
	return string(id), err
}
