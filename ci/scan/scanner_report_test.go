package scan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestWithoutCanary(t *testing.T) {
	text, err := WithoutCanary([]byte(`{"SchemaVersion":2,"ArtifactName":"/scan/source","Results":[
		{"Target":"` + CanaryFile + `","Class":"secret","Secrets":[{"RuleID":"github-pat","Severity":"CRITICAL"}]},
		{"Target":"src/key.ts","Class":"secret","Secrets":[{"RuleID":"private-key","Severity":"HIGH","StartLine":3}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	report, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 1 || report.Findings[0].Target != "src/key.ts" || report.Findings[0].Line != 3 {
		t.Errorf("findings = %+v", report.Findings)
	}
	if strings.Contains(string(text), CanaryFile) {
		t.Errorf("the canary is in the report:\n%s", text)
	}
	for _, broken := range []string{"", "garbage", `{"Results":7}`} {
		if _, err := WithoutCanary([]byte(broken)); err == nil || !strings.Contains(err.Error(), "no JSON report of Trivy") {
			t.Errorf("of %q: %v", broken, err)
		}
	}
}

func TestMergeSARIF(t *testing.T) {
	one := `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy"}},"results":[]}]}`
	text, err := MergeSARIF(map[string][]byte{"source": []byte(one), "config": []byte(one)})
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Version string
		Runs    []struct {
			AutomationDetails struct{ ID string }
			Tool              struct{ Driver struct{ Name string } }
		}
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if all.Version != "2.1.0" || len(all.Runs) != 2 || all.Runs[1].AutomationDetails.ID != "octocode/source/" || all.Runs[1].Tool.Driver.Name != "Trivy" {
		t.Errorf("merged to\n%s", text)
	}
	if _, err := MergeSARIF(map[string][]byte{"config": []byte(`{"version":"2.0.0"}`)}); err == nil || !strings.Contains(err.Error(), "SARIF file of config has version") {
		t.Errorf("of another version: %v", err)
	}
}

// A scanner that is left to its defaults asks the network.
func TestScansAreOffline(t *testing.T) {
	for name, argv := range map[string][]string{
		"image": ImageArgs(true), "source": SourceArgs(true, false), "no database": SourceArgs(false, false),
		"secrets": SecretsArgs(), "config": ConfigArgs(),
	} {
		for _, want := range []string{"--offline-scan", "--disable-telemetry", "--skip-version-check"} {
			if !slices.Contains(argv, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		if slices.Contains(argv, "vuln") != slices.Contains(argv, "--skip-db-update") {
			t.Errorf("%s: %q", name, argv)
		}
	}
	if !slices.Contains(ConfigArgs(), "--skip-check-update") {
		t.Error("config: no --skip-check-update")
	}
	// One scanner there has to be, or packages are not listed.
	for _, argv := range [][]string{SourceArgs(false, false), SourceArgs(false, true), ImageArgs(false)} {
		if !slices.Contains(argv, "--scanners") {
			t.Errorf("no scanner in %q", argv)
		}
	}
}
