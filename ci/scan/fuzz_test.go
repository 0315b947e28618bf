package scan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a scanner prints, the answer is a report or one line that says why
// it is none.
func FuzzReport(f *testing.F) {
	files, err := filepath.Glob("testdata/trivy/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no reports: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "services:\n  web:\n    privileged: true\n")
	}
	f.Fuzz(func(t *testing.T, text, yaml string) {
		report, err := Parse([]byte(text))
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("more than one line: %v", err)
		}
		v := Judge(report.Findings, Policy{Now: now, Baseline: report.Findings})
		if len(v.Failing)+len(v.Passing)+len(v.Ignored) > 0 {
			t.Errorf("not all that is known is: %+v", v)
		}
		_ = v.Err()
		if lines, err := AddLines([]byte(text), func(string) ([]byte, error) { return []byte(yaml), nil }); err == nil && len(report.Findings) > 0 {
			if again, err := Parse(lines); err != nil || len(again.Findings) < len(report.Findings) {
				t.Errorf("lines broke the report: %v", err)
			}
		}
	})
}
