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
	"strings"
)

// ReportSchema is the version of Trivy's JSON report that this package reads.
const ReportSchema = 2

// Report is what one scan found, and in what.
type Report struct {
	// Artifact is what was scanned: a folder or an image.
	Artifact string `json:"artifact"`
	// System is the distribution of an image, such as "debian 13.1", and Ended
	// whether nobody makes fixes for it any more.
	System string `json:"system,omitempty"`
	Ended  bool   `json:"ended,omitempty"`
	// Scanned are the targets that Trivy recognised, also those without a
	// finding. Files in which it looked for secrets are not among them: see
	// TakeCanaries.
	Scanned []Target `json:"scanned"`
	// Findings are in a fixed order, worst first, each once.
	Findings []Finding `json:"findings"`
}

// report is what is read of Trivy's JSON report.
type report struct {
	SchemaVersion int
	ArtifactName  string
	Metadata      struct {
		OS struct {
			Family, Name string
			EOSL         bool
		}
	}
	Results []result
}

// result is one target of a scan, such as a lockfile.
type result struct {
	Target, Class, Type string
	Packages            []struct{}
	MisconfSummary      struct{ Successes, Failures int }
	Vulnerabilities     []struct {
		VulnerabilityID, PkgName, InstalledVersion, FixedVersion string
		Severity, Title, PrimaryURL                              string
		PkgIdentifier                                            struct{ PURL string }
	}
	Misconfigurations []struct {
		ID, AVDID, Title, Message, Resolution, Severity, Status, PrimaryURL string
		CauseMetadata                                                       struct{ StartLine int }
	}
	Secrets []struct {
		RuleID, Title, Severity string
		StartLine, Offset       int
	}
	Licenses []struct{ Severity, PkgName, FilePath, Name string }
}

// Parse reads a JSON report of Trivy. Text of secrets is not read at all. An
// empty or broken report, one of another schema, and one that does not say what
// was scanned are errors. A report without results is none: whether something
// had to be scanned is known to the caller, who says so with Require.
//
//	report, err := scan.Parse(data)
func Parse(data []byte) (Report, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return Report{}, errors.New("the scanner's report is empty, so nothing is known: run the scan again and look at its log")
	}
	var in report
	if err := json.Unmarshal(data, &in); err != nil {
		return Report{}, fmt.Errorf("the scanner's report is no JSON report of Trivy: %w", err)
	}
	if in.SchemaVersion != ReportSchema {
		return Report{}, fmt.Errorf("the scanner's report has schema %d, not %d: use the pinned scanner", in.SchemaVersion, ReportSchema)
	}
	if in.ArtifactName == "" {
		return Report{}, errors.New("the scanner's report does not say what was scanned: run the scan again and look at its log")
	}
	os := in.Metadata.OS
	out := Report{Artifact: in.ArtifactName, System: strings.TrimSpace(os.Family + " " + os.Name), Ended: os.EOSL}
	for _, t := range in.Results {
		found, err := t.findings()
		if err != nil {
			return Report{}, err
		}
		out.Findings = append(out.Findings, found...)
		out.Scanned = append(out.Scanned, Target{Name: t.Target, Class: t.Class, Type: t.Type,
			Packages: len(t.Packages), Checks: t.MisconfSummary.Successes + t.MisconfSummary.Failures})
	}
	out.Findings = unique(out.Findings)
	return out, nil
}

func (t result) findings() ([]Finding, error) {
	var all []Finding
	for _, v := range t.Vulnerabilities {
		all = append(all, Finding{Kind: Vulnerability, ID: v.VulnerabilityID, Severity: Severity(v.Severity), Target: t.Target,
			OS: t.Class == OSPackages, Package: v.PkgName, Installed: v.InstalledVersion, Fixed: v.FixedVersion, Title: v.Title, URL: v.PrimaryURL, PURL: v.PkgIdentifier.PURL})
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
		all = append(all, Finding{Kind: Secret, ID: s.RuleID, Severity: Severity(s.Severity), Target: t.Target, Line: s.StartLine, Offset: s.Offset, Title: s.Title})
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
			return nil, fmt.Errorf("the scanner's report has a finding without an ID in %s: use the pinned scanner", t.Target)
		}
		if f.Severity == "" {
			f.Severity = Unknown
		}
		if f.Severity.rank() < 0 {
			return nil, fmt.Errorf("the scanner's report has the unknown severity %q for %s in %s: use the pinned scanner", f.Severity, f.ID, t.Target)
		}
	}
	return all, nil
}
