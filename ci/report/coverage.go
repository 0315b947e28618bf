package report

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Coverage is what tests have reached, in percent.
type Coverage struct {
	Lines      float64 `json:"lines"`
	Statements float64 `json:"statements"`
	Functions  float64 `json:"functions"`
	Branches   float64 `json:"branches"`
}

// metric is one entry of a summary. Pct is a number, or the text "Unknown"
// when nothing was measured.
type metric struct {
	Total   *float64
	Covered *float64
	Pct     json.RawMessage
}

// ParseCoverage reads a coverage-summary.json of Istanbul's reporter
// "json-summary", which vitest and jest share. A summary of no code at all is
// an error: its 100 % would mean nothing.
//
//	coverage, err := report.ParseCoverage(data)
func ParseCoverage(data []byte) (*Coverage, error) {
	var summary struct {
		Total *struct{ Lines, Statements, Functions, Branches *metric }
	}
	if err := json.Unmarshal(data, &summary); err != nil {
		return nil, fmt.Errorf("read coverage: %w", err)
	}
	t := summary.Total
	if t == nil {
		return nil, errors.New(`read coverage: there is no "total"`)
	}
	if t.Lines != nil && t.Lines.Total != nil && *t.Lines.Total == 0 {
		return nil, errors.New("read coverage: no code was measured")
	}
	var c Coverage
	for _, field := range []struct {
		name   string
		metric *metric
		into   *float64
	}{
		{"lines", t.Lines, &c.Lines}, {"statements", t.Statements, &c.Statements},
		{"functions", t.Functions, &c.Functions}, {"branches", t.Branches, &c.Branches},
	} {
		pct, err := field.metric.percent()
		if err != nil {
			return nil, fmt.Errorf("read coverage: %s: %w", field.name, err)
		}
		*field.into = pct
	}
	return &c, nil
}

// percent is 100 for code without any branch or function, as Istanbul says.
func (m *metric) percent() (float64, error) {
	if m == nil {
		return 0, errors.New("it is missing")
	}
	if m.Total != nil && *m.Total == 0 {
		return 100, nil
	}
	var pct float64
	if err := json.Unmarshal(m.Pct, &pct); err != nil || len(m.Pct) == 0 || string(m.Pct) == "null" {
		return 0, fmt.Errorf("%q is no percentage", string(m.Pct))
	}
	if pct < 0 || pct > 100 {
		return 0, fmt.Errorf("%v is no percentage", pct)
	}
	return pct, nil
}
