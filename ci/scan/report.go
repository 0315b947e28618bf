// Package scan turns a report of Trivy into a verdict: which findings count,
// which are ignored and why, which were known before, and what to do. It has
// structs of its own for the few fields that it reads, because `.dagger`
// imports it and has to stay quick to load: Trivy's own types bring 14 modules.
//
// It fails closed: what cannot be read as a report is never a pass.
package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ReportSchema is the version of Trivy's JSON report that this package reads.
const ReportSchema = 2

// report is what is read of Trivy's JSON report.
type report struct {
	SchemaVersion int
	ArtifactName  string
	Results       []result
}

// result is one target of a scan, such as a lockfile.
type result struct {
	Target, Class, Type string
	Vulnerabilities     []struct {
		VulnerabilityID, PkgName, InstalledVersion, FixedVersion string
		Severity, Title, PrimaryURL                              string
	}
	Misconfigurations []struct {
		ID, AVDID, Title, Message, Resolution, Severity, Status, PrimaryURL string
		CauseMetadata                                                       struct{ StartLine int }
	}
	Secrets []struct {
		RuleID, Title, Severity string
		StartLine               int
	}
	Licenses []struct{ Severity, PkgName, FilePath, Name string }
}

// Parse reads a JSON report of Trivy and returns its findings in a fixed order,
// each once. Text of secrets is not read at all. An empty or broken report, one
// of another schema, and one that names nothing scanned are errors.
//
//	findings, err := scan.Parse(data)
func Parse(data []byte) ([]Finding, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("read the scanner's report: it is empty, so nothing is known: run the scan again and look at its log")
	}
	var r report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("read the scanner's report: it is no JSON report of Trivy: %w", err)
	}
	if r.SchemaVersion != ReportSchema {
		return nil, fmt.Errorf("read the scanner's report: its schema is %d, not %d: use the pinned scanner", r.SchemaVersion, ReportSchema)
	}
	if r.ArtifactName == "" {
		return nil, errors.New("read the scanner's report: it does not say what was scanned")
	}
	var all []Finding
	for _, t := range r.Results {
		found, err := t.findings()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return unique(all), nil
}

func (t result) findings() ([]Finding, error) {
	var all []Finding
	for _, v := range t.Vulnerabilities {
		all = append(all, Finding{Kind: Vulnerability, ID: v.VulnerabilityID, Severity: Severity(v.Severity), Target: t.Target,
			OS: t.Class == "os-pkgs", Package: v.PkgName, Installed: v.InstalledVersion, Fixed: v.FixedVersion, Title: v.Title, URL: v.PrimaryURL})
	}
	for _, c := range t.Misconfigurations {
		if c.Status != "" && c.Status != "FAIL" {
			continue // a check that passed, or an exception made in the file
		}
		id := c.ID
		if id == "" {
			id = c.AVDID
		}
		title := c.Title
		if c.Message != "" {
			title = c.Message
		}
		all = append(all, Finding{Kind: Misconfiguration, ID: id, Severity: Severity(c.Severity), Target: t.Target,
			Line: c.CauseMetadata.StartLine, Title: title, Resolution: c.Resolution, URL: c.PrimaryURL})
	}
	for _, s := range t.Secrets {
		all = append(all, Finding{Kind: Secret, ID: s.RuleID, Severity: Severity(s.Severity), Target: t.Target, Line: s.StartLine, Title: s.Title})
	}
	for _, l := range t.Licenses {
		target := t.Target
		if l.FilePath != "" {
			target = l.FilePath
		}
		all = append(all, Finding{Kind: License, ID: l.Name, Severity: Severity(l.Severity), Target: target, Package: l.PkgName, Title: "licence " + l.Name})
	}
	for i := range all {
		f := &all[i]
		if f.ID == "" {
			return nil, fmt.Errorf("read the scanner's report: a finding in %s has no ID", t.Target)
		}
		if f.Severity == "" {
			f.Severity = Unknown
		}
		if f.Severity.rank() < 0 {
			return nil, fmt.Errorf("read the scanner's report: %s in %s has the unknown severity %q", f.ID, t.Target, f.Severity)
		}
	}
	return all, nil
}
