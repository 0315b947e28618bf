package scan

import (
	"encoding/json"
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
	// Now decides what has expired. It has no default: a clock is an input.
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
	// Notes are entries of ignore files that have expired or match nothing.
	Notes []string `json:"notes"`
}

// Judge applies the policy to findings.
//
//	v := scan.Judge(findings, scan.Policy{Ignores: ignores, Now: now})
func Judge(findings []Finding, p Policy) Verdict {
	if len(p.Severities) == 0 {
		p.Severities = []Severity{High, Critical}
	}
	known := map[string]bool{}
	for _, f := range p.Baseline {
		known[f.key()] = true
	}
	used := make([]bool, len(p.Ignores))
	var v Verdict
	for _, f := range unique(slices.Clone(findings)) {
		ignored := false
		for i, ignore := range p.Ignores {
			if ignore.matches(f) {
				used[i] = true
				ignored = ignored || !ignore.expired(p.Now)
			}
		}
		switch {
		case ignored:
			v.Ignored = append(v.Ignored, f)
		case known[f.key()]:
			v.Known = append(v.Known, f)
		case p.fails(f):
			v.Failing = append(v.Failing, f)
		default:
			v.Passing = append(v.Passing, f)
		}
	}
	for i, ignore := range p.Ignores {
		switch {
		case ignore.expired(p.Now):
			v.Notes = append(v.Notes, fmt.Sprintf("%s: %s has expired on %s: fix it, or give it a new date", ignore.Where, ignore.ID, ignore.Expires.Format(day)))
		case !used[i]:
			v.Notes = append(v.Notes, fmt.Sprintf("%s: %s matches nothing any more: remove it", ignore.Where, ignore.ID))
		}
	}
	return v
}

// fails is the rule for one finding. Debian's entries have no severity: a
// package of the system without one fails when there is a fix to install.
func (p Policy) fails(f Finding) bool {
	if f.Kind == Vulnerability && f.OS && f.Severity == Unknown {
		return f.Fixed != ""
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

// ParseBaseline reads findings that an earlier run has written as JSON.
func ParseBaseline(data []byte) ([]Finding, error) {
	var findings []Finding
	if err := json.Unmarshal(data, &findings); err != nil {
		return nil, fmt.Errorf("read the baseline: %w: write it again from the findings of a scan", err)
	}
	return findings, nil
}
