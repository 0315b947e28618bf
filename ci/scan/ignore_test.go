package scan

import (
	"strings"
	"testing"
)

func TestIgnoreFile(t *testing.T) {
	got, err := ParseIgnore("f", []byte("# only in tests,\n# see #12\nCVE-1 exp:2027-01-31\n\nCVE-2 # no shell there\n"))
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if got[0].Reason != "only in tests, see #12" || got[0].Expires.Format(day) != "2027-01-31" || got[0].Where != "f:3" {
		t.Errorf("first: %+v", got[0])
	}
	if got[1].Reason != "no shell there" || !got[1].Expires.IsZero() {
		t.Errorf("second: %+v", got[1])
	}
}

func TestIgnoreYAML(t *testing.T) {
	got, err := ParseIgnoreYAML("f", []byte("vulnerabilities:\n  - id: CVE-1\n    paths: [a/*]\n    expired_at: 2027-01-31\n    statement: only in tests\nsecrets:\n  - id: aws\n    statement: an example\n"))
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if got[0].Reason != "only in tests" || got[0].Expires.Format(day) != "2027-01-31" || got[0].Paths[0] != "a/*" || got[0].Kind != Vulnerability || got[1].ID != "aws" || got[1].Kind != Secret {
		t.Errorf("got %+v", got)
	}
	if got, err := ParseIgnoreYAML("f", nil); err != nil || len(got) != 0 {
		t.Errorf("empty file: %v, %v", got, err)
	}
}

func TestBadIgnores(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"CVE-1", "f:1: CVE-1 has no reason"},
		{"# why\nCVE-1 exp:tomorrow", `f:2: "tomorrow" is no date`},
		{"# why\nCVE-1 until:2027-01-01", `f:2: "until:2027-01-01" is unknown`},
		{"# why\n\nCVE-1", "f:3: CVE-1 has no reason"},
	} {
		if _, err := ParseIgnore("f", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"vulnerabilities: [{id: CVE-1}]", "CVE-1 has no reason"},
		{"vulnerabilities: [{statement: why}]", "an entry of kind vulnerability has no id"},
		{"secrets: [{id: a, statement: why, expired_at: soon}]", "is no date"},
		{"secrets: [{id: a, statement: why, paths: ['[']}]", "is no pattern"},
		{"vulnerabilites: []", "vulnerabilites"},
		{"vulnerabilities: [{id: a, statement: why, purls: [lodash]}]", "is no package URL"},
		{"[", "f: "},
	} {
		if _, err := ParseIgnoreYAML("f", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestIgnoreOfAPackage(t *testing.T) {
	f := Finding{Kind: Vulnerability, ID: "CVE-1", PURL: "pkg:npm/lodash@4.17.15?a=b"}
	for purl, want := range map[string]bool{
		"pkg:npm/lodash": true, "pkg:npm/lodash@4.17.15": true, "pkg:npm/lodash@4.17.15?a=b": true,
		"pkg:npm/lodash@4.17.1": false, "pkg:npm/lod": false, "pkg:npm/next": false,
	} {
		got, err := ParseIgnoreYAML("f", []byte("vulnerabilities: [{id: CVE-1, statement: why, purls: ['"+purl+"']}]"))
		if err != nil || got[0].matches(f) != want {
			t.Errorf("%s: %v, %v", purl, got, err)
		}
	}
}
