package scan

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Policy says which findings fail.
type Policy struct {
	// Severities that fail. Default: HIGH and CRITICAL.
	Severities []Severity
	// FixedOnly lets vulnerabilities pass that nobody has fixed yet.
	FixedOnly bool
	Ignores   []Ignore
	// Baseline are findings that were known before; only new ones fail.
	Baseline []Finding
	// Now decides what has expired. It has no default, as a clock is an input:
	// without it every entry with an expiry date counts as expired.
	Now time.Time
}

// Verdict is what a report comes to.
type Verdict struct {
	// Failing are the findings that fail the gate, worst first.
	Failing []Finding `json:"failing"`
	// Passing are those that the policy lets through.
	Passing []Finding `json:"passing"`
	Ignored []Finding `json:"ignored"`
	Known   []Finding `json:"known"`
	// Unused are the entries of ignore files that match nothing in this scan;
	// see the function Unused for several scans.
	Unused []Ignore `json:"unused"`
	// Notes say which entries of ignore files have expired.
	Notes []string `json:"notes"`
}

// Judge applies the policy to findings.
//
//	v := scan.Judge(findings, scan.Policy{Ignores: ignores, Now: now})
func Judge(findings []Finding, p Policy) Verdict {
	if len(p.Severities) == 0 {
		p.Severities = []Severity{High, Critical}
	}
	used := make([]bool, len(p.Ignores))
	known := newBaseline(p.Baseline)
	var v Verdict
	var open []Finding
	for _, f := range unique(slices.Clone(findings)) {
		ignored := false
		for i, ignore := range p.Ignores {
			if ignore.matches(f) {
				used[i] = true
				ignored = ignored || !ignore.expired(p.Now)
			}
		}
		if ignored {
			v.Ignored = append(v.Ignored, f)
		} else {
			open = append(open, f)
		}
	}
	for _, f := range known.split(open, &v.Known) {
		if p.fails(f) {
			v.Failing = append(v.Failing, f)
		} else {
			v.Passing = append(v.Passing, f)
		}
	}
	for i, ignore := range p.Ignores {
		if !used[i] {
			v.Unused = append(v.Unused, ignore)
		}
		if ignore.expired(p.Now) {
			v.Notes = append(v.Notes, fmt.Sprintf("%s: %s has expired on %s: fix it, or give it a new date", ignore.Where, ignore.ID, ignore.Expires.Format(day)))
		}
	}
	return v
}

// fails is the rule for one finding. Debian's entries have no severity: a
// package of the system without one fails when there is a fix to install.
func (p Policy) fails(f Finding) bool {
	if f.Kind == Vulnerability && f.OS && f.Severity == Unknown {
		return f.Fixed != "" || !p.FixedOnly && slices.Contains(p.Severities, Unknown)
	}
	if f.Kind == Vulnerability && p.FixedOnly && f.Fixed == "" {
		return false
	}
	return slices.Contains(p.Severities, f.Severity)
}

// Err is nil when nothing fails, else an error with a line for each finding.
func (v Verdict) Err() error {
	if len(v.Failing) == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf("%d findings fail the scan:", len(v.Failing))}
	if len(v.Failing) == 1 {
		lines[0] = "1 finding fails the scan:"
	}
	for _, f := range v.Failing {
		place := f.Target
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", f.Target, f.Line)
		}
		lines = append(lines, fmt.Sprintf("  %s %s %s: %s", f.Severity, f.ID, place, f.Todo()))
	}
	return fmt.Errorf("%s", strings.Join(append(lines, v.Notes...), "\n"))
}
