package scan

import "strings"

// TrivyVersion is the scanner's version, as scanner/go.mod pins it.
const TrivyVersion = "v0.74.0"

// malicious are the releases of March 2026 (CVE-2026-33634).
var malicious = []string{"v0.69.4", "v0.69.5", "v0.69.6"}

// BuildEnv is what the build of the scanner needs beside Go: Trivy uses
// encoding/json/v2, which cannot be asked for in a go.mod.
var BuildEnv = []string{"GOEXPERIMENT=jsonv2", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off"}

// BuildArgs is the argv that builds the scanner to the file out, in the folder
// of scanner/go.mod. About 4 minutes and 3.4 GB of memory, cold on two cores.
//
//	cmd := exec.Command("go", scan.BuildArgs("/out/trivy")[1:]...)
func BuildArgs(out string) []string {
	version := strings.TrimPrefix(TrivyVersion, "v")
	return []string{"go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X github.com/aquasecurity/trivy/pkg/version/app.ver=" + version,
		"-o", out, "github.com/aquasecurity/trivy/cmd/trivy"}
}
