package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dagger/octocode/internal/dagger"

	"github.com/octocode/octocode-ci/ci/scan"
	"github.com/octocode/octocode-ci/ci/scan/entry"
)

// job is one run of the scanner.
type job struct {
	name string
	argv []string
	// with gives the container what is scanned.
	with func(*dagger.Container) *dagger.Container
	// verify makes sure that something was scanned, and may take findings away.
	verify func(*scan.Report) error
	// database is what vulnerabilities are compared with; nil for other scans.
	database *database
	// config are the files whose findings need a line from us, and found is what
	// we have found in them.
	config *dagger.Directory
	found  []scan.Finding
	// planted are the kinds of what is planted, which the scanner has to find, and
	// kinds those of what it looks for.
	planted, kinds []scan.Kind
	// history says that the past is scanned, too.
	history bool
	notes   []string
}

// run is one scan from beginning to end. What keeps it from knowing is in the
// result: a report on several scans goes on with the others.
func (s *Scan) run(ctx context.Context, j job) (*ScanResult, error) {
	r := &ScanResult{Name: j.name, Notes: j.notes}
	policy, err := s.policy(ctx)
	if err != nil {
		return nil, err
	}
	if db := j.database; db != nil {
		r.Database, r.Notes = db.text, append(r.Notes, db.notes...)
		r.Unscanned = db.dir == nil
		if db.problem != "" && !(db.absent && s.AllowNoDatabase) {
			r.Problem = db.problem
		}
	}
	report, err := s.report(ctx, j, r)
	var problem scanProblem
	switch {
	case errors.As(err, &problem):
		// Without a report the lack of a database is not all that is wrong.
		r.Problem = strings.TrimPrefix(r.Problem+"\n"+problem.Error(), "\n")
	case err != nil:
		return nil, err
	}
	looked := scan.Looked{Scan: j.name, Kinds: j.kinds, History: j.history}
	if r.Problem != "" {
		looked.Kinds = nil
	}
	r.judge(report, policy, looked)
	return r, nil
}

// scanProblem is what keeps a scan from an answer.
type scanProblem struct{ text string }

func (p scanProblem) Error() string { return p.text }

func problemf(format string, args ...any) error { return scanProblem{fmt.Sprintf(format, args...)} }

// report runs the scanner and reads what it found.
func (s *Scan) report(ctx context.Context, j job, r *ScanResult) (scan.Report, error) {
	none := scan.Report{}
	tool, version, err := s.scanner(ctx)
	if err != nil {
		return none, problemf("%s", err)
	}
	r.Scanner = version
	r.Tool = tool.WithDirectory(scan.ReportDir, dag.Directory()).WithDirectory(scan.CacheDir, dag.Directory())
	ctr := j.with(r.Tool)
	// What is named here has to be there, and cannot be written to.
	readOnly := []string{scan.SourceDir}
	if slices.Contains(j.argv, scan.ImageFile) {
		readOnly = []string{scan.ImageFile}
	}
	if j.database != nil && j.database.dir != nil {
		ctr = ctr.WithMountedDirectory(scan.CacheDir+"/db", j.database.dir)
	}
	ctr, ran, err := runScanner(ctx, ctr, entry.Run{Argv: j.argv, Seconds: s.Timeout, ReadOnly: readOnly})
	switch {
	case err != nil:
		return none, problemf("%s", err)
	case ran.TimedOut:
		return none, problemf("the scanner hangs: it has not ended within %d seconds, see --timeout", s.Timeout)
	case ran.Code != 0:
		return none, problemf("the scanner failed with exit code %d: %s", ran.Code, lastLine(ran.Log))
	}
	r.Report = ctr.File(scan.ReportFile)
	text, err := r.Report.Contents(ctx)
	if err != nil {
		r.Report = nil
		return none, problemf("the scanner has written no report, so nothing is known: %s", lastLine(ran.Log))
	}
	report, err := s.read(ctx, j, r, []byte(text))
	if err != nil {
		return report, problemf("%s", err)
	}
	return report, nil
}

// read makes a report of what the scanner has written. Where it has not found
// what was planted there is none: an empty one would pass for an answer.
func (s *Scan) read(ctx context.Context, j job, r *ScanResult, text []byte) (scan.Report, error) {
	r.Report = nil
	none := scan.Report{}
	report, err := scan.Parse(text)
	if err != nil {
		return none, err
	}
	found := append(j.found, report.EndOfLife()...)
	if text, err = scan.WithoutPrefix(text); err != nil {
		return none, err
	}
	text, missed := scan.TakeCanaries(text, j.planted...)
	if missed != nil && text == nil {
		return none, missed
	}
	if j.config != nil {
		if text, err = scan.AddLines(text, func(name string) ([]byte, error) {
			text, err := j.config.File(name).Contents(ctx)
			return []byte(text), err
		}); err != nil {
			return none, err
		}
	}
	if text, err = scan.WithFindings(text, found); err != nil {
		return none, err
	}
	if report, err = scan.Parse(text); err != nil {
		return none, err
	}
	if j.verify != nil {
		err = j.verify(&report)
	}
	if err = cmp.Or(err, missed); missed != nil {
		return report, err
	}
	r.Report = reportFile(text)
	if len(j.planted) > 0 {
		r.Notes = append(r.Notes, "what was planted was found")
	}
	return report, err
}

func reportFile(text []byte) *dagger.File {
	return dag.Directory().WithNewFile("report.json", string(text)).File("report.json")
}

// lastLine is the last thing that a scanner said.
func lastLine(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	last := strings.TrimSpace(strings.ReplaceAll(lines[len(lines)-1], "\t", " "))
	if last == "" {
		return "it printed nothing"
	}
	return last
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.TrimSuffix(n, "/") == name })
}
