package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The check tells valid reports from others.
func TestCheck(t *testing.T) {
	const run = `{"tool":{"driver":{"name":"a"}},"results":[%]}`
	result := func(text string) string {
		return `{"version":"2.1.0","runs":[` + strings.Replace(run, "%", text, 1) + `]}`
	}
	for _, c := range []struct{ name, report, format, err string }{
		{"SARIF", result(`{"message":{"text":"a"}}`), "SARIF 2.1.0", ""},
		{"SARIF, result without a message", result(`{}`), "", "message"},
		{"SARIF, line 0", result(`{"message":{"text":"a"},"locations":[{"physicalLocation":{"region":{"startLine":0}}}]}`), "", "startLine"},
		{"SARIF of another version", `{"version":"2.0.0","runs":[]}`, "", "neither SARIF"},
		{"CycloneDX", `{"bomFormat":"CycloneDX","specVersion":"1.7","version":1,"components":[{"type":"library","name":"a"}]}`, "CycloneDX 1.7", ""},
		{"CycloneDX, component without a name", `{"bomFormat":"CycloneDX","specVersion":"1.7","components":[{"type":"library"}]}`, "", "name"},
		{"CycloneDX, licence that is none", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","licenses":[{"license":{"id":"Mine"}}]}]}`, "", "licenses"},
		{"CycloneDX of no version", `{"bomFormat":"CycloneDX","specVersion":"9"}`, "", "no such file"},
		{"neither", `{}`, "", "neither SARIF"},
		{"no JSON", `panic`, "", "no JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			format, err := check([]byte(c.report))
			if format != c.format || (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("got %q, %v, want %q, %q", format, err, c.format, c.err)
			}
		})
	}
}

// What the scanner writes is valid, and its SARIF has file and line.
func TestReportsOfTrivy(t *testing.T) {
	trivy := os.Getenv("OCTOCODE_TRIVY")
	if trivy == "" {
		t.Skip("OCTOCODE_TRIVY names no scanner; the end-to-end tests check the reports of the one in a container")
	}
	dir, out := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile":        "FROM docker.io/library/debian:trixie-slim\nUSER root\n",
		"package-lock.json": `{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0","dependencies":{"lodash":"4.17.15"}},"node_modules/lodash":{"version":"4.17.15","license":"MIT"}}}`,
		"config.ts":         "\n\nconst key = \"AKIA" + "QWERTYUIOPASDFGH\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	trivyRun := func(args ...string) {
		t.Helper()
		if output, err := exec.Command(trivy, append(args, "--quiet", "--cache-dir", t.TempDir())...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
	}
	report := filepath.Join(out, "report.json")
	trivyRun("fs", "--scanners", "misconfig,secret", "--skip-check-update", "--disable-telemetry", "--skip-version-check", "--format", "json", "--output", report, dir)
	for format, want := range map[string]string{"sarif": "SARIF 2.1.0", "cyclonedx": "CycloneDX 1.7"} {
		file := filepath.Join(out, format)
		if format == "cyclonedx" {
			trivyRun("fs", "--disable-telemetry", "--skip-version-check", "--format", format, "--output", file, dir)
		} else {
			trivyRun("convert", "--format", format, "--output", file, report)
		}
		got, err := checkFile(file)
		if err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}

	data, err := os.ReadFile(filepath.Join(out, "sarif"))
	if err != nil {
		t.Fatal(err)
	}
	var sarif struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(data, &sarif); err != nil {
		t.Fatal(err)
	}
	places := map[string]int{}
	for _, result := range sarif.Runs[0].Results {
		at := result.Locations[0].PhysicalLocation
		places[result.RuleID+" "+at.ArtifactLocation.URI] = at.Region.StartLine
	}
	if places["DS-0002 Dockerfile"] != 2 || places["aws-access-key-id config.ts"] != 3 {
		t.Errorf("places: %v", places)
	}
}
