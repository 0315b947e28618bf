package scan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// vulns wraps vulnerabilities of one class into a report.
func vulns(class string, list ...string) string {
	return fmt.Sprintf(`{"SchemaVersion":2,"ArtifactName":".","Results":[{"Target":"pnpm-lock.yaml","Class":%q,"Vulnerabilities":[%s]}]}`, class, strings.Join(list, ","))
}

func vuln(id, severity, fixed string) string {
	return fmt.Sprintf(`{"VulnerabilityID":%q,"PkgName":"lodash","InstalledVersion":"1.0","FixedVersion":%q,"Severity":%q}`, id, fixed, severity)
}

func results(list string) string {
	return `{"SchemaVersion":2,"ArtifactName":".","Results":[` + list + `]}`
}

// secrets is a report of one rule in the given lines of one file.
func secrets(lines ...int) string {
	var all []string
	for _, line := range lines {
		all = append(all, fmt.Sprintf(`{"RuleID":"aws","Severity":"CRITICAL","StartLine":%d}`, line))
	}
	return results(`{"Target":".env","Class":"secret","Secrets":[` + strings.Join(all, ",") + `]}`)
}

func TestVerdict(t *testing.T) {
	high, unfixed := vuln("CVE-1", "HIGH", "2.0"), vuln("CVE-1", "HIGH", "")
	known := []Finding{{Kind: Vulnerability, ID: "CVE-1", Target: "pnpm-lock.yaml", Package: "lodash", Installed: "1.0"}}
	ignore := func(id, expires string, paths ...string) []Ignore {
		i := Ignore{ID: id, Paths: paths, Reason: "not reachable", Where: "f:1"}
		if expires != "" {
			i.Expires, _ = time.Parse(day, expires)
		}
		return []Ignore{i}
	}
	for _, c := range []struct {
		name   string
		report string
		policy Policy
		// numbers of findings that fail, pass, are ignored, are known
		want    [4]int
		note    string
		noClock bool
	}{
		{"high fails", vulns("lang-pkgs", high), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"critical fails", vulns("lang-pkgs", vuln("CVE-1", "CRITICAL", "2.0")), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"medium passes", vulns("lang-pkgs", vuln("CVE-1", "MEDIUM", "2.0")), Policy{}, [4]int{0, 1, 0, 0}, "", false},
		{"medium fails when asked for", vulns("lang-pkgs", vuln("CVE-1", "MEDIUM", "2.0")), Policy{Severities: []Severity{Medium}}, [4]int{1, 0, 0, 0}, "", false},
		{"high passes when only critical is asked for", vulns("lang-pkgs", high), Policy{Severities: []Severity{Critical}}, [4]int{0, 1, 0, 0}, "", false},
		{"unfixed fails", vulns("lang-pkgs", unfixed), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"unfixed passes with fixed-only", vulns("lang-pkgs", unfixed), Policy{FixedOnly: true}, [4]int{0, 1, 0, 0}, "", false},
		{"fixed fails with fixed-only", vulns("lang-pkgs", high), Policy{FixedOnly: true}, [4]int{1, 0, 0, 0}, "", false},
		{"OS package without severity, with a fix", vulns("os-pkgs", vuln("CVE-1", "UNKNOWN", "2.0")), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"OS package without severity, without a fix", vulns("os-pkgs", vuln("CVE-1", "UNKNOWN", "")), Policy{}, [4]int{0, 1, 0, 0}, "", false},
		{"OS package with no severity field", vulns("os-pkgs", vuln("CVE-1", "", "2.0")), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"application package of unknown severity", vulns("lang-pkgs", vuln("CVE-1", "UNKNOWN", "2.0")), Policy{}, [4]int{0, 1, 0, 0}, "", false},
		{"application package of unknown severity, asked for", vulns("lang-pkgs", vuln("CVE-1", "UNKNOWN", "2.0")), Policy{Severities: []Severity{Unknown}}, [4]int{1, 0, 0, 0}, "", false},
		{"ignored", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "")}, [4]int{0, 0, 1, 0}, "", false},
		{"ignored until tomorrow", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "2026-11-24")}, [4]int{0, 0, 1, 0}, "", false},
		{"ignored until today", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "2026-11-23")}, [4]int{1, 0, 0, 0}, "has expired on 2026-11-23", false},
		{"ignored elsewhere", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "", "web/*")}, [4]int{1, 0, 0, 0}, "matches nothing", false},
		{"ignored by path", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "", "pnpm-*.yaml")}, [4]int{0, 0, 1, 0}, "", false},
		{"unused ignore", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-2", "")}, [4]int{1, 0, 0, 0}, "matches nothing", false},
		{"in the baseline", vulns("lang-pkgs", high), Policy{Baseline: known}, [4]int{0, 0, 0, 1}, "", false},
		{"new beside the baseline", vulns("lang-pkgs", high, vuln("CVE-2", "HIGH", "2.0")), Policy{Baseline: known}, [4]int{1, 0, 0, 1}, "", false},
		{"duplicate", vulns("lang-pkgs", high, high), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"nothing found", results(""), Policy{}, [4]int{}, "", false},
		{"secret", results(`{"Target":".env","Class":"secret","Secrets":[{"RuleID":"aws","Severity":"CRITICAL","StartLine":3}]}`), Policy{}, [4]int{1, 0, 0, 0}, "", false},
		{"a secret is no matter of fixed-only", results(`{"Target":".env","Class":"secret","Secrets":[{"RuleID":"aws","Severity":"CRITICAL"}]}`), Policy{FixedOnly: true}, [4]int{1, 0, 0, 0}, "", false},
		{"misconfiguration in two lines", results(`{"Target":"c.yml","Misconfigurations":[{"ID":"D1","Status":"FAIL","Severity":"HIGH","CauseMetadata":{"StartLine":1}},{"ID":"D1","Status":"FAIL","Severity":"HIGH","CauseMetadata":{"StartLine":2}}]}`), Policy{}, [4]int{2, 0, 0, 0}, "", false},
		{"two faults in one line", results(`{"Target":"c.yml","Misconfigurations":[{"ID":"D1","Message":"a","Status":"FAIL","Severity":"HIGH"},{"ID":"D1","Message":"b","Status":"FAIL","Severity":"HIGH"}]}`), Policy{}, [4]int{2, 0, 0, 0}, "", false},
		{"check that passed", results(`{"Target":"c.yml","Misconfigurations":[{"ID":"D1","Status":"PASS","Severity":"HIGH"}]}`), Policy{}, [4]int{}, "", false},
		{"ignored for ever, without a clock", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "")}, [4]int{0, 0, 1, 0}, "", true},
		{"ignored until tomorrow, without a clock", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", "2026-11-24")}, [4]int{1, 0, 0, 0}, "has expired on 2026-11-24", true},
		{"ignored as a vulnerability", vulns("lang-pkgs", high), Policy{Ignores: []Ignore{{ID: "CVE-1", Kind: Vulnerability, Where: "f"}}}, [4]int{0, 0, 1, 0}, "", false},
		{"ignored as a secret only", vulns("lang-pkgs", high), Policy{Ignores: []Ignore{{ID: "CVE-1", Kind: Secret, Where: "f"}}}, [4]int{1, 0, 0, 0}, "matches nothing", false},
		{"ignored at any depth", results(`{"Target":"a/b/c/key.pem","Secrets":[{"RuleID":"aws","Severity":"HIGH"}]}`), Policy{Ignores: ignore("aws", "", "a/**/*.pem")}, [4]int{0, 0, 1, 0}, "", false},
		{"one star is one folder", results(`{"Target":"a/b/c/key.pem","Secrets":[{"RuleID":"aws","Severity":"HIGH"}]}`), Policy{Ignores: ignore("aws", "", "a/*/*.pem")}, [4]int{1, 0, 0, 0}, "matches nothing", false},
		{"second secret beside a known one", secrets(3, 9), Policy{Baseline: []Finding{{Kind: Secret, ID: "aws", Target: ".env", Line: 3}}}, [4]int{1, 0, 0, 1}, "", false},
		{"known secret that has moved", secrets(5), Policy{Baseline: []Finding{{Kind: Secret, ID: "aws", Target: ".env", Line: 3}}}, [4]int{0, 0, 0, 1}, "", false},
		{"both secrets known", secrets(3, 9), Policy{Baseline: []Finding{{Kind: Secret, ID: "aws", Target: ".env", Line: 4}, {Kind: Secret, ID: "aws", Target: ".env", Line: 9}}}, [4]int{0, 0, 0, 2}, "", false},
		{"two secrets in one line", results(`{"Target":".env","Secrets":[{"RuleID":"aws","Severity":"HIGH","StartLine":1},{"RuleID":"aws","Severity":"HIGH","StartLine":1,"Offset":40}]}`), Policy{Baseline: []Finding{{Kind: Secret, ID: "aws", Target: ".env", Line: 1}}}, [4]int{1, 0, 0, 1}, "", false},
		{"known, but worse by now", vulns("lang-pkgs", vuln("CVE-1", "CRITICAL", "")), Policy{Baseline: []Finding{{Kind: Vulnerability, ID: "CVE-1", Severity: Medium, Target: "pnpm-lock.yaml", Package: "lodash", Installed: "1.0"}}}, [4]int{1, 0, 0, 0}, "", false},
		{"known, and less bad by now", vulns("lang-pkgs", high), Policy{Baseline: []Finding{{Kind: Vulnerability, ID: "CVE-1", Severity: Critical, Target: "pnpm-lock.yaml", Package: "lodash", Installed: "1.0"}}}, [4]int{0, 0, 0, 1}, "", false},
		{"OS package without severity or fix, asked for", vulns("os-pkgs", vuln("CVE-1", "UNKNOWN", "")), Policy{Severities: []Severity{Unknown}}, [4]int{1, 0, 0, 0}, "", false},
		{"the same with fixed-only", vulns("os-pkgs", vuln("CVE-1", "UNKNOWN", "")), Policy{Severities: []Severity{Unknown}, FixedOnly: true}, [4]int{0, 1, 0, 0}, "", false},
		{"ignored before it is known", vulns("lang-pkgs", high), Policy{Ignores: ignore("CVE-1", ""), Baseline: known}, [4]int{0, 0, 1, 0}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := Parse([]byte(c.report))
			if err != nil {
				t.Fatal(err)
			}
			if !c.noClock {
				c.policy.Now = now
			}
			v := Judge(report.Findings, c.policy)
			if got := [4]int{len(v.Failing), len(v.Passing), len(v.Ignored), len(v.Known)}; got != c.want {
				t.Errorf("fail, pass, ignored, known: got %v, want %v", got, c.want)
			}
			if len(v.Unused) > 0 {
				v.Notes = append(v.Notes, "matches nothing")
			}
			if notes := strings.Join(v.Notes, "\n"); c.note == "" && notes != "" || !strings.Contains(notes, c.note) {
				t.Errorf("notes: got %q, want %q", notes, c.note)
			}
			if err := v.Err(); (err != nil) != (c.want[0] > 0) {
				t.Errorf("error: %v", err)
			}
		})
	}
}

func TestReportThatIsNone(t *testing.T) {
	for _, c := range []struct{ name, report, want string }{
		{"empty", "", "is empty"},
		{"blank", " \n", "is empty"},
		{"garbage", "panic: runtime error", "no JSON report"},
		{"cut off", `{"SchemaVersion":2,"Results":[`, "no JSON report"},
		{"another schema", `{"SchemaVersion":3,"ArtifactName":"."}`, "schema 3, not 2"},
		{"no schema", `{}`, "schema 0, not 2"},
		{"null", `null`, "schema 0, not 2"},
		{"nothing scanned", `{"SchemaVersion":2}`, "does not say what was scanned"},
		{"unknown severity word", vulns("lang-pkgs", vuln("CVE-1", "SEVERE", "")), `unknown severity "SEVERE"`},
		{"finding without ID", vulns("lang-pkgs", vuln("", "HIGH", "")), "without an ID"},
		{"two documents", `{"SchemaVersion":2,"ArtifactName":"."}{}`, "no JSON report"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Parse([]byte(c.report)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestErrorSaysWhatToDo(t *testing.T) {
	report, err := Parse([]byte(vulns("lang-pkgs", vuln("CVE-1", "HIGH", "2.0"))))
	if err != nil {
		t.Fatal(err)
	}
	want := "1 finding fails the scan:\n  HIGH CVE-1 pnpm-lock.yaml: update lodash from 1.0 to 2.0"
	if got := Judge(report.Findings, Policy{Now: now}).Err().Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSeverities(t *testing.T) {
	got, err := ParseSeverities("high, CRITICAL")
	if err != nil || len(got) != 2 || got[0] != High || got[1] != Critical {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "HIGH,", "SEVERE"} {
		if _, err := ParseSeverities(bad); err == nil || !strings.Contains(err.Error(), "use UNKNOWN") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}
