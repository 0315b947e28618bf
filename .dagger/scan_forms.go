package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
	"github.com/octocode/octocode-ci/ci/scan/entry"
)

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

// Baseline is the list of the findings that fail or were known before, for --baseline of later scans. What is ignored
// is not in it, for that may have an end.
func (r *ScanResult) Baseline() (*dagger.File, error) {
	if r.Report == nil {
		return nil, r.noReport()
	}
	return findingsFile("baseline.json", r.Findings, "failing", "known"), nil
}

// findingsFile is a list of findings, all of them or those with a status.
func findingsFile(name string, findings []*ScanFinding, statuses ...string) *dagger.File {
	var texts []string
	for _, f := range findings {
		if len(statuses) == 0 || slices.Contains(statuses, f.Status) {
			texts = append(texts, f.JSON)
		}
	}
	return dag.Directory().WithNewFile(name, "["+strings.Join(texts, ",\n")+"]\n").File(name)
}

// names are those of the forms as files.
var formNames = map[string]string{"table": "table.txt", "sarif": "report.sarif", "cyclonedx": "sbom.cdx.json", "spdx-json": "sbom.spdx.json"}

// convert lets the scanner write its report in another form.
func (r *ScanResult) convert(ctx context.Context, format string) (*dagger.File, error) {
	if r.Report == nil {
		return nil, r.noReport()
	}
	out := scan.ReportDir + "/" + formNames[format]
	const seconds = 120
	argv := scan.ConvertArgs(format, out, seconds)
	ctr := r.Tool.WithMountedFile(scan.ReportFile, r.Report)
	if format == "sarif" || format == "table" {
		const ignore = scan.ReportDir + "/ignored.yaml"
		ctr = ctr.WithNewFile(ignore, r.ignored())
		argv = append(argv, "--ignorefile", ignore)
	}
	ctr, ran, err := runScanner(ctx, ctr, entry.Run{Argv: argv, Seconds: seconds})
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
		PURLs []string `json:"purls,omitempty"`
	}
	lists := map[string]string{"vulnerability": "vulnerabilities", "misconfiguration": "misconfigurations", "secret": "secrets", "license": "licenses"}
	file := map[string][]item{}
	literal := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `{`, `\{`)
	for _, f := range r.Findings {
		if f.Status == "ignored" {
			one := item{ID: f.Rule, Paths: []string{literal.Replace(f.Target)}}
			if f.PURL != "" {
				one.PURLs = []string{f.PURL}
			}
			file[lists[f.Kind]] = append(file[lists[f.Kind]], one)
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
	known, err := r.Baseline()
	if err != nil {
		return nil, err
	}
	dir = dir.WithFile("report.json", r.Report).WithFile("baseline.json", known)
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
