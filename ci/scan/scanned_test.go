package scan

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestRequire(t *testing.T) {
	const (
		lock   = `{"Target":"pnpm-lock.yaml","Class":"lang-pkgs","Type":"pnpm","Packages":[{"Name":"a"}]}`
		none   = `{"Target":"pnpm-lock.yaml","Class":"lang-pkgs","Type":"pnpm"}`
		os     = `{"Target":"i (debian 13.1)","Class":"os-pkgs","Type":"debian","Packages":[{},{}]}`
		docker = `{"Target":"Dockerfile","Class":"config","Type":"dockerfile","MisconfSummary":{"Successes":20,"Failures":1}}`
		blind  = `{"Target":"Dockerfile","Class":"config","Type":"dockerfile","MisconfSummary":{}}`
	)
	for _, c := range []struct {
		name, results string
		wanted        []string
		want          string
	}{
		{"lockfile", lock, []string{LangPackages}, ""},
		{"lockfile of a type", lock, []string{LangPackages + "/pnpm"}, ""},
		{"lockfile of another type", lock, []string{LangPackages + "/yarn"}, "looked at nothing of lang-pkgs/yarn in ."},
		{"empty lockfile", none, []string{LangPackages}, "commit the lockfile"},
		{"no result", "", []string{LangPackages}, "commit the lockfile"},
		{"image", os + "," + lock, []string{OSPackages, LangPackages}, ""},
		{"image without a package database", lock, []string{OSPackages, LangPackages}, "no package database"},
		{"Dockerfile", docker, []string{Config + "/dockerfile"}, ""},
		{"Dockerfile, no check made", blind, []string{Config}, "no check"},
		{"nothing required", "", nil, ""},
		{"class misspelt", docker, []string{"konfig"}, `class "konfig" is unknown`},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := Parse([]byte(results(c.results)))
			if err != nil {
				t.Fatal(err)
			}
			if err := report.Require(c.wanted...); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestRequireFiles(t *testing.T) {
	report := Report{Scanned: []Target{{Name: "a.yml", Class: Config, Checks: 3}, {Name: "b.yml", Class: Config}}}
	if err := report.RequireFiles("a.yml"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"b.yml", "c.yml"} {
		if err := report.RequireFiles("a.yml", name); err == nil || !strings.Contains(err.Error(), "has not looked at "+name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestCanary(t *testing.T) {
	found := `{"Target":%q,"Class":"secret","Secrets":[{"RuleID":"github-pat","Severity":"CRITICAL","StartLine":1}]}`
	for _, c := range []struct {
		name, results string
		left          int
		ok            bool
	}{
		{"found", fmt.Sprintf(found, CanaryFile), 0, true},
		{"found in an image", fmt.Sprintf(found, "/"+CanaryFile), 0, true},
		{"found beside another", fmt.Sprintf(found, CanaryFile) + "," + fmt.Sprintf(found, ".env"), 1, true},
		{"only another found", fmt.Sprintf(found, ".env"), 1, false},
		{"nothing found", "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := Parse([]byte(results(c.results)))
			if err != nil {
				t.Fatal(err)
			}
			if err := report.TakeCanary(); (err == nil) != c.ok {
				t.Errorf("got %v", err)
			}
			if len(report.Findings) != c.left || len(report.Scanned) != c.left {
				t.Errorf("left: %+v, %+v", report.Findings, report.Scanned)
			}
		})
	}
	if !regexp.MustCompile(`ghp_[0-9a-zA-Z]{36}"`).Match(Canary()) {
		t.Errorf("%s is no token of the form that the scanner knows", Canary())
	}
}

func TestUnusedInAllScans(t *testing.T) {
	a, b := Ignore{ID: "CVE-1", Where: "f:1"}, Ignore{ID: "CVE-2", Where: "f:2"}
	got := Unused(Verdict{Unused: []Ignore{a, b}}, Verdict{Unused: []Ignore{b}})
	if len(got) != 1 || got[0] != "f:2: CVE-2 matches nothing any more: remove it" {
		t.Errorf("got %q", got)
	}
	if got := Unused(); got != nil {
		t.Errorf("of no scan: %q", got)
	}
}
