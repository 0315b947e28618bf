package report

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What the runners really write, with a test each that passes, fails and is
// skipped; the first two also have a file that cannot be loaded.
func TestParseJUnit(t *testing.T) {
	for name, want := range map[string]string{
		"vitest.xml": "4 total, 2 failed, 1 skipped\n" +
			"src/a.test.ts: add > fails <b>: expected 3 to be 4 // Object.is equality\n" +
			"src/broken.test.ts: Cannot find module './nothing' imported from /app/src/broken.test.ts",
		"jest.xml": "4 total, 2 failed, 1 skipped\n" +
			"j/a.test.cjs: add fails: Error: expect(received).toBe(expected) // Object.is equality\n" +
			"j/broken.test.cjs: ● Test suite failed to run",
		"node.xml": "5 total, 1 failed, 1 skipped\nfails: 1 == 2",
	} {
		t.Run(name, func(t *testing.T) {
			tests, err := ParseJUnit(testdata(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d total, %d failed, %d skipped", tests.Total, tests.Failed, tests.Skipped)
			for _, f := range tests.Failures {
				got += "\n" + f.String()
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if tests.Seconds <= 0 || len(tests.Cases) != tests.Total {
				t.Errorf("%v s, %d cases", tests.Seconds, len(tests.Cases))
			}
		})
	}
}

func TestParseJUnitShapes(t *testing.T) {
	const ok = `<testcase name="a"/>`
	for _, c := range []struct{ name, xml, want string }{
		{"one suite", `<testsuite name="s" time="2.5">` + ok + `</testsuite>`, "1 0 0 2.5"},
		{"byte order mark", "\ufeff<testsuites>" + ok + "</testsuites>", "1 0 0 0"},
		{"sum of times", `<testsuites><testcase name="a" time="1"/><testcase name="b" time="2"/><testcase name="c" time="NaN"/><testcase name="d" time="-1"/></testsuites>`, "4 0 0 3"},
		{"error", `<testsuites><testcase name="a"><error message="m"/></testcase></testsuites>`, "1 1 0 0"},
		{"failed and skipped", `<testsuites><testcase name="a"><failure/><skipped/></testcase></testsuites>`, "1 1 0 0"},
		{"skipped and failed", `<testsuites><testcase name="a"><skipped/><failure/></testcase></testsuites>`, "1 1 0 0"},
		{"colours", "<testsuites><testcase name=\"a\"><failure>\x1b[31mred\x1b[0m\x00</failure></testcase></testsuites>", "1 1 0 0"},
		{"header counts more", `<testsuites failures="2" errors="1"><testcase name="a"/></testsuites>`, "4 3 0 0"},
		{"suites count more", `<testsuites><testsuite errors="1"/><testsuite failures="1">` + ok + `</testsuite></testsuites>`, "3 2 0 0"},
		{"header counts nonsense", `<testsuites failures="-1" errors="x">` + ok + `</testsuites>`, "1 0 0 0"},
		{"only skipped", `<testsuites><testcase name="a"><skipped/></testcase></testsuites>`, "1 0 1 0"},
		{"stray elements", `<testsuites><failure/><skipped/><properties/>` + ok + `<system-out>x</system-out></testsuites>`, "1 0 0 0"},
	} {
		tests, err := ParseJUnit([]byte(c.xml))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := fmt.Sprint(tests.Total, tests.Failed, tests.Skipped, tests.Seconds); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// A carriage return in a message must not take the rest of the line with it.
func TestParseJUnitKeepsLines(t *testing.T) {
	tests, err := ParseJUnit([]byte("<testsuites><testcase name=\"a\"><failure message=\"x\"/></testcase>\r<testcase name=\"b\"/></testsuites>"))
	if err != nil || tests.Total != 2 || tests.Failed != 1 {
		t.Errorf("got %+v, %v", tests, err)
	}
}

func TestParseJUnitRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "the file is empty",
		" \n":                             "the file is empty",
		"\ufeff":                          "the file is empty",
		"no xml":                          "text outside",
		"<!-- x -->":                      "there is no XML",
		"{}":                              "text outside",
		"<html></html>":                   "<html> is not JUnit XML",
		"<testsuites>":                    "unexpected EOF",
		"<testsuites></testsuite>":        "closed by",
		"<testsuites/><testsuites/>":      "is not JUnit XML",
		"<testsuites/>":                   "no tests were run",
		`<testsuites tests="7"/>`:         "no tests were run",
		"<testsuites><testcase name=\"a":  "unexpected EOF",
		"<testsuites>&nope;</testsuites>": "invalid character entity",
		"<testsuites><testcase><testcase/></testcase></testsuites>": "inside of a test",
		string(make([]byte, 10)):                                    "there is no XML",
	} {
		tests, err := ParseJUnit([]byte(in))
		if err == nil || tests != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", in, err, want)
		}
	}
}

// What failing tests have covered is known too.
func TestCoverageOfAFailedPart(t *testing.T) {
	p := Part{Status: Failed, ExitCode: 1}.WithCoverage(testdata(t, "coverage-summary.json"))
	if p.Status != Failed || p.Coverage == nil || p.Coverage.Lines != 50 {
		t.Errorf("got %+v", p)
	}
}

func TestParseCoverage(t *testing.T) {
	c, err := ParseCoverage(testdata(t, "coverage-summary.json"))
	if err != nil || *c != (Coverage{Lines: 50, Statements: 25, Functions: 50}) {
		t.Errorf("got %+v, %v", c, err)
	}
	const some = `{"total":2,"covered":1,"pct":50}`
	c, err = ParseCoverage([]byte(`{"total":{"lines":` + some + `,"statements":` + some + `,"functions":` + some + `,"branches":{"total":0,"covered":0,"pct":"Unknown"}}}`))
	if err != nil || c.Branches != 100 {
		t.Errorf("got %+v, %v", c, err)
	}
	for in, want := range map[string]string{
		"":             "unexpected end",
		"{}":           `there is no "total"`,
		"null":         `there is no "total"`,
		`{"total":{}}`: "lines: it is missing",
		`{"total":{"lines":{"total":0,"pct":"Unknown"}}}`:        "no code was measured",
		`{"total":{"lines":{"total":2,"pct":"Unknown"}}}`:        "no percentage",
		`{"total":{"lines":{"total":2}}}`:                        "no percentage",
		`{"total":{"lines":{"total":2,"pct":null}}}`:             "no percentage",
		`{"total":{"lines":{"total":2,"pct":101}}}`:              "no percentage",
		`{"total":{"lines":{"pct":-1}}}`:                         "no percentage",
		`{"total":{"lines":{"pct":1},"statements":{"pct":"x"}}}`: "statements",
		`{"total":[]}`: "cannot unmarshal",
	} {
		c, err := ParseCoverage([]byte(in))
		if err == nil || c != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", in, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<testsuites><testsuite><testcase name="a"><failure/></testcase></testsuite></testsuites>`))
	f.Add([]byte(`{"total":{"lines":{"total":2,"pct":1}}}`))
	f.Add([]byte("<testsuites failures='9'></testsuite>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if tests, err := ParseJUnit(data); err == nil {
			if tests.Total < 1 || tests.Failed > tests.Total || tests.Skipped > tests.Total {
				t.Errorf("got %+v", tests)
			}
			var b strings.Builder
			run := Run{Parts: []Part{Part{Name: "test", Status: Passed, Output: string(data)}.WithJUnit(data)}}
			if err := run.JUnit(&b); err != nil {
				t.Fatal(err)
			}
			if _, err := ParseJUnit([]byte(b.String())); err != nil {
				t.Errorf("our own XML is not readable: %v", err)
			}
		}
		_, _ = ParseCoverage(data)
	})
}
