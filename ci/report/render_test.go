package report

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// sample has a part of every outcome.
func sample() Run {
	return Run{
		Project: "shop", Version: "1.2.3", Commit: "abc1234", Seconds: 125, Tail: 2,
		Parts: []Part{
			{Name: "lint", Title: "Lint", Status: Passed, Seconds: 1.7, Command: "pnpm run lint", Output: "fine\n"},
			{Name: "test", Title: "Tests", Status: Failed, Seconds: 62, ExitCode: 1, Command: "pnpm run test",
				Output: "one\ntwo\n\x1b[31m::error::three\x1b[0m\n", Fix: "look at add()",
				Tests: &Tests{Total: 2, Failed: 1, Seconds: 0.5,
					Failures: []Failure{{Name: "add | fails", File: "a.test.ts", Message: "3 is not 4"}},
					Cases: []Case{
						{Name: "adds", File: "a.test.ts", Seconds: 0.2, Status: Passed},
						{Name: "add | fails", File: "a.test.ts", Seconds: 0.3, Status: Failed, Message: "3 is not 4", Text: "3 is not 4\n\x00at a.test.ts:3"},
					}}},
			{Name: "test:integration", Title: "Integration", Status: NotDefined, Detail: `no "test:integration" script`},
			{Name: "scan", Status: Skipped, Detail: "no image"},
		},
		Image:    &Image{Tag: "shop:1.2.3", Digest: "sha256:aa", Bytes: 102_400_000},
		Warnings: []string{"no\nlint"},
	}
}

func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func text(color bool, r Run) func(io.Writer) error {
	return func(w io.Writer) error { return r.Text(w, color) }
}

func TestText(t *testing.T) {
	want := `shop 1.2.3 (abc1234)

  ✓ Lint         passed            1.7 s
  ✗ Tests        failed       1 min 02 s  exit code 1; 1 of 2 tests failed
  – Integration  not defined              no "test:integration" script
  ○ scan         skipped                  no image

  Image: shop:1.2.3, sha256:aa, 102.4 MB

  Warning: no lint

✗ Tests: exit code 1; 1 of 2 tests failed
  the last 2 of 3 lines, all of them are in test.log
  | two
  | ::error::three
  ✗ a.test.ts: add | fails: 3 is not 4
  Again: pnpm run test
  Fix: look at add()

FAILED: 1 of 4 parts failed: Tests (2 min 05 s)
`
	if got := render(t, text(false, sample())); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	colored := render(t, text(true, sample()))
	if !strings.Contains(colored, "\x1b[31m✗\x1b[0m Tests") || clean(colored) != want {
		t.Errorf("colours change more than colours:\n%q", colored)
	}
}

func TestTextEmpty(t *testing.T) {
	want := "Run\n\n\nFAILED: the run has no parts\n"
	if got := render(t, text(false, Run{})); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	green := Run{Parts: []Part{{Status: Passed}}, Image: &Image{Bytes: -1}}
	if got := render(t, text(true, green)); !strings.Contains(got, "\x1b[1;32mPASSED: 1 part passed\x1b[0m") || !strings.Contains(got, "✓\x1b[0m ?") {
		t.Errorf("got %q", got)
	}
}

func TestManyFailures(t *testing.T) {
	tests := &Tests{Total: 30, Failed: 25, Failures: make([]Failure, 25)}
	run := Run{Parts: []Part{{Name: "a/b c", Status: Failed, Tests: tests, Output: strings.Repeat("x\n", 99)}}}
	plain, md := render(t, text(false, run)), render(t, run.Markdown)
	for _, want := range []string{"and 5 more", "the last 40 of 99 lines, all of them are in a-b-c.log"} {
		if !strings.Contains(plain, want) {
			t.Errorf("text has no %q:\n%s", want, plain)
		}
		if !strings.Contains(strings.ToLower(md), want) {
			t.Errorf("markdown has no %q:\n%s", want, md)
		}
	}
	run.Parts[0].Log = "logs/x.log"
	if got := render(t, text(false, run)); !strings.Contains(got, "are in logs/x.log") {
		t.Errorf("got %s", got)
	}
}

func TestMarkdown(t *testing.T) {
	want := "## ❌ shop 1.2.3 (abc1234)\n\nFAILED: 1 of 4 parts failed: Tests (2 min 05 s)\n\n" +
		"| | Part | Result | Time | |\n| --- | --- | --- | ---: | --- |\n" +
		"| ✓ | Lint | passed | 1.7 s |  |\n" +
		"| ✗ | Tests | failed | 1 min 02 s | exit code 1; 1 of 2 tests failed |\n" +
		"| – | Integration | not defined |  | no \"test:integration\" script |\n" +
		"| ○ | scan | skipped |  | no image |\n" +
		"\n**Image:** shop:1.2.3, sha256:aa, 102.4 MB\n\n**Warnings**\n\n- no lint\n" +
		"\n<details>\n<summary>✗ Tests: exit code 1; 1 of 2 tests failed</summary>\n\n" +
		"- a.test.ts: add \\| fails: 3 is not 4\n\n" +
		"The last 2 of 3 lines, all of them are in test.log:\n\n" +
		"```text\ntwo\n::error::three\n```\n\nAgain:\n\n```sh\npnpm run test\n```\n\nFix: look at add()\n\n</details>\n"
	if got := render(t, sample().Markdown); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := render(t, Run{Parts: []Part{{Status: Passed}}}.Markdown); !strings.HasPrefix(got, "## ✅ Run\n\nPASSED") {
		t.Errorf("got %s", got)
	}
	if got := render(t, Run{}.Markdown); !strings.HasPrefix(got, "## ❌ Run\n\nFAILED: the run has no parts") {
		t.Errorf("got %s", got)
	}
}

// Output that tries to leave its block stays inside.
func TestMarkdownIsFenced(t *testing.T) {
	run := Run{Parts: []Part{{Name: "x", Status: Failed, Output: "```\n</details>\n`````\n# out", Detail: "<b>|@me`\n[a](b)"}}}
	got := render(t, run.Markdown)
	if !strings.Contains(got, "``````text\n```\n</details>\n`````\n# out\n``````\n") {
		t.Errorf("not fenced:\n%s", got)
	}
	if !strings.Contains(got, "&lt;b&gt;\\|&#64;me\\` \\[a\\](b) |\n") {
		t.Errorf("not escaped:\n%s", got)
	}
}

func TestJSON(t *testing.T) {
	run := sample()
	run.Parts[0].Seconds = math.NaN()
	run.Parts[0].Coverage = &Coverage{Lines: 50}
	var got struct {
		Schema  int
		Verdict string
		Summary string
		Counts  map[string]int
		Parts   []struct {
			Name, Status, Output, Log string
			Seconds                   float64
			Tests                     *struct{ Failures []map[string]string }
			Coverage                  *Coverage
		}
		Image    map[string]any
		Warnings []string
	}
	if err := json.Unmarshal([]byte(render(t, run.JSON)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != 1 || got.Verdict != "failed" || got.Counts["notDefined"] != 1 || got.Counts["passed"] != 1 || len(got.Parts) != 4 {
		t.Errorf("got %+v", got)
	}
	if p := got.Parts[1]; p.Output != "two\n::error::three" || p.Log != "test.log" || p.Tests.Failures[0]["message"] != "3 is not 4" {
		t.Errorf("got %+v", p)
	}
	if p := got.Parts[0]; p.Output != "" || p.Seconds != 0 || p.Coverage.Lines != 50 {
		t.Errorf("got %+v", p)
	}
	if got.Parts[2].Status != "not defined" || got.Image["bytes"] != 102_400_000.0 {
		t.Errorf("got %+v", got)
	}
}

// The exact form of the smallest report: readers depend on it.
func TestJSONSchema(t *testing.T) {
	want := `{
  "schema": 1,
  "verdict": "passed",
  "summary": "PASSED: 1 part passed",
  "project": "",
  "seconds": 0,
  "counts": {
    "passed": 1,
    "failed": 0,
    "notDefined": 0,
    "skipped": 0
  },
  "parts": [
    {
      "name": "lint",
      "title": "lint",
      "status": "passed",
      "seconds": 0,
      "exitCode": 0
    }
  ],
  "warnings": []
}
`
	if got := render(t, Run{Parts: []Part{{Name: "lint", Status: Passed}}}.JSON); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := render(t, Run{}.JSON); !strings.Contains(got, `"verdict": "failed"`) || !strings.Contains(got, `"parts": []`) {
		t.Errorf("got\n%s", got)
	}
}

// broken is a disk that is full.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrors(t *testing.T) {
	r := sample()
	for name, write := range map[string]func(io.Writer) error{"text": text(false, r), "markdown": r.Markdown, "json": r.JSON, "junit": r.JUnit} {
		if err := write(broken{}); err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
