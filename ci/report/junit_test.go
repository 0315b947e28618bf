package report

import (
	"encoding/xml"
	"testing"
)

func TestJUnit(t *testing.T) {
	want := xml.Header + `<testsuites name="shop 1.2.3 (abc1234)" tests="5" failures="1" errors="0" skipped="2" time="125.000">
  <testsuite name="Lint" tests="1" failures="0" errors="0" skipped="0" time="1.700">
    <testcase name="Lint" classname="Lint" time="1.700"></testcase>
  </testsuite>
  <testsuite name="Tests" tests="2" failures="1" errors="0" skipped="0" time="62.000">
    <testcase name="adds" classname="a.test.ts" file="a.test.ts" time="0.200"></testcase>
    <testcase name="add | fails" classname="a.test.ts" file="a.test.ts" time="0.300">
      <failure message="3 is not 4">3 is not 4&#xA;at a.test.ts:3</failure>
    </testcase>
  </testsuite>
  <testsuite name="Integration" tests="1" failures="0" errors="0" skipped="1" time="0.000">
    <testcase name="Integration" classname="Integration" time="0.000">
      <skipped message="not defined; no &#34;test:integration&#34; script"></skipped>
    </testcase>
  </testsuite>
  <testsuite name="scan" tests="1" failures="0" errors="0" skipped="1" time="0.000">
    <testcase name="scan" classname="scan" time="0.000">
      <skipped message="skipped; no image"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`
	got := render(t, sample().JUnit)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	tests, err := ParseJUnit([]byte(got))
	if err != nil || tests.Total != 5 || tests.Failed != 1 || tests.Skipped != 2 {
		t.Errorf("our own XML reads as %+v, %v", tests, err)
	}
}

// A reader of the XML must come to the same verdict as we do.
func TestJUnitAgreesWithVerdict(t *testing.T) {
	passed := &Tests{Total: 1, Cases: []Case{{Name: "a", Status: Passed}}}
	skipped := &Tests{Total: 1, Skipped: 1, Cases: []Case{{Name: "a", Status: Skipped, Message: "later"}}}
	for name, run := range map[string]Run{
		"empty":                     {},
		"nothing defined":           {Parts: []Part{{Name: "x", Status: NotDefined}}},
		"passed":                    {Parts: []Part{{Name: "x", Status: Passed}}},
		"tests passed":              {Parts: []Part{{Name: "x", Status: Passed, Tests: passed}}},
		"tests passed, tool failed": {Parts: []Part{{Name: "x", Status: Failed, ExitCode: 1, Tests: passed, Output: "\x1b[1m\x0bno\ufffe"}}},
		"all skipped":               {Parts: []Part{{Name: "x", Status: Passed, Tests: skipped}}},
		"unknown":                   {Parts: []Part{{Name: "x\x00\x1b", Status: "?"}}},
	} {
		tests, err := ParseJUnit([]byte(render(t, run.JUnit)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if (tests.Failed == 0) != run.Verdict().Passed {
			t.Errorf("%s: the XML says %d failed, the verdict %q", name, tests.Failed, run.Verdict())
		}
	}
}
