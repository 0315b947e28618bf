package report

import (
	"encoding/json"
	"io"
)

// Schema is the version of the JSON report. It grows when a field changes its
// meaning or goes; new fields may come at any time.
const Schema = 1

type jsonRun struct {
	Schema   int        `json:"schema"`
	Verdict  Status     `json:"verdict"` // passed or failed
	Summary  string     `json:"summary"`
	Project  string     `json:"project"`
	Version  string     `json:"version,omitempty"`
	Commit   string     `json:"commit,omitempty"`
	Seconds  float64    `json:"seconds"`
	Counts   Counts     `json:"counts"`
	Parts    []jsonPart `json:"parts"`
	Image    *jsonImage `json:"image,omitempty"`
	Warnings []string   `json:"warnings"`
}

type jsonPart struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Status   Status    `json:"status"`
	Detail   string    `json:"detail,omitempty"`
	Seconds  float64   `json:"seconds"`
	ExitCode int       `json:"exitCode"`
	Command  string    `json:"command,omitempty"`
	Fix      string    `json:"fix,omitempty"`
	Log      string    `json:"log,omitempty"`
	Output   string    `json:"output,omitempty"` // the end of it, of failed parts only
	Tests    *Tests    `json:"tests,omitempty"`
	Coverage *Coverage `json:"coverage,omitempty"`
}

type jsonImage struct {
	Tag    string `json:"tag,omitempty"`
	Digest string `json:"digest,omitempty"`
	Bytes  int64  `json:"bytes"`
}

// JSON writes the report for machines. Status is the outcome that counts, see
// Part.Outcome.
//
//	err := run.JSON(file)
func (r Run) JSON(w io.Writer) error {
	v := r.Verdict()
	doc := jsonRun{
		Schema: Schema, Verdict: Failed, Summary: v.String(), Project: clean(r.Project), Version: clean(r.Version),
		Commit: clean(r.Commit), Seconds: sane(r.Seconds), Counts: v.Counts, Parts: []jsonPart{}, Warnings: []string{},
	}
	if v.Passed {
		doc.Verdict = Passed
	}
	for _, warning := range r.Warnings {
		doc.Warnings = append(doc.Warnings, clean(warning))
	}
	if r.Image != nil {
		doc.Image = &jsonImage{Tag: clean(r.Image.Tag), Digest: clean(r.Image.Digest), Bytes: r.Image.Bytes}
	}
	for _, p := range r.Parts {
		status, detail := p.Outcome()
		part := jsonPart{
			Name: clean(p.Name), Title: p.title(), Status: status, Detail: detail, Seconds: sane(p.Seconds), ExitCode: p.ExitCode,
			Command: clean(p.Command), Fix: clean(p.Fix), Tests: p.Tests.forJSON(), Coverage: p.Coverage.forJSON(),
		}
		if p.Output != "" {
			part.Log = p.log()
		}
		if status == Failed {
			part.Output, _, _ = lastLines(p.Output, r.tail())
		}
		doc.Parts = append(doc.Parts, part)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(doc)
}

// sane keeps out the numbers that JSON cannot write.
func sane(f float64) float64 {
	if f >= 0 && f <= 1e9 { // false for NaN
		return f
	}
	return 0
}

func (t *Tests) forJSON() *Tests {
	if t == nil {
		return nil
	}
	next := *t
	next.Seconds = sane(t.Seconds)
	next.Failures = []Failure{}
	for _, f := range t.Failures {
		next.Failures = append(next.Failures, Failure{Name: clean(f.Name), File: clean(f.File), Message: clean(f.Message)})
	}
	return &next
}

func (c *Coverage) forJSON() *Coverage {
	if c == nil {
		return nil
	}
	return &Coverage{Lines: sane(c.Lines), Statements: sane(c.Statements), Functions: sane(c.Functions), Branches: sane(c.Branches)}
}
