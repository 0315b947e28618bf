package scan

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Package is one package that an SBOM has to name.
type Package struct {
	// Type is that of its package URL, such as "npm" or "deb".
	Type    string `json:"type"`
	Name    string `json:"name"` // with its scope: "@auth/core"
	Version string `json:"version"`
}

// ParseSBOM returns the packages that an SBOM in CycloneDX's JSON names, sorted.
// One that is no CycloneDX document is an error; one without packages is none.
//
//	packages, err := scan.ParseSBOM(data)
func ParseSBOM(cyclonedx []byte) ([]Package, error) {
	var bom struct {
		Format     string `json:"bomFormat"`
		Components []struct {
			PURL string `json:"purl"`
		} `json:"components"`
	}
	if err := json.Unmarshal(cyclonedx, &bom); err != nil {
		return nil, fmt.Errorf("the SBOM is no JSON: %w", err)
	}
	if bom.Format != "CycloneDX" {
		return nil, fmt.Errorf("the SBOM is no CycloneDX document: its bomFormat is %q", bom.Format)
	}
	var all []Package
	for _, component := range bom.Components {
		if component.PURL == "" {
			continue // a file, or the operating system itself
		}
		p, err := parsePURL(component.PURL)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return sorted(all), nil
}

// parsePURL reads a package URL: pkg:npm/%40auth/core@0.41.3. Debian's have the
// distribution as namespace, which is no part of the name.
func parsePURL(purl string) (Package, error) {
	bad := fmt.Errorf("the SBOM names %q, which is no package URL", purl)
	rest, ok := strings.CutPrefix(purl, "pkg:")
	if !ok {
		return Package{}, bad
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, qualifiers, _ := strings.Cut(rest, "?")
	kind, rest, ok := strings.Cut(rest, "/")
	at := strings.LastIndex(rest, "@")
	if !ok || at < 1 {
		return Package{}, bad
	}
	name, err := url.PathUnescape(rest[:at])
	if err != nil {
		return Package{}, bad
	}
	version, err := url.PathUnescape(rest[at+1:])
	if err != nil {
		return Package{}, bad
	}
	if kind != "npm" {
		name = name[strings.LastIndex(name, "/")+1:]
	}
	// The epoch of a Debian version stands beside it.
	if values, err := url.ParseQuery(qualifiers); err == nil && values.Get("epoch") != "" {
		version = values.Get("epoch") + ":" + version
	}
	return Package{Type: kind, Name: name, Version: version}, nil
}

// Missing returns those that are wanted and that the SBOM does not name, sorted.
//
//	missing := scan.Missing(packages, locked)
func Missing(sbom, wanted []Package) []Package {
	named := map[Package]bool{}
	for _, p := range sbom {
		named[p] = true
	}
	return sorted(slices.DeleteFunc(slices.Clone(wanted), func(p Package) bool { return named[p] }))
}

func sorted(all []Package) []Package {
	slices.SortFunc(all, func(a, b Package) int {
		return strings.Compare(a.Type+"\x00"+a.Name+"\x00"+a.Version, b.Type+"\x00"+b.Name+"\x00"+b.Version)
	})
	return slices.Compact(all)
}

// LockedPackages returns the packages of a pnpm-lock.yaml, those of development
// too. What is no package of a registry, such as a link, is not among them.
func LockedPackages(lockfile []byte) ([]Package, error) {
	var lock struct {
		Version  string               `yaml:"lockfileVersion"`
		Packages map[string]yaml.Node `yaml:"packages"`
	}
	if err := yaml.Unmarshal(lockfile, &lock); err != nil {
		return nil, fmt.Errorf("the lockfile cannot be read: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
	if !strings.HasPrefix(lock.Version, "9.") {
		return nil, fmt.Errorf("the lockfile has version %q: only pnpm-lock.yaml of version 9 is read here", lock.Version)
	}
	var all []Package
	for id := range lock.Packages {
		at := strings.LastIndex(id, "@")
		if at < 1 || strings.ContainsAny(id[at+1:], ":/") {
			continue
		}
		all = append(all, Package{Type: "npm", Name: id[:at], Version: id[at+1:]})
	}
	return sorted(all), nil
}

// InstalledPackages returns the packages of Debian's database, the file
// /var/lib/dpkg/status, that are installed.
func InstalledPackages(status []byte) []Package {
	var all []Package
	for paragraph := range strings.SplitSeq(string(status), "\n\n") {
		fields := map[string]string{}
		for line := range strings.SplitSeq(paragraph, "\n") {
			if key, value, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, " ") {
				fields[key] = value
			}
		}
		if strings.HasSuffix(fields["Status"], " installed") {
			all = append(all, Package{Type: "deb", Name: fields["Package"], Version: fields["Version"]})
		}
	}
	return sorted(all)
}
