//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/engine"
	"github.com/octocode/octocode-ci/ci/pins"
	"github.com/octocode/octocode-ci/ci/release/attest"
	"github.com/octocode/octocode-ci/ci/release/publish"
)

const (
	releaseCommit  = "0123456789abcdef0123456789abcdef01234567"
	releaseSource  = "https://github.com/acme/shop"
	releaseBuilder = releaseSource + "/.github/workflows/release.yml"
	releaseSBOM    = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"library","name":"next","version":"16.4.6"}]}`
)

// releaseFlags are the same in all tests, so that the image is built once.
func releaseFlags(t *testing.T) []string {
	return []string{"--created", "2026-02-09T14:00:00+01:00", "--commit", releaseCommit, "--version", "1.2.3", "--url", releaseSource,
		"--build-secret", secretFile(t, "build-secret", "only-for-this-test-and-nothing-else")}
}

// releaseArchive is the example application as a release.
func releaseArchive(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "release.tar")
	call(t, application(t, nil), append(append([]string{"release-image"}, releaseFlags(t)...), "archive", "export", "--path", path)...)
	return path
}

// A release of the example: published, verified, pulled again and run.
func TestRelease(t *testing.T) {
	t.Parallel()
	dir, host := application(t, nil), newRegistry(t)
	private, public, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "release.pub", string(public))
	write(t, dir, "sbom.json", releaseSBOM)
	publishing := slices.Concat([]string{"publish", "--repository", host.repository(), "--builder", releaseBuilder, "--sbom", "sbom.json",
		"--key", secretFile(t, "key", string(private))}, releaseFlags(t), host.flags(t, registryPassword), []string{"json"})
	var sent publish.Published
	if err := json.Unmarshal([]byte(call(t, dir, publishing...)), &sent); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1.2.3", "1.2", "1", "latest", "sha-0123456789ab"}; !slices.Equal(sent.Tags, want) || !slices.Equal(sent.Tagged, want) {
		t.Errorf("tags %v, set %v, want %v", sent.Tags, sent.Tagged, want)
	}
	if !sent.Signed || len(sent.Attached) != 4 || sent.Bytes < 20e6 || sent.Reference != host.repository()+"@"+sent.Digest {
		t.Errorf("published %+v %+v", sent.Pushed, sent)
	}
	t.Run("a repeat sends nothing", func(t *testing.T) {
		var again publish.Published
		if err := json.Unmarshal([]byte(call(t, dir, publishing...)), &again); err != nil {
			t.Fatal(err)
		}
		if again.Digest != sent.Digest || again.Sent != 0 || again.There != sent.Blobs {
			t.Errorf("first %+v, then %+v", sent.Pushed, again.Pushed)
		}
	})
	image := host.repository() + ":1.2.3"
	t.Run("verify", func(t *testing.T) { checkVerify(t, dir, host, image, &sent) })
	t.Run("materials", func(t *testing.T) { checkMaterials(t, host, public) })
	t.Run("bundle", func(t *testing.T) { checkBundle(t, dir, host, image, &sent) })
	t.Run("run", func(t *testing.T) {
		pulled, err := host.client().Pull(t.Context(), host.address+"/team/shop@"+sent.Digest)
		if err != nil {
			t.Fatal(err)
		}
		archive := filepath.Join(t.TempDir(), "pulled.tar")
		if err := pulled.Save(archive, t.TempDir()); err != nil {
			t.Fatal(err)
		}
		c := client(t)
		checkHealth(t, c, c.Container().Import(c.Host().File(archive)))
	})
}

// checkVerify verifies the release as it is, and with one byte of each part
// changed on its way.
func checkVerify(t *testing.T, dir string, host *privateRegistry, image string, sent *publish.Published) {
	_, other, err := attest.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "other.pub", string(other))
	verify := func(key string, more ...string) result {
		return try(t, dir, slices.Concat([]string{"verify-release", "--image", image, "--key", key, "--source-url", releaseSource, "--builder", releaseBuilder},
			host.flags(t, registryPassword), more)...)
	}
	if r := verify("release.pub"); r.code != 0 {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 10))
	}
	if r := verify("release.pub", "text"); strings.Count(r.stdout, "passed") != 4 || !strings.Contains(r.stdout, "1 components") {
		t.Errorf("checks:\n%s", r.stdout)
	}
	if r := verify("other.pub"); r.code == 0 || !strings.Contains(r.stderr, "it was not signed with this key, or was changed since") {
		t.Errorf("another key: exit code %d\n%s", r.code, lastLines(r.stderr, 10))
	}
	if r := verify("release.pub", "--commit", strings.Repeat("f", 40)); r.code == 0 || !strings.Contains(r.stderr, "the commit is "+releaseCommit) {
		t.Errorf("another commit: exit code %d\n%s", r.code, lastLines(r.stderr, 10))
	}
	defer host.changes(nil)
	for name, test := range map[string]struct {
		// body tells what is to be changed, and where.
		body func(path string, body []byte) int
		want string
	}{
		"image": {func(path string, body []byte) int {
			if strings.Contains(path, "/blobs/") && len(body) > 1e6 {
				return len(body) / 2
			}
			return -1
		}, "image: layer "},
		"SBOM": {func(_ string, body []byte) int {
			if bytes.HasPrefix(body, []byte(`{"bomFormat"`)) {
				return bytes.Index(body, []byte("16.4.6"))
			}
			return -1
		}, "it is not what its digest says"},
		"provenance": {func(_ string, body []byte) int {
			if b := bytes.Index(body, []byte(`"payload":"`)); b >= 0 && strings.Contains(decoded(body), attest.SLSA) {
				return b + 200
			}
			return -1
		}, "it is not what its digest says"},
	} {
		changed := 0
		host.changes(func(path string, body []byte) []byte {
			at := test.body(path, body)
			if at < 0 {
				return body
			}
			changed++
			body = bytes.Clone(body)
			body[at] ^= 1
			return body
		})
		r := verify("release.pub")
		// The same question as above, which was answered with yes: a verdict out of a cache would be that.
		if r.code == 0 || !strings.Contains(r.stderr, "is not to be trusted: ") || !strings.Contains(r.stderr, test.want) || changed == 0 {
			t.Errorf("a byte of the %s: exit code %d, %d answers changed\n%s", name, r.code, changed, lastLines(r.stderr, 10))
		}
	}
}

// decoded is the statement of a bundle; empty if there is none.
func decoded(text []byte) string {
	var b struct {
		Envelope struct {
			Payload []byte `json:"payload"`
		} `json:"dsseEnvelope"`
	}
	_ = json.Unmarshal(text, &b)
	return string(b.Envelope.Payload)
}

// checkMaterials looks for the base images and the arguments in the provenance.
func checkMaterials(t *testing.T, host *privateRegistry, public []byte) {
	key, err := attest.ParsePublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	v, err := attest.Verify(t.Context(), host.client(), host.address+"/team/shop:1.2.3", key, attest.Expect{Repository: host.repository(), Version: "1.2.3"})
	if err != nil || v.Err() != nil {
		t.Fatal(err, v.Err())
	}
	provenance := decoded(v.Files()["provenance.sigstore.json"])
	for _, want := range []string{
		`"docker://` + pins.Tag("debian") + `","digest":{"sha256":"`, `"docker://` + pins.Tag("node") + `","digest":{"sha256":"`,
		`"gitCommit":"` + releaseCommit + `"`, `"secrets":"build-secret"`, `"baseImage":"debian"`, `"version":"1.2.3"`, `"created":"2026-02-09T14:00:00+01:00"`,
	} {
		if !strings.Contains(provenance, want) {
			t.Errorf("no %s in the provenance\n%s", want, provenance)
		}
	}
	if strings.Contains(provenance, "only-for-this-test") {
		t.Error("a secret is in the provenance")
	}
}

// checkBundle makes the folder that is deployed, and checks its sums.
func checkBundle(t *testing.T, dir string, host *privateRegistry, image string, sent *publish.Published) {
	out := filepath.Join(t.TempDir(), "bundle")
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com"}, args...)...)
		cmd.Dir = dir
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, text)
		}
	}
	git("add", "--all")
	git("commit", "--quiet", "--message", "feat: sell shoes")
	git("tag", "v1.2.2")
	git("commit", "--quiet", "--allow-empty", "--message", "fix(cart): count shoes in pairs")
	bundling := slices.Concat([]string{"release", "--version", "1.2.3", "--image", image}, host.flags(t, registryPassword))
	call(t, dir, slices.Concat(bundling, []string{"--key", "release.pub", "--git", ".git", "--url", releaseSource, "export", "--path", out})...)

	check := exec.Command("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
	check.Dir = out
	if text, err := check.CombinedOutput(); err != nil {
		t.Errorf("checksums: %s", text)
	}
	if sums := strings.Count(read(t, filepath.Join(out, "SHA256SUMS")), "\n"); sums < 12 {
		t.Errorf("only %d checksums", sums)
	}
	for _, name := range []string{"docker-compose.prod.yml", "docker-compose.order.yml", "prod/nginx/nginx.conf", "release.pub",
		"sbom.cdx.json", "sbom.sigstore.json", "provenance.sigstore.json", "signature.sigstore.json"} {
		if read(t, filepath.Join(out, name)) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	stack := read(t, filepath.Join(out, "docker-compose.stack.yml"))
	if !strings.Contains(stack, "${APP_IMAGE:-"+sent.Reference+"}") {
		t.Error("the stack does not run the published image")
	}
	for _, line := range regexp.MustCompile(`(?m)^\s*image:.*$`).FindAllString(stack, -1) {
		if !regexp.MustCompile(`@sha256:[0-9a-f]{64}\}`).MatchString(line) && !strings.Contains(line, "*") {
			t.Errorf("%s: it has no digest", line)
		}
	}
	notes := read(t, filepath.Join(out, "NOTES.md"))
	if !strings.Contains(notes, "## Fixes\n\n- **cart**: count shoes in pairs") || strings.Contains(notes, "sell shoes") || !strings.Contains(notes, "compare/v1.2.2...v1.2.3") {
		t.Errorf("notes:\n%s", notes)
	}
	if _, err := os.Stat(filepath.Join(out, "prod/secrets")); err == nil {
		t.Error("there are secrets in it")
	}
	t.Run("deploy", func(t *testing.T) { checkDeploy(t, out, host) })
	t.Run("of another key", func(t *testing.T) {
		checkSays(t, try(t, dir, slices.Concat(bundling, []string{"--key", "other.pub", "entries"})...), "is not to be trusted: signature: it was not signed with this key")
	})
}

// What can go wrong with a registry is said in a line, and a repeat finishes
// what was begun.
func TestPublishFailures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := releaseArchive(t)
	publish := func(t *testing.T, args ...string) result {
		return try(t, dir, slices.Concat([]string{"publish", "--archive", archive, "--branch", "main"}, args, []string{"json"})...)
	}
	refuse := func(code int, when func(*http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if when(r) {
				w.WriteHeader(code)
			}
			return when(r)
		}
	}
	writes := func(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

	host := newRegistry(t)
	to := []string{"--repository", host.repository()}
	t.Run("wrong password", func(t *testing.T) {
		checkSays(t, publish(t, slices.Concat(to, host.flags(t, "wrong"))...), `refuses the credentials of "ci" (401): check user name and password`)
	})
	t.Run("no password", func(t *testing.T) {
		checkSays(t, publish(t, append(to, "--registry", "tcp://"+host.address, "--insecure")...), "asks for credentials (401): give user name and password")
	})
	t.Run("no such host", func(t *testing.T) {
		checkSays(t, publish(t, append(credentials(t, registryPassword), "--repository", "registry.invalid/shop")...), "registry registry.invalid cannot be reached: there is no such host")
	})
	t.Run("read-only", func(t *testing.T) {
		host := newRegistry(t)
		host.breaks(refuse(http.StatusMethodNotAllowed, writes))
		checkSays(t, publish(t, slices.Concat([]string{"--repository", host.repository()}, host.flags(t, registryPassword))...), "is read-only (405)")
	})
	t.Run("bad version, before anything is built", func(t *testing.T) {
		r := try(t, dir, slices.Concat([]string{"publish", "--version", "1.2"}, to)...)
		checkSays(t, r, `version "1.2": it is no semantic version, such as 1.2.3 or 1.2.3-rc.1`)
		r = try(t, dir, slices.Concat([]string{"publish", "--branch", "main"}, to)...)
		checkSays(t, r, "--created: give the time of the commit")
	})
	t.Run("wrong password, before anything is built", func(t *testing.T) {
		// There is no application in that folder.
		r := try(t, dir, slices.Concat([]string{"publish", "--branch", "main", "--created", "2026-02-09T14:00:00+01:00"}, to, host.flags(t, "wrong"))...)
		checkSays(t, r, `refuses the credentials of "ci" (401)`)
	})
	t.Run("provenance of an archive without materials", func(t *testing.T) {
		checkSays(t, publish(t, append(to, "--url", releaseSource, "--builder", releaseBuilder, "--commit", releaseCommit)...), "give its base images as --materials REFERENCE=sha256:…")
	})
	t.Run("dry run", func(t *testing.T) {
		r := publish(t, slices.Concat(to, host.flags(t, registryPassword), []string{"--dry-run"})...)
		tags, err := host.client().Tags(t.Context(), host.address+"/team/shop")
		if r.code != 0 || !strings.Contains(r.stdout, `"sent": 0`) || err != nil || len(tags) != 0 {
			t.Errorf("exit code %d, tags %v, %v\n%s", r.code, tags, err, r.stdout)
		}
	})
	t.Run("dies at the third layer", func(t *testing.T) {
		host := newRegistry(t)
		uploads := 0
		host.breaks(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/blobs/uploads/") {
				uploads++
			}
			if uploads < 3 {
				return false
			}
			w.WriteHeader(http.StatusBadGateway)
			return true
		})
		again := slices.Concat([]string{"--repository", host.repository()}, host.flags(t, registryPassword))
		checkSays(t, publish(t, again...), "layers are there; run it again to send the rest)")
		host.breaks(nil)
		r := publish(t, again...)
		if !regexp.MustCompile(`"there": [1-9]`).MatchString(r.stdout) || !strings.Contains(r.stdout, `"tagged": [`) || r.code != 0 {
			t.Errorf("the repeat: exit code %d\n%s\n%s", r.code, r.stdout, lastLines(r.stderr, 10))
		}
	})
}

// Two builds that share no cache give one digest, that of the release; what the
// clock gets into, in the application or below it, is found and named.
func TestReproducible(t *testing.T) {
	t.Parallel()
	verify := func(dir string) result {
		return try(t, dir, append([]string{"verify-reproducible"}, releaseFlags(t)...)...)
	}
	dir := application(t, nil)
	r := verify(dir)
	if r.code != 0 || !strings.HasPrefix(r.stdout, "reproducible: two builds gave sha256:") {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
	}
	// So does one that finds the caches of all builds before it.
	released := call(t, dir, append(append([]string{"release-image"}, releaseFlags(t)...), "digest")...)
	if !strings.Contains(r.stdout, released) {
		t.Errorf("a release of the same sources is %s, but %s", released, r.stdout)
	}
	planted := fixture(t, testdata("npm"), map[string]func(string) string{
		"package.json":   replace(`"next build"`, `"next build && test $SOURCE_DATE_EPOCH = 1770642000 && mkdir -p public && node -p 'Date().slice(0, 3)' >public/weekday.txt"`),
		"Dockerfile":     content(replace("echo 'app:x:1001:' >>/etc/group", "date +%s%N >/etc/built-at; echo 'app:x:1001:' >>/etc/group")(read(t, filepath.Join(root, "docker/Dockerfile")))),
		"next.config.ts": replace("  output:", "  generateBuildId: async () => process.env.NEXT_BUILD_ID ?? 'local',\n  output:"),
	})
	r = verify(planted)
	if r.code == 0 || !strings.Contains(r.stderr, "not reproducible: two builds differ in 2 places; the keys") ||
		!regexp.MustCompile(`layer \d+ \(.*\): etc/built-at: contents`).MatchString(r.stderr) ||
		!regexp.MustCompile(`layer \d+ \(.*COPY --from=builder /out/ /app/\): app/public/weekday.txt: contents`).MatchString(r.stderr) {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 20))
	}
}

// A registry that lacks a platform gives the image of another. The stand-ins
// are such images; on real ones the platform is there.
func TestMissingPlatform(t *testing.T) {
	t.Parallel()
	if engine.GetStatus(t.Context()).Registry == "" {
		t.Skip("the official base images have both platforms; only stand-ins lack one")
	}
	other := "linux/arm64"
	if out, err := exec.Command("uname", "-m").Output(); err == nil && strings.TrimSpace(string(out)) == "aarch64" {
		other = "linux/amd64"
	}
	dir := application(t, nil)
	checkSays(t, try(t, dir, slices.Concat([]string{"release-image", "--platforms", other}, releaseFlags(t), []string{"digest"})...), "for "+other+": ")
	checkSays(t, try(t, dir, slices.Concat([]string{"release-image", "--platforms", "arm64"}, releaseFlags(t), []string{"digest"})...),
		`platform "arm64": write it as linux/amd64 or linux/arm64`)
	checkSays(t, try(t, dir, slices.Concat([]string{"release-image", "--platforms", "linux/arm/v7"}, releaseFlags(t), []string{"digest"})...),
		"platform linux/arm/v7: images are not built for it: take linux/amd64 or linux/arm64")
}

// checkSays is checkRefused for messages that name what a test does not know.
func checkSays(t *testing.T, r result, want string) {
	t.Helper()
	message := r.stderr[max(0, strings.LastIndex(r.stderr, "Error: ")):]
	if r.code == 0 || !strings.Contains(message, want) {
		t.Errorf("exit code %d, want %q\n%s", r.code, want, lastLines(r.stderr, 20))
	}
	for _, internal := range []string{"goroutine ", "panic:", ".go:"} {
		if strings.Contains(r.stderr, internal) {
			t.Errorf("%q in what it prints\n%s", internal, lastLines(r.stderr, 20))
		}
	}
}
