package scan

// What of a container the scanner reads and writes.
const (
	SourceDir = "/scan/source" // or the image's archive, ImageFile
	ImageFile = "/scan/image.tar"
	RulesDir  = "/scan/rules"
	CacheDir  = "/scan/cache" // its folder db has the database
	ReportDir = "/scan/report"

	SecretConfigFile = "/scan/secrets.yaml"
	ReportFile       = ReportDir + "/report.json"
)

// DatabaseSources are where the public database is, in the order in which they
// are tried.
var DatabaseSources = []string{"mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"}

// common are the options of every scan: one JSON report with everything in it,
// and nothing from the network.
var common = []string{"--format", "json", "--output", ReportFile, "--cache-dir", CacheDir,
	"--disable-telemetry", "--skip-version-check", "--quiet", "--offline-scan"}

// ImageArgs scans the image in ImageFile: packages and secrets, and with a
// database vulnerabilities.
//
//	entry.Run{Argv: scan.ImageArgs(true), Seconds: 300}.Command()
func ImageArgs(database bool) []string {
	return packages([]string{"trivy", "image", "--input", ImageFile}, database, "secret")
}

// SourceArgs scans SourceDir for packages, and with a database for
// vulnerabilities. The licences of packages are optional.
func SourceArgs(database, licences bool) []string {
	argv := []string{"trivy", "filesystem"}
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
func SecretsArgs() []string {
	return append(append([]string{"trivy", "filesystem", "--scanners", "secret", "--secret-config", SecretConfigFile, "--list-all-pkgs=false"}, common...), SourceDir)
}

// ConfigArgs scans SourceDir for faults in Dockerfiles, and by the rules in
// RulesDir in YAML files.
func ConfigArgs() []string {
	return append(append([]string{"trivy", "filesystem", "--scanners", "misconfig", "--misconfig-scanners", "dockerfile,yaml", "--skip-check-update",
		"--config-check", RulesDir, "--check-namespaces", RulesNamespace}, common...), SourceDir)
}

// ConvertArgs turns the report into another form: "table", "sarif",
// "cyclonedx" or "spdx-json".
func ConvertArgs(format, out string) []string {
	return []string{"trivy", "convert", "--quiet", "--format", format, "--output", out, ReportFile}
}

// DatabaseArgs brings the database in a folder up to date.
//
//	argv := scan.DatabaseArgs("/volume", scan.DatabaseSources)
func DatabaseArgs(dir string, sources []string, insecure bool) []string {
	argv := []string{"trivy", "image", "--download-db-only", "--cache-dir", dir, "--disable-telemetry", "--skip-version-check", "--no-progress"}
	for _, source := range sources {
		argv = append(argv, "--db-repository", source)
	}
	if insecure {
		argv = append(argv, "--insecure")
	}
	return argv
}
