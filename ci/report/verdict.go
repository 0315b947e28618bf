package report

import (
	"fmt"
	"strings"
)

// Verdict is the one answer to a run.
type Verdict struct {
	Passed bool
	Counts Counts
	// Failed are the titles of the failed parts, in their order.
	Failed []string
	// Reason says in a few words why the run has not passed.
	Reason string
}

// Counts are the numbers of parts by outcome.
type Counts struct {
	Passed     int `json:"passed"`
	Failed     int `json:"failed"`
	NotDefined int `json:"notDefined"`
	Skipped    int `json:"skipped"`
}

// Verdict passes a run in which something passed and nothing failed. Parts
// that are not defined or were skipped prove nothing, so they count on neither
// side, and a run of only those has not passed.
func (r Run) Verdict() Verdict {
	var v Verdict
	for _, p := range r.Parts {
		switch status, _ := p.Outcome(); status {
		case Passed:
			v.Counts.Passed++
		case NotDefined:
			v.Counts.NotDefined++
		case Skipped:
			v.Counts.Skipped++
		default:
			v.Counts.Failed++
			v.Failed = append(v.Failed, p.title())
		}
	}
	switch {
	case len(r.Parts) == 0:
		v.Reason = "the run has no parts"
	case v.Counts.Failed > 0:
		v.Reason = fmt.Sprintf("%d of %s failed: %s", v.Counts.Failed, count(len(r.Parts), "part"), strings.Join(v.Failed, ", "))
	case v.Counts.Passed == 0:
		v.Reason = "no part was run"
	default:
		v.Passed = true
	}
	return v
}

// String is the verdict in one line.
//
//	FAILED: 1 of 5 parts failed: Tests
//	PASSED: 4 parts passed, 1 not defined
func (v Verdict) String() string {
	if !v.Passed {
		return "FAILED: " + v.Reason
	}
	s := "PASSED: " + count(v.Counts.Passed, "part") + " passed"
	if v.Counts.NotDefined > 0 {
		s += fmt.Sprintf(", %d not defined", v.Counts.NotDefined)
	}
	if v.Counts.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", v.Counts.Skipped)
	}
	return s
}
