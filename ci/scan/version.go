package scan

import (
	"fmt"
	"regexp"
	"slices"
)

var release = regexp.MustCompile(`(?m)^Version:\s*v?(\d+\.\d+\.\d+\S*)\s*$`)

// CheckVersion reads what `trivy --version` prints and returns the version, such
// as "v0.74.0". The releases with malicious code in them are refused, as is a
// scanner that does not say what it is.
//
//	version, err := scan.CheckVersion(output)
func CheckVersion(output string) (string, error) {
	match := release.FindStringSubmatch(output)
	if match == nil {
		return "", fmt.Errorf("the scanner does not say its version: give a container with Trivy %s as trivy in its PATH", TrivyVersion)
	}
	version := "v" + match[1]
	if slices.Contains(malicious, version) {
		return "", fmt.Errorf("Trivy %s is malicious (CVE-2026-33634): remove it, revoke every secret that it could read, and use %s", version, TrivyVersion)
	}
	return version, nil
}
