package scan

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestWithoutPrefix(t *testing.T) {
	text, err := WithoutPrefix([]byte(results(`{"Target":"sources/dev/a.ts","Class":"secret","Secrets":[{"RuleID":"aws","Severity":"HIGH","Offset":12345678901234567890}]},
		{"Target":"Loose File License(s)","Licenses":[{"Name":"GPL-3.0","FilePath":"sources/a/COPYING","Severity":"HIGH"}]},
		{"Target":"sources/sources/b","Packages":[{"FilePath":"sources/b/x"}]},{"Target":"mysources/c"}`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"Target":"dev/a.ts"`, `"FilePath":"a/COPYING"`, `"Target":"sources/b"`, `"FilePath":"b/x"`, `"Target":"mysources/c"`, "12345678901234567890"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if _, err := WithoutPrefix([]byte("garbage")); err == nil || !strings.Contains(err.Error(), "no JSON report of Trivy") {
		t.Errorf("of garbage: %v", err)
	}
}

func TestWithFindings(t *testing.T) {
	text, err := WithFindings([]byte(results(`{"Target":"Dockerfile","Class":"config","MisconfSummary":{"Successes":3}}`)),
		append(InlineIgnores("Dockerfile", "# trivy:ignore:DS-0002\n"), InlineIgnores("other", "\n# trivy:ignore:*\n")...))
	if err != nil {
		t.Fatal(err)
	}
	report, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	v := Judge(report.Findings, Policy{Now: now})
	if len(v.Failing) != 2 || len(report.Scanned) != 2 || v.Failing[0].Target != "Dockerfile" || v.Failing[1].Line != 2 || report.RequireFiles("Dockerfile") != nil {
		t.Errorf("%+v of %s", v, text)
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
		"image": ImageArgs(true, 600), "source": SourceArgs(true, false, 600), "no database": SourceArgs(false, false, 600),
		"secrets": SecretsArgs(600), "config": ConfigArgs(600, nil),
	} {
		for _, want := range []string{"--offline-scan", "--disable-telemetry", "--skip-version-check", "--timeout", "630s"} {
			if !slices.Contains(argv, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		if slices.Contains(argv, "vuln") != slices.Contains(argv, "--skip-db-update") {
			t.Errorf("%s: %q", name, argv)
		}
	}
	if !slices.Contains(ConfigArgs(600, nil), "--skip-check-update") {
		t.Error("config: no --skip-check-update")
	}
	// One scanner there has to be, or packages are not listed.
	for _, argv := range [][]string{SourceArgs(false, false, 1), SourceArgs(false, true, 1), ImageArgs(false, 1)} {
		if !slices.Contains(argv, "--scanners") {
			t.Errorf("no scanner in %q", argv)
		}
	}
}

// Only what the caller's registry stands for goes without TLS.
func TestSourcesOfRegistry(t *testing.T) {
	name, bound, others := SourcesOfRegistry([]string{"db.example:5000/a:2", "ghcr.io/b:2", "db.example:5000/c:2"})
	if name != "db.example" || !slices.Equal(bound, []string{"db.example:5000/a:2", "db.example:5000/c:2"}) || !slices.Equal(others, []string{"ghcr.io/b:2"}) {
		t.Errorf("got %s, %q, %q", name, bound, others)
	}
}

// Trivy's own limit of five minutes would end what has more time.
func TestTimeLimitIsOurs(t *testing.T) {
	for _, argv := range [][]string{ConvertArgs("sarif", "x", 120), DatabaseArgs("x", nil, false, 120)} {
		if at := slices.Index(argv, "--timeout"); at < 0 || argv[at+1] != "150s" {
			t.Errorf("no --timeout 150s in %q", argv)
		}
	}
}

// Trivy looks for no secrets in a file whose path is the end of the
// configuration's, and makes nothing of a Dockerfile with a name of its own.
func TestNothingIsSkipped(t *testing.T) {
	for name, argv := range map[string][]string{"secrets": SecretsArgs(1), "image": ImageArgs(false, 1)} {
		if at := slices.Index(argv, "--secret-config"); at < 0 || argv[at+1] != SecretConfigFile {
			t.Errorf("%s: no --secret-config in %q", name, argv)
		}
	}
	for _, name := range []string{"secrets.yaml", "scan/secrets.yaml", "octocode-secrets.yaml"} {
		if strings.HasSuffix(SecretConfigFile, "/"+name) {
			t.Errorf("%s would be skipped", name)
		}
	}
	if !slices.Contains(ConfigArgs(1, []string{"deploy/app,1.docker"}), `dockerfile:^sources/deploy/app\x2c1\.docker$`) {
		t.Errorf("got %q", ConfigArgs(1, []string{"deploy/app,1.docker"}))
	}
	for _, folder := range []string{"dev", "proc", "sys"} {
		if strings.HasPrefix(Prefix, folder) {
			t.Errorf("the sources are in %s, which is skipped", folder)
		}
	}
}
