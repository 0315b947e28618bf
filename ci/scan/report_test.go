package scan

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Reports of Trivy 0.74, but for descriptions and code, which are not read.
func TestReportsOfTrivy(t *testing.T) {
	for _, c := range []struct {
		name     string
		required string
		findings []string
	}{
		{"source", LangPackages + "/npm", []string{
			"CRITICAL vulnerability CVE-2025-29927 package-lock.json:0 update next from 14.1.0 to 14.2.25",
			"HIGH vulnerability CVE-2020-8203 package-lock.json:0 update lodash from 4.17.15 to 4.17.19",
			"HIGH vulnerability CVE-2021-23337 package-lock.json:0 update lodash from 4.17.15 to 4.17.21",
			"HIGH vulnerability CVE-2024-34351 package-lock.json:0 update next from 14.1.0 to 14.1.1",
			"MEDIUM vulnerability CVE-2020-28500 package-lock.json:0 update lodash from 4.17.15 to 4.17.21",
		}},
		{"system", OSPackages + "/debian", []string{
			"UNKNOWN vulnerability CVE-2005-2541 . (debian 13.1):0 no fix yet for tar 1.35+dfsg-3.1: replace it, or ignore it with a reason and an expiry date",
			"UNKNOWN vulnerability CVE-2025-9230 . (debian 13.1):0 update libssl3t64 from 3.5.1-1 to 3.5.1-1+deb13u1",
		}},
		{"config", Config + "/yaml", []string{
			"CRITICAL misconfiguration OC-C01 compose.yml:0 Name the capabilities that it needs in cap_add.",
			"HIGH misconfiguration DS-0002 Dockerfile:2 Add 'USER <non root user name>' line to the Dockerfile",
			"LOW misconfiguration DS-0026 Dockerfile:0 Add HEALTHCHECK instruction in Dockerfile",
		}},
		{"secrets", "", []string{
			"CRITICAL secret aws-access-key examples/a/config.ts:1 revoke it, then remove it from the file and from Git's history",
			"CRITICAL secret aws-access-key notes.md:1 revoke it, then remove it from the file and from Git's history",
			"CRITICAL secret aws-access-key test/x.ts:1 revoke it, then remove it from the file and from Git's history",
			"CRITICAL secret aws-access-key test/x.ts:1 revoke it, then remove it from the file and from Git's history",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/trivy/" + c.name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if c.required == "" {
				if data, err = TakeCanaries(data, Secret); err != nil {
					t.Fatal(err)
				}
			}
			report, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			if c.required != "" {
				if err := report.Require(c.required); err != nil {
					t.Error(err)
				}
			}
			var got []string
			for _, f := range report.Findings {
				got = append(got, fmt.Sprintf("%s %s %s %s:%d %s", f.Severity, f.Kind, f.ID, f.Target, f.Line, f.Todo()))
			}
			if !slices.Equal(got, c.findings) {
				t.Errorf("got\n%q\nwant\n%q", got, c.findings)
			}
		})
	}
}

// The package of a system without a severity fails when a fix is there.
func TestVerdictOfASystem(t *testing.T) {
	data, err := os.ReadFile("testdata/trivy/system.json")
	if err != nil {
		t.Fatal(err)
	}
	report, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	v := Judge(report.Findings, Policy{Now: now})
	if len(v.Failing) != 1 || v.Failing[0].ID != "CVE-2025-9230" || len(v.Passing) != 1 {
		t.Errorf("failing %v, passing %v", v.Failing, v.Passing)
	}
}

func TestSystemOfAnImage(t *testing.T) {
	report, err := Parse([]byte(`{"SchemaVersion":2,"ArtifactName":"i","Metadata":{"OS":{"Family":"debian","Name":"10.3","EOSL":true}}}`))
	if err != nil || report.System != "debian 10.3" || !report.Ended {
		t.Errorf("got %+v, %v", report, err)
	}
	if v := Judge(report.EndOfLife(), Policy{Now: now}); len(v.Failing) != 1 || !strings.Contains(v.Err().Error(), "HIGH OC-I02 debian 10.3: take a release that gets fixes") {
		t.Errorf("got %+v", v)
	}
	if got := (Report{System: "fedora 42"}).EndOfLife(); len(got) != 1 || got[0].Title != "the scanner knows no vulnerabilities of fedora 42" {
		t.Errorf("of a distribution that is not listed: %v", got)
	}
	if got := (Report{System: "debian 13"}).EndOfLife(); got != nil {
		t.Errorf("of a release that gets fixes: %v", got)
	}
}
