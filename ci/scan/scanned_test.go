package scan

import (
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

func TestUnused(t *testing.T) {
	entry := func(id string, kind Kind, paths ...string) Ignore {
		return Ignore{ID: id, Kind: kind, Where: "f", Paths: paths}
	}
	for _, c := range []struct {
		name  string
		entry Ignore
		scans []string
		want  bool
	}{
		{"vulnerability, all scanned", entry("CVE-1", ""), []string{"source", "image", "secrets", "config"}, true},
		{"vulnerability, no image", entry("CVE-1", ""), []string{"source"}, false},
		{"vulnerability, no database", entry("CVE-1", ""), []string{"source?", "image?"}, false},
		{"fault, of config alone", entry("OC-C01", ""), []string{"config"}, true},
		{"fault, of a check of one kind of file", entry("DS-0002", ""), []string{"scan-dockerfile"}, false},
		{"end of life, of config", entry("OC-I02", ""), []string{"config"}, false},
		{"end of life, of an image", entry("OC-I02", ""), []string{"image"}, true},
		{"licence, not looked for", entry("GPL-3.0", License), []string{"source", "image"}, false},
		{"licence, looked for", entry("GPL-3.0", ""), []string{"source+"}, true},
		{"secret without the history", entry("private-key", Secret), []string{"secrets", "image"}, false},
		{"secret of the history", entry("private-key", Secret, "history/*/a"), []string{"secrets", "image"}, false},
		{"secret of a file", entry("private-key", Secret, "test/a"), []string{"secrets", "image"}, true},
		{"secret with the history", entry("private-key", ""), []string{"secrets+", "image"}, true},
		{"used", entry("CVE-1", ""), []string{"source", "image!"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var scans []Looked
			for _, name := range c.scans {
				scan := Looked{Scan: strings.TrimRight(name, "?!+"), Unused: []Ignore{c.entry}, History: name == "secrets+"}
				switch name {
				case "source", "source+":
					scan.Kinds = []Kind{Vulnerability}
				case "image", "image!":
					scan.Kinds = []Kind{Vulnerability, Secret, Misconfiguration}
				case "secrets", "secrets+":
					scan.Kinds = []Kind{Secret}
				case "config", "scan-dockerfile":
					scan.Kinds = []Kind{Misconfiguration}
				}
				if name == "source+" {
					scan.Kinds = append(scan.Kinds, License)
				}
				if name == "image!" {
					scan.Unused = nil
				}
				scans = append(scans, scan)
			}
			if got := Unused(scans...); (len(got) == 1) != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
	got := Unused(Looked{Scan: "config", Kinds: []Kind{Misconfiguration}, Unused: []Ignore{entry("OC-C01", "")}})
	if len(got) != 1 || got[0] != "f: OC-C01 matches nothing any more: remove it" {
		t.Errorf("got %q", got)
	}
	if got := Unused(); got != nil {
		t.Errorf("of no scan: %q", got)
	}
}
