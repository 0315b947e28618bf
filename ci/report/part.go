package report

import (
	"fmt"
	"strings"
)

// Status is how a part ended.
type Status string

// The four ways a part can end. Any other value counts as Failed.
const (
	Passed     Status = "passed"
	Failed     Status = "failed"
	NotDefined Status = "not defined" // the application has no such step
	Skipped    Status = "skipped"     // Detail says why
)

// Part is the result of one step, such as lint.
type Part struct {
	Name    string // short, for files and machines: "lint"
	Title   string // for people: "Lint"; "" shows Name
	Status  Status
	Seconds float64
	// ExitCode is that of the tool. Any but 0 is a failure, whatever Status says.
	ExitCode int
	// Command reproduces the part; Quote makes it from an argv.
	Command string
	Output  string // all that the tool printed
	Detail  string // one line: a reason, or what was found
	Fix     string // what to do about a failure
	// Log is the file that has the whole Output; "" means Name + ".log".
	Log      string
	Tests    *Tests
	Coverage *Coverage
}

// WithJUnit returns the part with the results of its tests. Results that
// cannot be read, or without a test in them, make it a failed part.
//
//	part = part.WithJUnit(xml)
func (p Part) WithJUnit(xml []byte) Part {
	tests, err := ParseJUnit(xml)
	if err != nil {
		p.Status = Failed
		p.Detail = joinDetails(p.Detail, err.Error())
		return p
	}
	p.Tests = tests
	return p
}

// WithCoverage returns the part with what was measured, also when it has
// failed. An unreadable summary fails a part that has not: a number that is
// missing cannot be compared with a limit. It is no second reason for one that
// has, which may have ended before anything was measured.
func (p Part) WithCoverage(summary []byte) Part {
	coverage, err := ParseCoverage(summary)
	if err != nil && p.Status == Failed {
		return p
	}
	if err != nil {
		p.Status = Failed
		p.Detail = joinDetails(p.Detail, err.Error())
		return p
	}
	p.Coverage = coverage
	return p
}

// Outcome is the status that counts, with its reason. It doubts a part that
// claims success: an exit code, a failed test or the lack of any test speaks
// against it.
func (p Part) Outcome() (Status, string) {
	var reasons []string
	add := func(bad bool, format string, args ...any) {
		if bad {
			reasons = append(reasons, fmt.Sprintf(format, args...))
		}
	}
	switch p.Status {
	case NotDefined, Skipped:
		// A part that did not run has no results; one that has some did run.
		if p.ExitCode == 0 && p.Tests == nil {
			return p.Status, clean(p.Detail)
		}
		add(true, "it is %s, but has results", p.Status)
	case Passed, Failed:
	default:
		add(true, "unknown status %q", string(p.Status))
	}
	add(p.ExitCode != 0, "exit code %d", p.ExitCode)
	if p.Tests != nil {
		add(p.Tests.Failed > 0, "%d of %s failed", p.Tests.Failed, count(p.Tests.Total, "test"))
		add(p.Tests.Executed() <= 0, "no tests were run")
	}
	if p.Status == Passed && len(reasons) == 0 {
		return Passed, clean(joinDetails(p.Detail, p.results()))
	}
	return Failed, clean(joinDetails(p.Detail, strings.Join(reasons, "; ")))
}

// results are the numbers of a part that passed.
func (p Part) results() string {
	var list []string
	if p.Tests != nil {
		s := count(p.Tests.Total, "test")
		if p.Tests.Skipped > 0 {
			s += fmt.Sprintf(", %d skipped", p.Tests.Skipped)
		}
		list = append(list, s)
	}
	if p.Coverage != nil {
		list = append(list, fmt.Sprintf("%.1f %% of lines covered", p.Coverage.Lines))
	}
	return strings.Join(list, "; ")
}

func (p Part) title() string {
	if p.Title != "" {
		return clean(p.Title)
	}
	if p.Name != "" {
		return clean(p.Name)
	}
	return "?"
}

// command stays as it is but for line breaks: blanks in quotes matter.
func (p Part) command() string { return strings.ReplaceAll(clean(p.Command), "\n", " ") }

func (p Part) log() string {
	if p.Log != "" {
		return clean(p.Log)
	}
	return strings.NewReplacer("/", "-", ":", "-", " ", "-").Replace(clean(p.Name)) + ".log"
}

func joinDetails(list ...string) string {
	var kept []string
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, "; ")
}
