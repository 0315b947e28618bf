package report

import (
	"strings"
	"testing"
)

func TestOutcome(t *testing.T) {
	ok := &Tests{Total: 3, Skipped: 1}
	for name, c := range map[string]struct {
		part   Part
		status Status
		reason string
	}{
		"passed":             {Part{Status: Passed}, Passed, ""},
		"failed":             {Part{Status: Failed, Detail: "why"}, Failed, "why"},
		"exit code":          {Part{Status: Failed, ExitCode: 2}, Failed, "exit code 2"},
		"not defined":        {Part{Status: NotDefined, Detail: "no script"}, NotDefined, "no script"},
		"skipped":            {Part{Status: Skipped, Detail: "no changes"}, Skipped, "no changes"},
		"tests":              {Part{Status: Passed, Tests: ok}, Passed, "3 tests, 1 skipped"},
		"one test":           {Part{Status: Passed, Tests: &Tests{Total: 1}, Coverage: &Coverage{Lines: 87.46}}, Passed, "1 test; 87.5 % of lines covered"},
		"lies: exit code":    {Part{Status: Passed, ExitCode: 1}, Failed, "exit code 1"},
		"lies: failed tests": {Part{Status: Passed, Tests: &Tests{Total: 3, Failed: 1}}, Failed, "1 of 3 tests failed"},
		"lies: no tests":     {Part{Status: Passed, Tests: &Tests{}}, Failed, "no tests were run"},
		"lies: all skipped":  {Part{Status: Passed, Tests: &Tests{Total: 2, Skipped: 2}}, Failed, "no tests were run"},
		"lies: not defined":  {Part{Status: NotDefined, ExitCode: 1}, Failed, "it is not defined, but has results; exit code 1"},
		"lies: skipped":      {Part{Status: Skipped, Tests: ok}, Failed, "it is skipped, but has results"},
		"no status":          {Part{}, Failed, `unknown status ""`},
		"odd status":         {Part{Status: "PASSED"}, Failed, `unknown status "PASSED"`},
		"no JUnit":           {Part{Status: Passed}.WithJUnit(nil), Failed, "read test results: the file is empty"},
		"empty JUnit":        {Part{Status: Passed}.WithJUnit([]byte("<testsuites/>")), Failed, "no tests were run"},
		"JUnit":              {Part{Status: Passed}.WithJUnit([]byte(`<testsuites><testcase name="a"/></testsuites>`)), Passed, "1 test"},
		"no coverage":        {Part{Status: Passed, Detail: "x"}.WithCoverage([]byte("{}")), Failed, `x; read coverage: there is no "total"`},
		"failed without":     {Part{Status: Failed, ExitCode: 1}.WithCoverage(nil), Failed, "exit code 1"},
		"coverage":           {Part{Status: Passed}.WithCoverage([]byte(`{"total":{"lines":{"pct":1},"statements":{"pct":1},"functions":{"pct":1},"branches":{"pct":1}}}`)), Passed, "1.0 % of lines covered"},
	} {
		if status, reason := c.part.Outcome(); status != c.status || reason != c.reason {
			t.Errorf("%s: got %s, %q; want %s, %q", name, status, reason, c.status, c.reason)
		}
	}
}

func TestVerdict(t *testing.T) {
	part := func(s Status) Part { return Part{Name: string(s), Status: s} }
	for _, c := range []struct {
		parts []Part
		want  string
	}{
		{nil, "FAILED: the run has no parts"},
		{[]Part{part(NotDefined)}, "FAILED: no part was run"},
		{[]Part{part(Skipped), part(NotDefined)}, "FAILED: no part was run"},
		{[]Part{part(Passed)}, "PASSED: 1 part passed"},
		{[]Part{part(Passed), part(Passed), part(NotDefined), part(Skipped)}, "PASSED: 2 parts passed, 1 not defined, 1 skipped"},
		{[]Part{part(Passed), part(Failed), {Status: "?"}}, "FAILED: 2 of 3 parts failed: failed, ?"},
	} {
		v := Run{Parts: c.parts}.Verdict()
		if v.String() != c.want || v.Passed != strings.HasPrefix(c.want, "PASSED") {
			t.Errorf("got %q, want %q", v, c.want)
		}
	}
}
