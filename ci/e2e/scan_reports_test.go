//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/scan"
)

// places are the findings of a SARIF file as "RULE FILE:LINE".
func places(t *testing.T, file string) []string {
	t.Helper()
	var sarif struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(must(os.ReadFile(file)), &sarif); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, run := range sarif.Runs {
		for _, r := range run.Results {
			at := r.Locations[0].PhysicalLocation
			all = append(all, fmt.Sprintf("%s %s:%d", r.RuleID, at.ArtifactLocation.URI, at.Region.StartLine))
		}
	}
	return all
}

// All scans in one run: none hides the others, also where one cannot be made,
// and what they write is what it says it is.
func TestScanAllRed(t *testing.T) {
	t.Parallel()
	const canary = "canary-3d81f7a2"
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("TOKEN="+canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := shop(t, map[string]string{
		"package-lock.json": strings.ReplaceAll(lock, "LODASH", "4.17.15"),
		"src/aws.ts":        "\nexport const key = \"" + awsKey + "\";\n",
		"compose.yaml":      strings.Replace(goodCompose, "    read_only", "    privileged: true\n    read_only", 1),
		"Dockerfile-dev":    "FROM docker.io/library/debian:trixie-slim\n# trivy:ignore:*\nUSER 1000\n",
		"deploy/app.docker": "FROM docker.io/library/debian:trixie-slim\nHEALTHCHECK CMD true\nUSER root\n",
		".trivyignore":      "# It was in a file that is gone.\nOC-C09\n",
	})
	out := t.TempDir()
	r := try(t, dir, "--dockerfile", "deploy/app.docker", "--npmrc", "file://"+secret, "--build-env", "file://"+secret, "scan", "--database", testDatabase(), "all", "directory", "export", "--path", out)
	if r.code != 0 {
		t.Fatalf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
	}
	verdict := string(must(os.ReadFile(filepath.Join(out, "verdict.txt"))))
	for _, want := range []string{"failed: source, secrets, config, image", "HIGH CVE-2020-8203 package-lock.json", "CRITICAL aws-access-key src/aws.ts:2", "CRITICAL OC-C01 compose.yaml:5",
		"image: failed: ", ".trivyignore:2: OC-C09 matches nothing any more: remove it", ", given by the caller"} {
		if strings.Count(verdict, want) != 1 && want != ", given by the caller" || !strings.Contains(verdict, want) {
			t.Errorf("not once %q in\n%s", want, verdict)
		}
	}
	if _, err := os.Stat(filepath.Join(out, "passed")); err == nil {
		t.Error("it says that it has passed")
	}
	all := strings.Join(places(t, filepath.Join(out, "security.sarif")), "\n")
	for _, want := range []string{"CVE-2020-8203 package-lock.json:", "aws-access-key src/aws.ts:2", "OC-C01 compose.yaml:5", "DS-0002 deploy/app.docker:3", "OC-I01 Dockerfile-dev:2"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in SARIF\n%s", want, all)
		}
	}
	check := exec.Command("go", "run", ".", filepath.Join(out, "security.sarif"), filepath.Join(out, "source/report.sarif"), filepath.Join(out, "config/report.sarif"),
		filepath.Join(out, "secrets/report.sarif"), filepath.Join(out, "source/sbom.cdx.json"))
	check.Dir = filepath.Join(root, "ci/scan/schemas")
	if text, err := check.CombinedOutput(); err != nil {
		t.Errorf("what is written is not valid:\n%s", text)
	}
	// The pipeline's secrets are nowhere in what is left of it.
	if strings.Contains(r.stdout+r.stderr, canary) {
		t.Error("the log has the secret")
	}
	for _, name := range must(filepath.Glob(filepath.Join(out, "*/*"))) {
		if strings.Contains(string(must(os.ReadFile(name))), canary) {
			t.Errorf("%s has the secret", name)
		}
	}
}

// The tests that need the scanner itself have it here, so none of them may be
// skipped for want of it.
func TestScannerOfThisBuild(t *testing.T) {
	t.Parallel()
	trivy := filepath.Join(t.TempDir(), "trivy")
	call(t, shop(t, nil), "scan", "scanner-image", "file", "--path", "/usr/local/bin/trivy", "export", "--path", trivy)
	for _, dir := range []string{"ci/scan", "ci/scan/schemas", "ci/scan/testdb"} {
		cmd := exec.Command("go", "test", "-count", "1", "-v", ".")
		cmd.Dir = filepath.Join(root, dir)
		cmd.Env = append(os.Environ(), "OCTOCODE_TRIVY="+trivy)
		out, err := cmd.CombinedOutput()
		if err != nil || strings.Contains(string(out), "OCTOCODE_TRIVY names no scanner") {
			t.Errorf("%s: %v\n%s", dir, err, lastLines(string(out), 30))
		}
	}
}

// The list of packages of an image is that of its own database.
func TestScanImageSBOM(t *testing.T) {
	t.Parallel()
	dir := shop(t, nil)
	r := pipeline(t, dir, "scan --database $(host | directory "+testDatabase()+") | image --archive $(container | from "+pins.Ref("debian")+" | as-tarball) | cyclonedx | contents")
	packages, err := scan.ParseSBOM([]byte(r.stdout))
	if err != nil {
		t.Fatalf("%v\n%s", err, lastLines(r.stderr, 12))
	}
	status, err := client(t).Container().From(pins.Ref("debian")).File("/var/lib/dpkg/status").Contents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	installed := scan.InstalledPackages([]byte(status))
	if len(installed) < 50 {
		t.Errorf("the image has only %d packages", len(installed))
	}
	if missing := scan.Missing(packages, installed); len(missing) > 0 {
		t.Errorf("%d of %d packages are not in the SBOM: %v", len(missing), len(installed), missing)
	}
}

// The list of packages is complete.
func TestScanSBOM(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	out := filepath.Join(t.TempDir(), "sbom.json")
	call(t, dir, "scan", "--database", testDatabase(), "source", "cyclonedx", "export", "--path", out)
	packages, err := scan.ParseSBOM(must(os.ReadFile(out)))
	if err != nil {
		t.Fatal(err)
	}
	locked, err := scan.LockedPackages(must(os.ReadFile(filepath.Join(dir, "pnpm-lock.yaml"))))
	if err != nil {
		t.Fatal(err)
	}
	if len(locked) < 100 {
		t.Errorf("the lockfile has only %d packages", len(locked))
	}
	if missing := scan.Missing(packages, locked); len(missing) > 0 {
		t.Errorf("%d of %d packages are not in the SBOM: %v", len(missing), len(locked), missing)
	}
}
