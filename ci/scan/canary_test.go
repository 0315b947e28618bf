package scan

import (
	"regexp"
	"strings"
	"testing"
)

func TestCanaries(t *testing.T) {
	const (
		token  = `{"Target":"/.octocode-canary/token","Class":"secret","Secrets":[{"RuleID":"github-pat","Severity":"CRITICAL","StartLine":1}]}`
		lock   = `{"Target":".octocode-canary/package-lock.json","Class":"lang-pkgs","Packages":[{"Name":"lodash"}],"Vulnerabilities":[{"VulnerabilityID":"CVE-2020-8203","PkgName":"lodash","Severity":"HIGH"}]}`
		silent = `{"Target":".octocode-canary/package-lock.json","Class":"lang-pkgs","Packages":[{"Name":"lodash"}]}`
		other  = `{"Target":"src/key.ts","Class":"secret","Secrets":[{"RuleID":"private-key","Severity":"HIGH","StartLine":3}]}`
		// Of two of the same in an image, the planted one goes.
		image = `{"Target":"Node.js","Class":"lang-pkgs","Packages":[{"Name":"lodash","FilePath":".octocode-canary/node_modules/lodash/package.json"},{"Name":"lodash","FilePath":"app/node_modules/lodash/package.json"}],
			"Vulnerabilities":[{"VulnerabilityID":"CVE-2020-8203","PkgName":"lodash","Severity":"HIGH","PkgPath":".octocode-canary/node_modules/lodash/package.json"},
			{"VulnerabilityID":"CVE-2020-8203","PkgName":"lodash","Severity":"HIGH","PkgPath":"app/node_modules/lodash/package.json"}]}`
	)
	for _, c := range []struct {
		name, results string
		wanted        []Kind
		left          int
		err           string
	}{
		{"secret", token, []Kind{Secret}, 0, ""},
		{"secret beside another", token + "," + other, []Kind{Secret}, 1, ""},
		{"only another", other, []Kind{Secret}, 0, "has looked for no secrets"},
		{"nothing", "", []Kind{Secret}, 0, "has looked for no secrets"},
		{"package", lock, []Kind{Vulnerability}, 0, ""},
		{"package of which the database knows nothing", silent, []Kind{Vulnerability}, 0, "the database is empty or not read"},
		{"no database", silent + "," + other, nil, 1, ""},
		{"image", image + "," + token, []Kind{Vulnerability, Secret}, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := TakeCanaries([]byte(results(c.results)), c.wanted...)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("got %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			report, err := Parse(text)
			if err != nil || len(report.Findings) != c.left || len(report.Scanned) != c.left || strings.Contains(string(text), CanaryDir) {
				t.Errorf("%v, left:\n%s", err, text)
			}
		})
	}
	if _, err := TakeCanaries([]byte("garbage")); err == nil || !strings.Contains(err.Error(), "no JSON report of Trivy") {
		t.Errorf("of garbage: %v", err)
	}
	for _, text := range CanarySecret() {
		if !regexp.MustCompile(`ghp_[0-9a-zA-Z]{36}"`).MatchString(text) {
			t.Errorf("%s is no token of the form that the scanner knows", text)
		}
	}
}
