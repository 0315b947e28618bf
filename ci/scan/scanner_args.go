package scan

import (
	"fmt"
	"regexp"
	"strings"
)

// What of a container the scanner reads and writes.
const (
	// SourceDir has the sources in a folder of its own: at the root of what it
	// scans Trivy skips folders such as dev and sys. See WithoutPrefix.
	SourceDir = "/scan/source"
	SourceTo  = SourceDir + "/" + Prefix
	Prefix    = "sources/"
	// ImageFile is an image's archive.
	ImageFile = "/scan/image.tar"
	RulesDir  = "/scan/rules"
	CacheDir  = "/scan/cache" // its folder db has the database
	ReportDir = "/scan/report"

	// SecretConfigFile has a name that no file of the sources has: Trivy looks for
	// no secrets in one that is called the same.
	SecretConfigFile = "/scan/octocode-secrets-5f1c0e7ab3.yaml"
	ReportFile       = ReportDir + "/report.json"
)

// DatabaseSources are where the public database is, in the order in which they
// are tried.
var DatabaseSources = []string{"mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"}

// common are the options of every scan: one JSON report with everything in it,
// and nothing from the network.
var common = []string{"--format", "json", "--output", ReportFile, "--cache-dir", CacheDir,
	"--disable-telemetry", "--skip-version-check", "--quiet", "--offline-scan"}

// command begins a command line. Its own time limit is five minutes, and has to come
// after ours.
func command(name string, seconds int) []string {
	return []string{"trivy", name, "--timeout", fmt.Sprintf("%ds", seconds+30)}
}

// ImageArgs scans the image in ImageFile: packages and secrets, and with a
// database vulnerabilities.
//
//	entry.Run{Argv: scan.ImageArgs(true, 300), Seconds: 300}.Command()
func ImageArgs(database bool, seconds int) []string {
	return packages(append(command("image", seconds), "--input", ImageFile, "--secret-config", SecretConfigFile), database, "secret")
}

// SourceArgs scans SourceDir for packages, and with a database for
// vulnerabilities. The licences of packages are optional.
func SourceArgs(database, licences bool, seconds int) []string {
	argv := command("filesystem", seconds)
	var more []string
	if licences {
		more = append(more, "license")
	}
	if !database && !licences {
		more = append(more, "secret") // for the list of packages: one scanner there has to be
	}
	// Tests and builds run development dependencies, where secrets are.
	return append(packages(append(argv, "--include-dev-deps"), database, more...), SourceDir)
}

// packages names the scanners.
func packages(argv []string, database bool, more ...string) []string {
	if database {
		more = append(more, "vuln")
		argv = append(argv, "--skip-db-update", "--skip-java-db-update")
	}
	for _, scanner := range more {
		argv = append(argv, "--scanners", scanner)
	}
	return append(append(argv, "--list-all-pkgs"), common...)
}

// SecretsArgs scans SourceDir for secrets.
func SecretsArgs(seconds int) []string {
	return append(append(append(command("filesystem", seconds), "--scanners", "secret", "--secret-config", SecretConfigFile, "--list-all-pkgs=false"), common...), SourceDir)
}

// ConfigArgs scans SourceDir for faults in the given Dockerfiles, of whose names
// Trivy knows only some, and by the rules in RulesDir in YAML files.
func ConfigArgs(seconds int, dockerfiles []string) []string {
	argv := command("filesystem", seconds)
	for _, name := range dockerfiles {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(Prefix+name), ",", `\x2c`) // which would end it
		argv = append(argv, "--file-patterns", "dockerfile:^"+pattern+"$")
	}
	return append(append(append(argv, "--scanners", "misconfig", "--misconfig-scanners", "dockerfile,yaml", "--skip-check-update",
		"--config-check", RulesDir, "--check-namespaces", RulesNamespace), common...), SourceDir)
}

// ConvertArgs turns the report into another form: "table", "sarif",
// "cyclonedx" or "spdx-json".
func ConvertArgs(format, out string, seconds int) []string {
	return append(command("convert", seconds), "--quiet", "--format", format, "--output", out, ReportFile)
}

// SourcesOfRegistry parts the sources of a database into those that a registry
// of the caller's stands for, which are those on the host of the first one, and
// all others, and returns the host's name.
//
//	name, bound, others := scan.SourcesOfRegistry([]string{"db.example:5000/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"})
func SourcesOfRegistry(sources []string) (name string, bound, others []string) {
	host, _, _ := strings.Cut(sources[0], "/")
	for _, source := range sources {
		if strings.HasPrefix(source, host+"/") {
			bound = append(bound, source)
		} else {
			others = append(others, source)
		}
	}
	name, _, _ = strings.Cut(host, ":")
	return name, bound, others
}

// DatabaseArgs brings the database in a folder up to date.
//
//	argv := scan.DatabaseArgs("/volume", scan.DatabaseSources, false, 300)
func DatabaseArgs(dir string, sources []string, insecure bool, seconds int) []string {
	argv := append(command("image", seconds), "--download-db-only", "--cache-dir", dir, "--disable-telemetry", "--skip-version-check", "--no-progress")
	for _, source := range sources {
		argv = append(argv, "--db-repository", source)
	}
	if insecure {
		argv = append(argv, "--insecure")
	}
	return argv
}
