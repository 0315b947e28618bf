//go:build e2e

package e2e

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/report"
)

var green = map[string]string{
	"dependencies": "passed", "lint": "passed", "typecheck": "passed", "test": "passed", "build": "passed",
}

// with is green with some parts changed.
func with(changes map[string]string) map[string]string {
	m := maps.Clone(green)
	maps.Copy(m, changes)
	return m
}

func TestPipelineOfTheExample(t *testing.T) {
	t.Parallel()
	s, dir := ci(t, root)
	if s.Verdict != "passed" || !maps.Equal(s.statuses(), green) {
		t.Fatalf("verdict %s, parts %v\n%s", s.Verdict, s.statuses(), s.Summary)
	}
	if s.Image == nil || !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(s.Image.Digest) || s.Image.Bytes < 50e6 {
		t.Errorf("image = %+v, want a digest and a size", s.Image)
	}
	for _, part := range s.Parts {
		if part.Name == "test" && (part.Tests == nil || part.Tests.Total < 10 || part.Tests.Failed != 0 || part.Coverage == nil || part.Coverage.Lines <= 0) {
			t.Errorf("test = %+v, want its tests and its coverage", part)
		}
	}
	for name, want := range map[string]string{
		"summary.txt": "PASSED", "summary.md": "| ", "junit.xml": "<testsuites", "lint/output.log": "eslint",
		"test/junit.xml": "<testcase", "test/coverage/coverage-summary.json": `"lines"`,
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
	}
	if out, err := exec.Command(filepath.Join(root, "bin/octocode"), "verdict", dir).CombinedOutput(); err != nil {
		t.Errorf("octocode verdict: %v\n%s", err, out)
	}
}

// Each fault turns its own part red, and no other, with the tool's own message.
func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		edits   map[string]func(string) string
		want    map[string]string
		part    string
		message string
	}{
		{
			name:    "lint error",
			edits:   map[string]func(string) string{"src/fault.ts": content("export function fault(): number {\n  const unused = 1;\n  return 2;\n}\n")},
			want:    with(map[string]string{"lint": "failed"}),
			part:    "lint",
			message: "'unused' is assigned a value but never used",
		},
		{
			name:    "type error",
			edits:   map[string]func(string) string{"src/fault.ts": content("export const fault: number = 'text';\n")},
			want:    with(map[string]string{"typecheck": "failed"}),
			part:    "typecheck",
			message: "src/fault.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.",
		},
		{
			name: "failing test",
			edits: map[string]func(string) string{"tests/unit/fault.test.ts": content(
				"import { expect, test } from 'vitest';\n\ntest('two and two', () => {\n  expect(2 + 2).toBe(5);\n});\n")},
			want:    with(map[string]string{"test": "failed"}),
			part:    "test",
			message: "expected 4 to be 5",
		},
		{
			name:    "build error",
			edits:   map[string]func(string) string{"src/app/styles/index.css": func(s string) string { return "@import './missing.css';\n" + s }},
			want:    with(map[string]string{"build": "failed"}),
			part:    "build",
			message: "missing.css",
		},
		{
			name:  "stale lockfile",
			edits: map[string]func(string) string{"package.json": replace(`"zod": "4.1.12"`, `"zod": "4.1.11"`)},
			want: map[string]string{"dependencies": "failed", "lint": "skipped", "typecheck": "skipped",
				"test": "skipped", "build": "skipped"},
			part:    "dependencies",
			message: "ERR_PNPM_OUTDATED_LOCKFILE",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := application(t, test.edits)
			s, out := ci(t, dir)
			if s.Verdict != "failed" || !maps.Equal(s.statuses(), test.want) {
				t.Errorf("verdict %s, parts %v\nwant failed, %v", s.Verdict, s.statuses(), test.want)
			}
			if output := s.output(test.part); !strings.Contains(output, test.message) {
				t.Errorf("%s says\n%s\nwant %q in it", test.part, output, test.message)
			}
			if err := exec.Command(filepath.Join(root, "bin/octocode"), "verdict", out).Run(); err == nil {
				t.Error("octocode verdict passes a red run")
			}
			// What has failed has its results too, and the function an exit code.
			switch test.part {
			case "test":
				if c := s.coverage("test"); c <= 0 {
					t.Errorf("coverage of the failed tests = %v", c)
				}
			case "lint":
				if r := try(t, dir, "ci"); r.code == 0 || !strings.Contains(r.stderr, test.message) {
					t.Errorf("exit code %d of a red run, want another than 0, and %q in\n%s", r.code, test.message, lastLines(r.stderr, 20))
				}
			}
		})
	}
}

// A function that is called alone fails with the tool's message too, and with
// its reports.
func TestFailingTestAlone(t *testing.T) {
	t.Parallel()
	dir := application(t, map[string]func(string) string{"tests/unit/fault.test.ts": content(
		"import { expect, test } from 'vitest';\n\ntest('two and two', () => {\n  expect(2 + 2).toBe(5);\n});\n")})
	r := try(t, dir, "test")
	if r.code == 0 || !strings.Contains(r.stderr, "expected 4 to be 5") {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
	}
	out := t.TempDir()
	call(t, dir, "test", "reports", "export", "--path", out)
	xml, err := os.ReadFile(filepath.Join(out, "junit.xml"))
	if err != nil || !strings.Contains(string(xml), "expected 4 to be 5") || !strings.Contains(string(xml), "two and two") {
		t.Errorf("junit.xml of the failed run: %v\n%s", err, xml)
	}
	coverage, err := os.ReadFile(filepath.Join(out, "coverage/coverage-summary.json"))
	if c, bad := report.ParseCoverage(coverage); err != nil || bad != nil || c.Lines <= 0 {
		t.Errorf("coverage of the failed run: %v, %v\n%s", err, bad, coverage)
	}
}

func TestNotDefinedIsNotPassed(t *testing.T) {
	t.Parallel()
	dir := application(t, map[string]func(string) string{
		"package.json": replace(`"lint": "`, `"lint:not": "`),
	})
	s, _ := ci(t, dir)
	if want := with(map[string]string{"lint": "not defined"}); s.Verdict != "passed" || !maps.Equal(s.statuses(), want) {
		t.Errorf("verdict %s, parts %v, want %v", s.Verdict, s.statuses(), want)
	}
	if r := try(t, dir, "lint"); r.code == 0 || !strings.Contains(r.stderr, "lint: not defined") {
		t.Errorf("exit code %d of a check that is not defined\n%s", r.code, lastLines(r.stderr, 5))
	}
}
