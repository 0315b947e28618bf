// Package report turns the results of a run into text, Markdown, JSON and
// JUnit XML, and into one verdict.
//
//	run := report.Run{Project: "shop", Parts: []report.Part{
//		{Name: "lint", Title: "Lint", Status: report.Passed, Seconds: 1.7, Command: "pnpm run lint"},
//		report.Part{Name: "test", Title: "Tests", Status: report.Passed}.WithJUnit(xml),
//	}}
//	run = run.Redact(password)
//	err := run.Text(os.Stdout, true)
//	if !run.Verdict().Passed { os.Exit(1) }
//
// Everything fails closed: a run without a passed part, a test run without a
// test and a result that cannot be read are failures, never a silent success.
//
// The package is pure and imports the standard library only. It reads no clock
// and no environment: what it prints depends on the Run alone.
package report

// Run is the result of all parts of one pipeline.
type Run struct {
	Project string
	Version string // optional
	Commit  string // optional
	// Seconds is the time of the whole run, 0 when not measured. It is not the
	// sum of the parts, which run side by side.
	Seconds  float64
	Parts    []Part
	Image    *Image // nil when none was built
	Warnings []string
	// Tail is the number of output lines that a report shows of a failed part;
	// 0 means DefaultTail.
	Tail int
}

// DefaultTail is enough for the summary of any usual tool.
const DefaultTail = 40

// Image is what a run has built.
type Image struct {
	Tag    string
	Digest string
	Bytes  int64
}

// title is the first line of a report.
func (r Run) title() string {
	s := r.Project
	if s == "" {
		s = "Run"
	}
	if r.Version != "" {
		s += " " + r.Version
	}
	if r.Commit != "" {
		s += " (" + r.Commit + ")"
	}
	return clean(s)
}

func (r Run) tail() int {
	if r.Tail > 0 {
		return r.Tail
	}
	return DefaultTail
}
