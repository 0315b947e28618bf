package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
	"github.com/octocode/octocode-ci/ci/scan/entry"
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
	// Entries of ignore files that match nothing here, as JSON.
	Unused string // +private
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
	// The finding as the baseline has it.
	JSON string // +private
}

// judge fills in the verdict on a report.
func (r *ScanResult) judge(report scan.Report, policy scan.Policy) {
	v := scan.Judge(report.Findings, policy)
	for _, list := range []struct {
		status   string
		findings []scan.Finding
	}{{"failing", v.Failing}, {"passing", v.Passing}, {"known", v.Known}, {"ignored", v.Ignored}} {
		for _, f := range list.findings {
			text, _ := json.Marshal(f) // strings and numbers
			r.Findings = append(r.Findings, &ScanFinding{Status: list.status, Kind: string(f.Kind), Rule: f.ID, Severity: string(f.Severity),
				Target: f.Target, Line: f.Line, Package: f.Package, Installed: f.Installed, Fixed: f.Fixed, Title: f.Title, Todo: f.Todo(), JSON: string(text)})
		}
	}
	for _, t := range report.Scanned {
		r.Scanned = append(r.Scanned, target(t))
	}
	unused, _ := json.Marshal(v.Unused)
	r.Unused = string(unused)
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

// Json is the scanner's own report.
func (r *ScanResult) Json() (*dagger.File, error) {
	if r.Report == nil {
		return nil, r.noReport()
	}
	return r.Report, nil
}

func (r *ScanResult) noReport() error {
	if r.Problem == "" {
		return errors.New(r.Name + ": there is no report: there was nothing to scan")
	}
	return errors.New(r.Name + ": there is no report: " + r.Problem)
}

// Table is the report as a table for people, below the verdict.
func (r *ScanResult) Table(ctx context.Context) (string, error) {
	if r.Report == nil {
		return r.Text, nil
	}
	file, err := r.convert(ctx, "table")
	if err != nil {
		return "", err
	}
	text, err := file.Contents(ctx)
	return strings.TrimSpace(r.Text + "\n" + text), err
}

// Sarif is the report in SARIF 2.1.0, for GitHub's code scanning. What is ignored is not in it.
func (r *ScanResult) Sarif(ctx context.Context) (*dagger.File, error) { return r.convert(ctx, "sarif") }

// Cyclonedx is the list of all packages (SBOM) in CycloneDX.
func (r *ScanResult) Cyclonedx(ctx context.Context) (*dagger.File, error) {
	return r.convert(ctx, "cyclonedx")
}

// Spdx is the list of all packages (SBOM) in SPDX.
func (r *ScanResult) Spdx(ctx context.Context) (*dagger.File, error) {
	return r.convert(ctx, "spdx-json")
}

// Baseline is the list of all findings, for --baseline of later scans.
func (r *ScanResult) Baseline() (*dagger.File, error) {
	if r.Report == nil {
		return nil, r.noReport()
	}
	return baseline(r.Findings), nil
}

func baseline(findings []*ScanFinding) *dagger.File {
	texts := make([]string, len(findings))
	for i, f := range findings {
		texts[i] = f.JSON
	}
	return dag.Directory().WithNewFile("baseline.json", "["+strings.Join(texts, ",\n")+"]\n").File("baseline.json")
}

// names are those of the forms as files.
var formNames = map[string]string{"table": "table.txt", "sarif": "report.sarif", "cyclonedx": "sbom.cdx.json", "spdx-json": "sbom.spdx.json"}

// convert lets the scanner write its report in another form.
func (r *ScanResult) convert(ctx context.Context, format string) (*dagger.File, error) {
	if r.Report == nil {
		return nil, r.noReport()
	}
	out := scan.ReportDir + "/" + formNames[format]
	argv := scan.ConvertArgs(format, out)
	ctr := r.Tool.WithMountedFile(scan.ReportFile, r.Report)
	if format == "sarif" || format == "table" {
		const ignore = scan.ReportDir + "/ignored.yaml"
		ctr = ctr.WithNewFile(ignore, r.ignored())
		argv = append(argv, "--ignorefile", ignore)
	}
	ctr, ran, err := runScanner(ctx, ctr, entry.Run{Argv: argv, Seconds: 120})
	switch {
	case err != nil:
		return nil, err
	case ran.TimedOut || ran.Code != 0:
		return nil, fmt.Errorf("%s: the scanner cannot write its report as %s: %s", r.Name, format, lastLine(ran.Log))
	}
	return ctr.File(out).Sync(ctx)
}

// ignored is an ignore file of the scanner's own with what the verdict ignores.
func (r *ScanResult) ignored() string {
	type item struct {
		ID    string   `json:"id"`
		Paths []string `json:"paths"`
	}
	lists := map[string]string{"vulnerability": "vulnerabilities", "misconfiguration": "misconfigurations", "secret": "secrets", "license": "licenses"}
	file := map[string][]item{}
	literal := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `{`, `\{`)
	for _, f := range r.Findings {
		if f.Status == "ignored" {
			file[lists[f.Kind]] = append(file[lists[f.Kind]], item{f.Rule, []string{literal.Replace(f.Target)}})
		}
	}
	text, _ := json.Marshal(file) // strings; JSON is YAML
	return string(text)
}

// Directory has all forms of the report: verdict.txt, report.json,
// report.sarif, baseline.json, and of packages sbom.cdx.json and sbom.spdx.json.
func (r *ScanResult) Directory(ctx context.Context) (*dagger.Directory, error) {
	dir := dag.Directory().WithNewFile("verdict.txt", r.Text+"\n")
	if r.Report == nil {
		return dir, nil
	}
	dir = dir.WithFile("report.json", r.Report).WithFile("baseline.json", baseline(r.Findings))
	formats := []string{"sarif"}
	if r.Name == "image" || r.Name == "source" {
		formats = append(formats, "cyclonedx", "spdx-json")
	}
	for _, format := range formats {
		file, err := r.convert(ctx, format)
		if err != nil {
			return nil, err
		}
		dir = dir.WithFile(formNames[format], file)
	}
	return dir, nil
}
