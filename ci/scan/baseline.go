package scan

import (
	"encoding/json"
	"fmt"
	"slices"
)

// baseline counts known findings: a second secret of one rule in one file is
// new, though nothing but its line tells it from the first.
type baseline map[string][]Finding

func newBaseline(known []Finding) baseline {
	b := baseline{}
	for _, f := range known {
		b[f.key()] = append(b[f.key()], f)
	}
	return b
}

// take says whether the baseline has the finding, which it has once: in its
// line, or in any. One that has become worse is not known.
func (b baseline) take(f Finding, inLine bool) bool {
	all := b[f.key()]
	i := slices.IndexFunc(all, func(known Finding) bool {
		return (!inLine || known.Line == f.Line) && (known.Severity == "" || f.Severity.rank() <= known.Severity.rank())
	})
	if i >= 0 {
		b[f.key()] = slices.Delete(all, i, i+1)
	}
	return i >= 0
}

// split appends to known what the baseline has, and returns the rest. What
// stands where it stood is recognised first, so that of two the new one is
// called new; what has moved to another line stays known.
func (b baseline) split(findings []Finding, known *[]Finding) []Finding {
	same := make([]bool, len(findings))
	for i, f := range findings {
		same[i] = b.take(f, true)
	}
	var rest []Finding
	for i, f := range findings {
		if same[i] || b.take(f, false) {
			*known = append(*known, f)
		} else {
			rest = append(rest, f)
		}
	}
	return rest
}

// ParseBaseline reads findings that an earlier run has written as JSON. An
// empty file is an error: it would make every finding new without a word.
//
//	known, err := scan.ParseBaseline(data)
func ParseBaseline(data []byte) ([]Finding, error) {
	var findings []Finding
	if err := json.Unmarshal(data, &findings); err != nil {
		return nil, fmt.Errorf("the baseline is no list of findings: %w: write it again from the findings of a scan", err)
	}
	for _, f := range findings {
		if f.ID == "" || f.Kind == "" || f.Target == "" {
			return nil, fmt.Errorf("the baseline has a finding without kind, id or target: write it again from the findings of a scan")
		}
	}
	return findings, nil
}
