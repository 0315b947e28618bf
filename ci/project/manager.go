package project

import (
	"fmt"
	"regexp"
	"strings"
)

// PackageManager is the tool that installs the packages and runs the scripts.
type PackageManager struct {
	Name    string `json:"name"`    // npm, pnpm or yarn
	Berry   bool   `json:"berry"`   // Yarn 2 or later
	Version string `json:"version"` // exact
	Package string `json:"package"` // the npm package that provides it
	// Hash is the checksum of packageManager, such as "sha512.1f3a…", or "".
	Hash            string `json:"hash,omitempty"`
	Lockfile        string `json:"lockfile"` // its path
	LockfileVersion string `json:"lockfileVersion,omitempty"`
	// Assumed is true when package.json does not name the version.
	Assumed bool `json:"assumed"`
}

var (
	exactVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	managerHash  = regexp.MustCompile(`^sha(1|224|256|384|512)\.[0-9a-fA-F]+$`)
)

// parseManager reads a "packageManager" such as "pnpm@10.34.9+sha512.1f3a…".
// A message says what is wrong with it.
func parseManager(spec string) (m PackageManager, code Code, message string) {
	name, version, versioned := strings.Cut(spec, "@")
	m.Name = name
	switch {
	case name != "npm" && name != "pnpm" && name != "yarn":
		return m, UnsupportedManager, fmt.Sprintf(`"packageManager" is %s, which is not supported`, quote(spec))
	case !versioned || version == "":
		return m, BadPackageManager, fmt.Sprintf(`"packageManager" is %s, without a version`, quote(spec))
	}
	version, hash, hashed := strings.Cut(version, "+")
	if !exactVersion.MatchString(version) {
		return m, BadPackageManager, fmt.Sprintf(`"packageManager" is %s, which is not an exact version`, quote(spec))
	}
	if hashed && !managerHash.MatchString(hash) {
		return m, BadPackageManager, fmt.Sprintf(`"packageManager" is %s, with a checksum that cannot be read`, quote(spec))
	}
	m.Version, m.Hash = version, hash
	m.setPackage(name == "yarn" && before(version, ".") != "0" && before(version, ".") != "1")
	return m, "", ""
}

// setPackage tells the two Yarns apart: they share a name, but neither the
// npm package nor the lockfile nor the options.
func (m *PackageManager) setPackage(berry bool) {
	m.Berry, m.Package = berry, m.Name
	if berry {
		m.Package = "@yarnpkg/cli-dist"
	}
}

// String is the name with its version, such as "pnpm 10.34.9".
func (m PackageManager) String() string { return strings.TrimSpace(m.Name + " " + m.Version) }
