//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	sdk "dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
)

// testdata is the way to a fixture application.
func testdata(name string) string { return filepath.Join(root, "ci/e2e/testdata", name) }

// The example is built with pnpm; these are with the other package managers.
func TestPackageManagers(t *testing.T) {
	t.Parallel()
	untested := with(map[string]string{"lint": "not defined", "test": "not defined"})
	tests := []struct {
		name, fixture string
		edits         map[string]func(string) string
		want          map[string]string
	}{
		{"npm", "npm", nil, with(map[string]string{"lint": "not defined"})},
		// By its lockfile alone, of which the Dockerfile has to think the same as the plan.
		{"Yarn 4", "yarn", map[string]func(string) string{"package.json": replace(`  "packageManager": "yarn@4.18.1",`+"\n", "")}, untested},
		{"pnpm workspace", "workspace", nil, untested},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, _ := ci(t, fixture(t, testdata(test.fixture), test.edits))
			checkManager(t, s, test.want)
		})
	}
	// The lockfile of Yarn 1 names the registry that it was made with, so it
	// cannot lie here. Every binary of this release is in every registry.
	t.Run("Yarn 1", func(t *testing.T) {
		t.Parallel()
		dir := fixture(t, testdata("yarn"), map[string]func(string) string{
			"package.json": func(s string) string {
				s, _, _ = strings.Cut(s, `,`+"\n"+`  "resolutions"`)
				return strings.NewReplacer("yarn@4.18.1", "yarn@1.22.22", `"next": "16.4.6"`, `"next": "16.4.5"`).Replace(s) + "\n}\n"
			},
		})
		c := client(t)
		lockfile := c.Container().From(pins.Ref("node")).
			WithEnvVariable("NODE_EXTRA_CA_CERTS", "/etc/ssl/certs/ca-certificates.crt").
			WithWorkdir("/app").
			WithFile("package.json", c.Host().File(filepath.Join(dir, "package.json"))).
			// Of two gigabytes, the lockfile is kept.
			WithExec([]string{"sh", "-euc", "npx --yes yarn@1.22.22 install --ignore-scripts --non-interactive --cache-folder /tmp/yarn; rm -rf node_modules /tmp/yarn"}).
			File("yarn.lock")
		if _, err := lockfile.Export(t.Context(), filepath.Join(dir, "yarn.lock")); err != nil {
			t.Fatal(err)
		}
		s, _ := ci(t, dir)
		checkManager(t, s, untested)
	})
}

func checkManager(t *testing.T, s summary, want map[string]string) {
	t.Helper()
	if s.Verdict != "passed" || !maps.Equal(s.statuses(), want) {
		t.Errorf("verdict %s, parts %v, want %v\n%s", s.Verdict, s.statuses(), want, s.Summary)
	}
	if s.Image == nil || s.Image.Bytes == 0 {
		t.Errorf("image = %+v", s.Image)
	}
	for _, part := range s.Parts {
		if part.Name == "test" && part.Status == "passed" && (part.Tests == nil || part.Tests.Total != 2) {
			t.Errorf("tests = %+v, want the two of node --test", part.Tests)
		}
	}
}

// An application in a folder of a workspace, with a package beside it: the
// image has both, and the files that Next.js leaves out.
func TestProductionImageOfAWorkspace(t *testing.T) {
	t.Parallel()
	dir := fixture(t, testdata("workspace"), nil)
	tarball := filepath.Join(t.TempDir(), "image.tar")
	call(t, dir, "build", "as-tarball", "export", "--path", tarball)
	c := client(t)
	image := c.Container().Import(c.Host().File(tarball))

	if dir, err := image.Workdir(t.Context()); err != nil || dir != "/app/apps/web" {
		t.Errorf("working directory = %q, %v", dir, err)
	}
	home := fetch(t, c, image, "/")
	if home.Status != 200 || !strings.Contains(home.Body, "Hello monorepo, from a package of the workspace") {
		t.Errorf("/ = %+v", home)
	}
	_, asset, _ := strings.Cut(home.Body, `src="/_next/static/`)
	asset, _, _ = strings.Cut(asset, `"`)
	for _, path := range []string{"/api/health", "/robots.txt", "/_next/static/" + asset} {
		if got := fetch(t, c, image, path); got.Status != 200 || got.Body == "" {
			t.Errorf("%s = %+v", path, got)
		}
	}
}

// answer is what a server said.
type answer struct {
	Status int
	Body   string
}

// fetch starts an application as its image does and asks it for a path. It
// waits for the port, which the engine does not for those of an image.
func fetch(t *testing.T, c *sdk.Client, app *sdk.Container, path string) answer {
	t.Helper()
	const script = `fetch(process.argv[1]).then(async (r) => console.log(JSON.stringify({ Status: r.status, Body: await r.text() })))`
	out, err := c.Container().From(pins.Ref("node")).
		WithServiceBinding("app", app.WithExposedPort(3000).AsService(sdk.ContainerAsServiceOpts{UseEntrypoint: true})).
		WithExec([]string{"node", "-e", script, "http://app:3000" + path}).
		Stdout(t.Context())
	if err != nil {
		var failure *sdk.ExecError
		if errors.As(err, &failure) {
			t.Fatalf("fetch %s: %v\n%s", path, err, failure.Stderr)
		}
		t.Fatalf("fetch %s: %v", path, err)
	}
	var a answer
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("fetch %s: %v\n%s", path, err, out)
	}
	return a
}
