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
// found" is worth what was looked at. For secrets there is TakeCanary.
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

// CanaryFile is where the caller plants Canary, at the root of what is scanned
// for secrets.
const CanaryFile = ".octocode-canary"

// Canary is a token that belongs to nobody. A report names only files with a
// secret in them, so a scan that looked at nothing reads like one that found
// nothing; one that does not find this has not looked. It is put together here
// so that no scan finds it in this file.
func Canary() []byte {
	return []byte("token = \"ghp_" + strings.Repeat("0Octo", 7) + "1\"\n")
}

// TakeCanary removes the planted secret from the report. It is an error when
// the scanner has not found it.
//
//	err := report.TakeCanary()
func (r *Report) TakeCanary() error {
	planted := func(name string) bool { return strings.TrimPrefix(name, "/") == CanaryFile }
	if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Kind == Secret && planted(f.Target) }) {
		return fmt.Errorf("the scanner has looked for no secrets in %s: it did not find the one that was planted in %s", r.Artifact, CanaryFile)
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return planted(f.Target) })
	r.Scanned = slices.DeleteFunc(r.Scanned, func(t Target) bool { return planted(t.Name) })
	return nil
}
