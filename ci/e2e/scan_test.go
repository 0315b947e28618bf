//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/scan"
)

// testDatabase is a small real database in a folder, built by the public one's
// own program.
var testDatabase = sync.OnceValue(func() string { return builtDatabase("") })

func builtDatabase(date string) string {
	dir := must(os.MkdirTemp("", "octocode-db"))
	argv := []string{"run", ".", "-dir", dir}
	if date != "" {
		argv = append(argv, "-built", date)
	}
	cmd := exec.Command("go", argv...)
	cmd.Dir = filepath.Join(root, "ci/scan/testdb")
	if out, err := cmd.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the database: %v\n%s", err, out))
	}
	return dir
}

// Put together, so that no scan takes them for secrets of this file.
var (
	awsKey     = "AKIA" + "Y7F3QW2Z8LM4PX5R"
	privateKey = "-----BEGIN " + "RSA PRIVATE KEY-----\n" + strings.Repeat("MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun\n", 6) + "-----END " + "RSA PRIVATE KEY-----\n"
)

const (
	lock = `{"name":"shop","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
"":{"name":"shop","version":"1.0.0","dependencies":{"lodash":"LODASH"}},
"node_modules/lodash":{"version":"LODASH","resolved":"https://registry.example.com/lodash/-/lodash-LODASH.tgz"}}}`
	goodDockerfile = "FROM docker.io/library/debian:trixie-slim\nHEALTHCHECK CMD true\nUSER 1000\n"
	goodCompose    = `services:
  web:
    image: docker.io/library/nginx:1.26.3
    user: "1000"
    read_only: true
    deploy: {resources: {limits: {memory: 64M, cpus: "1"}}}
`
)

// shop are the sources of something small without a fault.
func shop(t *testing.T, faults map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"package.json":      `{"name":"shop","version":"1.0.0"}`,
		"package-lock.json": strings.ReplaceAll(lock, "LODASH", "4.17.21"),
		"Dockerfile":        goodDockerfile,
		"compose.yaml":      goodCompose,
		"src/aws.ts":        "export const key = process.env.KEY;\n",
	}
	for name, text := range faults {
		files[name] = text
	}
	for name, text := range files {
		write(t, dir, name, text)
	}
	gitIn(t, dir, "init", "--quiet", "--initial-branch=main")
	commit(t, dir)
	return dir
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Test", "-c", "user.email=test@example.com"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %s", args[0], out)
	}
	return strings.TrimSpace(string(out))
}

func commit(t *testing.T, dir string) {
	t.Helper()
	gitIn(t, dir, "add", "--all")
	gitIn(t, dir, "commit", "--quiet", "--message", "step")
}

// scanned calls a scan on dir with the test's database, if it needs one.
func scanned(t *testing.T, dir string, args ...string) result {
	t.Helper()
	return try(t, dir, append([]string{"scan", "--database", testDatabase()}, args...)...)
}

// Each fault fails the gate, and its removal turns it green again.
func TestScanPlantedFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what   []string
		faults map[string]string
		want   []string
	}{
		{[]string{"source"}, map[string]string{"package-lock.json": strings.ReplaceAll(lock, "LODASH", "4.17.15")},
			[]string{"HIGH CVE-2020-8203 package-lock.json: update lodash from 4.17.15 to 4.17.19", "HIGH CVE-2021-23337 package-lock.json"}},
		{[]string{"secrets"}, map[string]string{"src/aws.ts": "export const key = \"" + awsKey + "\";\n", "test/server.key": privateKey,
			// Which Trivy passes over: folders of its own, its configuration's name, translations.
			"secrets.yaml": "key: \"" + awsKey + "\"\n", "dev/locales/key.ts": "export const key = \"" + awsKey + "\";\n"},
			[]string{"CRITICAL aws-access-key src/aws.ts:1", "HIGH private-key test/server.key:2", "CRITICAL aws-access-key secrets.yaml:1", "CRITICAL aws-access-key dev/locales/key.ts:1"}},
		{[]string{"config"}, map[string]string{
			"Dockerfile":     strings.Replace(goodDockerfile, "USER 1000", "USER root", 1),
			"compose.yaml":   strings.Replace(strings.Replace(goodCompose, "1.26.3", "latest", 1), "    read_only", "    privileged: true\n    read_only", 1),
			"dev/Dockerfile": strings.Replace(goodDockerfile, "USER 1000", "USER root", 1),
			"Dockerfile-dev": strings.Replace(goodDockerfile, "USER 1000", "# trivy:ignore:DS-0002\nUSER root", 1),
		}, []string{"HIGH DS-0002 Dockerfile", "HIGH DS-0002 dev/Dockerfile:3", "HIGH OC-I01 Dockerfile-dev:3: move DS-0002 to .trivyignore.yaml", "CRITICAL OC-C01 compose.yaml:5", "HIGH OC-C04 compose.yaml:3"}},
	} {
		t.Run(test.what[0], func(t *testing.T) {
			t.Parallel()
			dir := shop(t, test.faults)
			r := scanned(t, dir, test.what...)
			if r.code == 0 {
				t.Errorf("exit code 0 with faults")
			}
			text := call(t, dir, append([]string{"scan", "--database", testDatabase()}, append(test.what, "text")...)...)
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			// The report is there also when the gate fails; what is in it names
			// the file, and never the secret.
			out := t.TempDir()
			call(t, dir, append([]string{"scan", "--database", testDatabase()}, append(test.what, "directory", "export", "--path", out)...)...)
			if places := places(t, filepath.Join(out, "report.sarif")); len(places) < len(test.want) {
				t.Errorf("SARIF = %q", places)
			}
			for _, name := range []string{"report.json", "report.sarif", "baseline.json", "verdict.txt"} {
				text := string(must(os.ReadFile(filepath.Join(out, name))))
				if strings.Contains(text, awsKey) || strings.Contains(text, scan.CanaryDir) || strings.Contains(text, scan.Prefix) {
					t.Errorf("%s has what it must not have:\n%s", name, text)
				}
			}
			// All of it as a baseline: nothing is new.
			if r := scanned(t, dir, append([]string{"--baseline", filepath.Join(out, "baseline.json")}, test.what...)...); r.code != 0 {
				t.Errorf("exit code %d with a baseline\n%s", r.code, lastLines(r.stderr, 12))
			}
			if r := scanned(t, shop(t, nil), test.what...); r.code != 0 {
				t.Errorf("exit code %d without faults\n%s", r.code, lastLines(r.stderr, 12))
			}
		})
	}
}

// What was committed once and removed is in the repository for good.
func TestScanHistory(t *testing.T) {
	t.Parallel()
	dir := shop(t, map[string]string{"src/old.ts": "const key = \"" + awsKey + "\";\n"})
	first := gitIn(t, dir, "rev-parse", "HEAD")[:12]
	if err := os.Remove(filepath.Join(dir, "src/old.ts")); err != nil {
		t.Fatal(err)
	}
	commit(t, dir)
	if r := scanned(t, dir, "secrets"); r.code != 0 {
		t.Errorf("exit code %d without the history\n%s", r.code, lastLines(r.stderr, 12))
	}
	r := scanned(t, dir, "secrets", "--history", filepath.Join(dir, ".git"))
	if want := "CRITICAL aws-access-key history/" + first + "/src/old.ts:1"; r.code == 0 || !strings.Contains(r.stderr, want) {
		t.Errorf("exit code %d, want %q\n%s", r.code, want, lastLines(r.stderr, 12))
	}
	shallow := filepath.Join(t.TempDir(), "clone")
	gitIn(t, dir, "clone", "--quiet", "--depth=1", "file://"+dir, shallow)
	r = scanned(t, shallow, "secrets", "--history", filepath.Join(shallow, ".git"))
	if r.code == 0 || !strings.Contains(r.stderr, "the clone is shallow") {
		t.Errorf("exit code %d of a shallow clone\n%s", r.code, lastLines(r.stderr, 12))
	}
}

func TestScanIgnores(t *testing.T) {
	t.Parallel()
	entry := "#   Fixed in our fork.\nCVE-2020-8203\nCVE-2021-23337 # Not called.\n"
	for name, test := range map[string]struct {
		ignore string
		code   bool
		want   string
	}{
		"with a reason":    {entry, true, "ignored: CVE-2020-8203 package-lock.json"},
		"expired":          {strings.Replace(entry, "8203", "8203 exp:2026-01-31", 1), false, "CVE-2020-8203 has expired on 2026-01-31"},
		"without a reason": {"CVE-2020-8203\n", false, ".trivyignore:1: CVE-2020-8203 has no reason"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shop(t, map[string]string{".trivyignore": test.ignore, "package-lock.json": strings.ReplaceAll(lock, "LODASH", "4.17.15")})
			r := scanned(t, dir, "source")
			if (r.code == 0) != test.code {
				t.Errorf("exit code %d", r.code)
			}
			if test.code {
				r.stderr = call(t, dir, "scan", "--database", testDatabase(), "source", "text")
				// What is ignored may have an end, which a baseline would take away.
				if known := call(t, dir, "scan", "--database", testDatabase(), "source", "baseline", "contents"); known != "[]" {
					t.Errorf("baseline = %s", known)
				}
			}
			if !strings.Contains(r.stderr, test.want) {
				t.Errorf("no %q in\n%s", test.want, lastLines(r.stderr, 12))
			}
		})
	}
}

// pipeline runs functions in the CLI's shell, which can make containers.
func pipeline(t *testing.T, dir, text string) result {
	t.Helper()
	return dagger(t, dir, "-M", "-c", root+" --source $(host | directory "+dir+") | "+text)
}

func TestScanImage(t *testing.T) {
	t.Parallel()
	dir := shop(t, nil)
	image := "$(container | from " + pins.Ref("debian") + " %s)"
	sudo := `| with-new-file /var/lib/dpkg/status.d/sudo "Package: sudo
Status: install ok installed
Version: 1.9.16p2-%d
Architecture: amd64
Maintainer: nobody
Description: planted
"`
	with := func(more string) string {
		return "scan --database $(host | directory " + testDatabase() + ") | image --image " + fmt.Sprintf(image, more) + " | assert"
	}
	if r := pipeline(t, dir, with(fmt.Sprintf(sudo, 1))); r.code == 0 || !strings.Contains(r.stderr, "CVE-2025-32463") || !strings.Contains(r.stderr, "update sudo from 1.9.16p2-1 to 1.9.16p2-3") {
		t.Errorf("a vulnerable package: exit code %d\n%s", r.code, lastLines(r.stderr, 12))
	}
	if r := pipeline(t, dir, with(fmt.Sprintf(sudo, 3))); r.code != 0 {
		t.Errorf("with the fix: exit code %d\n%s", r.code, lastLines(r.stderr, 12))
	}
	// A secret where Trivy's own rules do not look, in a layer.
	key := "| with-new-file /app/locales/key.js \"const key = '" + awsKey + "'\""
	if r := pipeline(t, dir, with(key)); r.code == 0 || !strings.Contains(r.stderr, "CRITICAL aws-access-key /app/locales/key.js:1") {
		t.Errorf("a secret: exit code %d\n%s", r.code, lastLines(r.stderr, 12))
	}
	empty := "scan --database $(host | directory " + testDatabase() + ") | image --image $(container | with-new-file /app x) | text"
	if r := pipeline(t, dir, empty); !strings.Contains(r.stdout, "image: failed: the scanner has looked at nothing of os-pkgs") {
		t.Errorf("an image without packages: %s\n%s", r.stdout, lastLines(r.stderr, 12))
	}
}

// A scanner that does not do its work never gives a pass.
func TestScanBrokenScanner(t *testing.T) {
	t.Parallel()
	dir := shop(t, nil)
	const version, report = `if [ "$1" = --version ]; then echo Version: 0.74.0; exit; fi; `, `for last; do [ "$prev" = --output ] && out=$last; prev=$last; done; `
	for name, test := range map[string]struct{ script, what, want string }{
		"crashes":         {version + "echo out of memory at $(date +%s%N) >&2; exit 2", "source", "the scanner failed with exit code 2: out of memory"},
		"version hangs":   {"sleep 300", "source", "the scanner hangs: trivy --version has not ended within 3 seconds"},
		"version crashes": {"echo no such library >&2; exit 127", "source", "trivy --version ends with exit code 127: no such library"},
		"misses":          {version + report + `echo '{"SchemaVersion":2,"ArtifactName":"x","Results":[{"Target":"sources/web/package-lock.json","Class":"lang-pkgs","Packages":[{}]}]}' >$out`, "source", "the scanner has not looked at package-lock.json"},
		"knows nothing":   {version + report + `echo '{"SchemaVersion":2,"ArtifactName":"x","Results":[{"Target":"sources/package-lock.json","Class":"lang-pkgs","Packages":[{}]}]}' >$out`, "source", "the database is empty or not read"},
		"hangs":           {version + "sleep 300", "source", "the scanner hangs: it has not ended within 3 seconds"},
		"silent":          {version, "source", "the scanner has written no report, so nothing is known: it printed nothing"},
		"empty":           {version + report + ": >$out", "source", "the scanner's report is empty"},
		"garbage":         {version + report + "echo garbage >$out", "source", "the scanner's report is no JSON report of Trivy"},
		"schema":          {version + report + `echo '{"SchemaVersion":3,"ArtifactName":"x"}' >$out`, "source", "has schema 3, not 2"},
		"blind":           {version + report + `echo '{"SchemaVersion":2,"ArtifactName":"x"}' >$out`, "source", "the scanner has looked at nothing of lang-pkgs"},
		"sees not":        {version + report + `echo '{"SchemaVersion":2,"ArtifactName":"x"}' >$out`, "secrets", "the scanner has looked for no secrets"},
		"skips":           {version + report + `echo '{"SchemaVersion":2,"ArtifactName":"x"}' >$out`, "config", "the scanner has not looked at Dockerfile"},
		"malicious":       {"echo Version: 0.69.5", "source", "Trivy v0.69.5 is malicious"},
		"nameless":        {"echo hello", "source", "the scanner does not say its version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scanner := fmt.Sprintf("$(container | from %s | with-new-file /usr/local/bin/trivy '#!/bin/sh\n%s\n' --permissions 493)", pins.Ref("debian"), strings.ReplaceAll(test.script, "'", `'"'"'`))
			command := "scan --timeout 3 --scanner " + scanner + " --database $(host | directory " + testDatabase() + ") | " + test.what + " | text"
			r := pipeline(t, dir, command)
			if !strings.Contains(r.stdout, test.what+": failed: ") || !strings.Contains(r.stdout, test.want) {
				t.Errorf("no %q in %s\n%s", test.want, r.stdout, lastLines(r.stderr, 12))
			}
			// What failed is tried again, and not taken from the cache.
			if name == "crashes" && pipeline(t, dir, command).stdout == r.stdout {
				t.Errorf("a crash is cached: %s", r.stdout)
			}
		})
	}
}

// The scanner knows nothing that the pipeline was given.
func TestScanSecretIsNotSeen(t *testing.T) {
	t.Parallel()
	const canary = "canary-6b1f0c7e"
	dir := shop(t, map[string]string{"npmrc.txt": "ignored"})
	secret := filepath.Join(t.TempDir(), "npmrc")
	if err := os.WriteFile(secret, []byte("//registry.example.com/:_authToken="+canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script := `if [ "$1" = --version ]; then echo Version: 0.74.0; exit; fi; { env; cat /proc/self/environ /proc/1/environ /proc/$PPID/environ; grep -rl ` + canary[:6] + `-` + canary[7:] + ` /scan /run /tmp /mnt; } 2>/dev/null | tr '"'"'\n\0'"'"' '"'"'  '"'"' >&2; exit 3`
	scanner := "$(container | from " + pins.Ref("debian") + " | with-env-variable TOKEN " + canary + " | with-new-file /usr/local/bin/trivy '#!/bin/sh\n" + script + "\n' --permissions 493)"
	r := dagger(t, dir, "-M", "-c", root+" --source $(host | directory "+dir+") --npmrc file://"+secret+" --build-env file://"+secret+
		" | scan --scanner "+scanner+" --database $(host | directory "+testDatabase()+") | source | text")
	if !strings.Contains(r.stdout, "exit code 3") || !strings.Contains(r.stdout, "HOME=/tmp") {
		t.Errorf("the scanner has not shown its environment: %s\n%s", r.stdout, lastLines(r.stderr, 12))
	}
	if strings.Contains(r.stdout, canary) {
		t.Errorf("the scanner knows the secret:\n%s", r.stdout)
	}
}

// Nothing in the cache and no source is no pass.
func TestScanDatabase(t *testing.T) {
	t.Parallel()
	dir := shop(t, nil)
	inner := httptest.NewServer(registry.New())
	t.Cleanup(inner.Close)
	port := inner.Listener.Addr().(*net.TCPAddr).Port
	reference := fmt.Sprintf("db.example:%d/trivy-db-%s:2", port, filepath.Base(t.TempDir())+filepath.Base(filepath.Dir(dir)))
	reference = strings.ToLower(reference)
	from := []string{"--db-repository", reference, "--db-registry", fmt.Sprintf("tcp://127.0.0.1:%d", port)}
	run := func(args ...string) result { return try(t, dir, append([]string{"scan"}, args...)...) }

	r := run(append(from, "source")...)
	if r.code == 0 || !strings.Contains(r.stderr, "source: failed: not scanned: no database of vulnerabilities") || !strings.Contains(r.stderr, "could not be brought up to date") {
		t.Errorf("exit code %d without a database\n%s", r.code, lastLines(r.stderr, 12))
	}
	if r = run(append(from, "--allow-no-database", "source", "verdict")...); r.stdout != "source: passed, but vulnerabilities were not looked for: there is no database, which --allow-no-database allows" {
		t.Errorf("verdict = %q\n%s", r.stdout, lastLines(r.stderr, 12))
	}
	push := exec.Command("go", "run", ".", "-push", strings.Replace(reference, "db.example", "127.0.0.1", 1))
	push.Dir = filepath.Join(root, "ci/scan/testdb")
	if out, err := push.CombinedOutput(); err != nil {
		t.Fatalf("push the database: %s", out)
	}
	if r = run(append(from, "source")...); r.code != 0 {
		t.Errorf("exit code %d with a registry\n%s", r.code, lastLines(r.stderr, 12))
	}
	// From the cache, and out of it.
	if r = run("--offline", "--db-repository", reference, "source", "verdict"); !strings.HasPrefix(r.stdout, "source: passed: none of") {
		t.Errorf("verdict = %q of the cache\n%s", r.stdout, lastLines(r.stderr, 12))
	}
	out := t.TempDir()
	if r = run("--offline", "--db-repository", reference, "db-export", "export", "--path", out); r.code != 0 {
		t.Errorf("exit code %d of the export\n%s", r.code, lastLines(r.stderr, 12))
	}
	// Into another cache.
	if r = run("--db-repository", reference+"-imported", "db-import", "--database", out); r.code != 0 || !strings.HasPrefix(r.stdout, "database built 20") {
		t.Errorf("exit code %d, %q of the import\n%s", r.code, r.stdout, lastLines(r.stderr, 12))
	}
	if r = run("--offline", "--db-repository", reference+"-imported", "source"); r.code != 0 {
		t.Errorf("exit code %d with what was imported\n%s", r.code, lastLines(r.stderr, 12))
	}
	broken := t.TempDir()
	write(t, broken, "metadata.json", string(must(os.ReadFile(filepath.Join(out, "metadata.json")))))
	write(t, broken, "trivy.db", "garbage")
	if r = run("--database", broken, "source"); r.code == 0 || !strings.Contains(r.stderr, "source: failed: the scanner failed with exit code 1") {
		t.Errorf("exit code %d with a broken database\n%s", r.code, lastLines(r.stderr, 12))
	}
	if r = run("--database", filepath.Dir(broken), "--allow-no-database", "source"); r.code == 0 || !strings.Contains(r.stderr, "the given database has no trivy.db") {
		t.Errorf("exit code %d with a folder that is none, though allowed to go without\n%s", r.code, lastLines(r.stderr, 12))
	}
	if r = run("--db-warn-age", "9", "--db-max-age", "8", "source"); r.code == 0 || !strings.Contains(r.stderr, "--db-warn-age 9 is more than --db-max-age 8") {
		t.Errorf("exit code %d with a warning after the error\n%s", r.code, lastLines(r.stderr, 12))
	}
	old := builtDatabase("2026-01-31T00:00:00Z")
	if r = run("--database", old, "source"); r.code == 0 || !strings.Contains(r.stderr, "more than the 7 days allowed: fetch it again") {
		t.Errorf("exit code %d with an old database\n%s", r.code, lastLines(r.stderr, 12))
	}
	if r = run("--database", old, "--db-max-age", "1000000", "source", "text"); !strings.Contains(r.stdout, "source: passed") || !strings.Contains(r.stdout, "(built 2026-01-31): fetch it again") {
		t.Errorf("%s\n%s", r.stdout, lastLines(r.stderr, 12))
	}
}
