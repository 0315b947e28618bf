package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/report"
)

// Result is the result of one part of the pipeline. The report is there also
// when the part has failed; the verdict is that of `sync`, which `dagger call`
// and `dagger check` ask for by themselves.
type Result struct {
	// Name of the part, such as "lint".
	Name string
	// passed, failed, not defined or skipped.
	Status string
	// Exit code of the tool.
	ExitCode int
	// The tool's command.
	Command string
	// All that the tool printed.
	Output string
	// Why the status is what it is.
	Reason string
	// Number of tests that were run.
	Tests int
	// Line coverage in percent; -1 when it was not measured.
	Coverage float64
	// Folder with the reports: output.log, junit.xml, and of tests coverage/coverage-summary.json.
	Reports *dagger.Directory
}

// newResult turns an outcome into what a user can ask for.
func newResult(o *outcome) (*Result, error) {
	status, reason := o.part.Outcome()
	r := &Result{
		Name: o.part.Name, Status: string(status), ExitCode: o.part.ExitCode, Command: o.part.Command,
		Output: o.part.Output, Reason: reason, Coverage: -1, Reports: o.reports,
	}
	if o.part.Tests != nil {
		r.Tests = o.part.Tests.Executed()
	}
	if o.part.Coverage != nil {
		r.Coverage = o.part.Coverage.Lines
	}
	var junit strings.Builder
	if err := (report.Run{Parts: []report.Part{o.part}}).JUnit(&junit); err != nil {
		return nil, err
	}
	if r.Reports == nil {
		r.Reports = dag.Directory()
	}
	r.Reports = r.Reports.WithNewFile("junit.xml", junit.String())
	return r, nil
}

// Sync fails unless the part has passed. A part that the application does not
// define has not. It returns the ID of the reports: the CLI can only print IDs.
//
// +cache="never"
func (r *Result) Sync(ctx context.Context) (string, error) {
	if r.Status == string(report.Passed) {
		id, err := r.Reports.ID(ctx)
		return string(id), err
	}
	message := r.Name + ": " + r.Status
	if r.Reason != "" {
		message += ": " + r.Reason
	}
	if r.Status == string(report.Failed) {
		message += fmt.Sprintf("\n\n%s\n\nrun it again: dagger call %s", tail(r.Output, report.DefaultTail), kebab(r.Name))
	}
	return "", errors.New(message)
}

// Junit is the result as a JUnit file; with the single tests, where the tool
// can list them.
//
//	dagger call test junit export --path junit.xml
//
// +cache="never"
func (r *Result) Junit() *dagger.File {
	return r.Reports.File("junit.xml")
}

func kebab(name string) string { return strings.ReplaceAll(name, ":", "-") }

func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > n {
		lines = append([]string{fmt.Sprintf("… %d lines before", len(lines)-n)}, lines[len(lines)-n:]...)
	}
	return strings.Join(lines, "\n")
}
