package scan

import (
	"encoding/json"
	"fmt"
)

// baseline counts known findings: a second secret of one rule in one file is
// new, though nothing but its line tells it from the first.
type baseline struct {
	places map[place]int
	counts map[string]int
}

// place is a finding in its line.
type place struct {
	key  string
	line int
}

func newBaseline(known []Finding) baseline {
	b := baseline{places: map[place]int{}, counts: map[string]int{}}
	for _, f := range known {
		b.places[place{f.key(), f.Line}]++
		b.counts[f.key()]++
	}
	return b
}

// split appends to known what the baseline has, and returns the rest. What
// stands where it stood is recognised first, so that of two the new one is
// called new; what has moved to another line stays known.
func (b baseline) split(findings []Finding, known *[]Finding) []Finding {
	same := make([]bool, len(findings))
	for i, f := range findings {
		if at := (place{f.key(), f.Line}); b.places[at] > 0 {
			b.places[at]--
			b.counts[f.key()]--
			same[i] = true
		}
	}
	var rest []Finding
	for i, f := range findings {
		switch {
		case same[i]:
			*known = append(*known, f)
		case b.counts[f.key()] > 0:
			b.counts[f.key()]--
			*known = append(*known, f)
		default:
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
