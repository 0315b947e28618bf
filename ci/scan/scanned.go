package scan

import (
	"fmt"
	"slices"
	"strings"
)

// Classes of what Trivy scans, as its reports name them.
const (
	OSPackages   = "os-pkgs"
	LangPackages = "lang-pkgs"
	Config       = "config"
)

// Target is one thing that was scanned.
type Target struct {
	Name string `json:"name"`
	// Class is one of the classes above; Type is finer: "debian", "pnpm",
	// "dockerfile", "yaml".
	Class string `json:"class"`
	Type  string `json:"type,omitempty"`
	// Packages that it names, and checks that were made of it.
	Packages int `json:"packages,omitempty"`
	Checks   int `json:"checks,omitempty"`
}

// empty says that Trivy knew what it is, but had nothing to look at in it.
func (t Target) empty() bool {
	switch t.Class {
	case OSPackages, LangPackages:
		return t.Packages == 0
	case Config:
		return t.Checks == 0
	}
	return false
}

// nothing says in words what is missing where a class was not scanned.
var nothing = map[string]string{
	OSPackages:   "it found no package database: scan an image of a distribution that it knows",
	LangPackages: "it found no lockfile with packages: commit the lockfile, or scan the folder that has it",
	Config:       "it made no check of any such file: check the path, and that the scanner got the rules",
}

// Require returns an error unless the scan has looked at something of every
// class that is named: a class, or class/type where the type matters. "Nothing
// found" is worth what was looked at. For secrets there is TakeCanaries.
//
//	err := report.Require(scan.OSPackages, scan.Config+"/dockerfile")
func (r Report) Require(wanted ...string) error {
	for _, want := range wanted {
		class, kind, _ := strings.Cut(want, "/")
		hint, ok := nothing[class]
		if !ok {
			return fmt.Errorf("class %q is unknown: use %s, %s or %s", class, OSPackages, LangPackages, Config)
		}
		if !slices.ContainsFunc(r.Scanned, func(t Target) bool {
			return t.Class == class && (kind == "" || t.Type == kind) && !t.empty()
		}) {
			return fmt.Errorf("the scanner has looked at nothing of %s in %s: %s", want, r.Artifact, hint)
		}
	}
	return nil
}

// RequireFiles returns an error unless each named file was looked at. Trivy
// skips a file that it cannot parse, and exits as if it had been well.
//
//	err := report.RequireFiles("docker/docker-compose.prod.yml")
func (r Report) RequireFiles(names ...string) error {
	for _, name := range names {
		if !slices.ContainsFunc(r.Scanned, func(t Target) bool { return t.Name == name && !t.empty() }) {
			return fmt.Errorf("the scanner has not looked at %s: check that it parses, and that no pattern skips it", name)
		}
	}
	return nil
}
