//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// summary is the part of summary.json that the tests look at.
type summary struct {
	Verdict string
	Summary string
	Parts   []struct {
		Name, Status, Detail, Output string
		ExitCode                     int
		Tests                        *struct{ Total, Failed int }
		Coverage                     *struct{ Lines float64 }
	}
	Image *struct {
		Digest string
		Bytes  int64
	}
}

// statuses are the parts with how they ended: "lint" → "passed".
func (s summary) statuses() map[string]string {
	m := map[string]string{}
	for _, part := range s.Parts {
		m[part.Name] = part.Status
	}
	return m
}

func (s summary) output(part string) string {
	for _, p := range s.Parts {
		if p.Name == part {
			return p.Output
		}
	}
	return ""
}

// coverage is the share of lines in percent, 0 where none was measured.
func (s summary) coverage(part string) float64 {
	for _, p := range s.Parts {
		if p.Name == part && p.Coverage != nil {
			return p.Coverage.Lines
		}
	}
	return 0
}

// ci runs the pipeline on dir and returns its report and where it lies.
func ci(t *testing.T, dir string, args ...string) (summary, string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report")
	call(t, dir, append(args, "ci", "directory", "export", "--path", out)...)
	data, err := os.ReadFile(filepath.Join(out, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s summary
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s, out
}
