package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity is how bad a finding is, as Trivy says it.
type Severity string

// The severities, from the one nobody has judged to the worst.
const (
	Unknown  Severity = "UNKNOWN"
	Low      Severity = "LOW"
	Medium   Severity = "MEDIUM"
	High     Severity = "HIGH"
	Critical Severity = "CRITICAL"
)

var severities = []Severity{Unknown, Low, Medium, High, Critical}

func (s Severity) rank() int { return slices.Index(severities, s) }

// ParseSeverities reads a comma-separated list; a bad name is an error that
// lists the good ones.
//
//	wanted, err := scan.ParseSeverities("HIGH,CRITICAL")
func ParseSeverities(list string) ([]Severity, error) {
	var wanted []Severity
	for name := range strings.SplitSeq(list, ",") {
		s := Severity(strings.ToUpper(strings.TrimSpace(name)))
		if s.rank() < 0 {
			return nil, fmt.Errorf("severity %q is unknown: use UNKNOWN, LOW, MEDIUM, HIGH or CRITICAL", strings.TrimSpace(name))
		}
		wanted = append(wanted, s)
	}
	return wanted, nil
}

// Kind is what sort of fault a finding is.
type Kind string

// The kinds that Trivy finds.
const (
	Vulnerability    Kind = "vulnerability"
	Misconfiguration Kind = "misconfiguration"
	Secret           Kind = "secret"
	License          Kind = "license"
)

// Finding is one fault in one place. It never holds the text of a secret.
type Finding struct {
	Kind     Kind     `json:"kind"`
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	// Target is the file or image that it is in.
	Target string `json:"target"`
	// Line is its line there; 0 where there is none.
	Line int `json:"line,omitempty"`
	// Offset is a secret's first byte in its file, which tells two in one line
	// apart.
	Offset int `json:"offset,omitempty"`
	// OS says that the package is one of the distribution's.
	OS      bool   `json:"os,omitempty"`
	Package string `json:"package,omitempty"`
	// PURL is the package's URL, such as pkg:npm/lodash@4.17.15.
	PURL       string `json:"purl,omitempty"`
	Installed  string `json:"installed,omitempty"`
	Fixed      string `json:"fixed,omitempty"`
	Title      string `json:"title,omitempty"`
	Resolution string `json:"resolution,omitempty"`
	URL        string `json:"url,omitempty"`
}

// Todo says what to do about it, in one line.
func (f Finding) Todo() string {
	switch {
	case f.Kind == Vulnerability && f.Fixed != "":
		return fmt.Sprintf("update %s from %s to %s", f.Package, f.Installed, f.Fixed)
	case f.Kind == Vulnerability:
		return fmt.Sprintf("no fix yet for %s %s: replace it, or ignore it with a reason and an expiry date", f.Package, f.Installed)
	case f.Kind == Secret:
		return "revoke it, then remove it from the file and from Git's history"
	case f.Resolution != "":
		return f.Resolution
	}
	return "see " + cmp.Or(f.URL, f.ID)
}

// key tells one finding from another. A line moves with every edit, so it is
// no part of it for the baseline.
func (f Finding) key() string {
	fault := ""
	if f.Kind == Misconfiguration {
		fault = f.Title // the message, which names the service or job
	}
	return strings.Join([]string{string(f.Kind), f.ID, f.Target, f.Package, f.Installed, fault}, "\x00")
}

// unique sorts the worst first and drops what is the same in the same line.
func unique(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(b.Severity.rank()-a.Severity.rank(), strings.Compare(a.key(), b.key()), a.Line-b.Line, a.Offset-b.Offset)
	})
	return slices.CompactFunc(all, func(a, b Finding) bool {
		return a.key() == b.key() && a.Line == b.Line && a.Offset == b.Offset
	})
}
