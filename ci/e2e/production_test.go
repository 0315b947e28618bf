//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/pins"
)

// The image that a release would ship: what is in it, and that it runs.
func TestProductionImage(t *testing.T) {
	t.Parallel()
	tarball := filepath.Join(t.TempDir(), "image.tar")
	call(t, root, "build", "--version", "1.2.3", "--commit", "0123456789abcdef", "as-tarball", "export", "--path", tarball)
	c := client(t)
	image := c.Container().Import(c.Host().File(tarball))

	t.Run("configuration", func(t *testing.T) { checkConfiguration(t, image) })
	t.Run("content", func(t *testing.T) { checkContent(t, image) })
	t.Run("health", func(t *testing.T) { checkHealth(t, c, image) })
}

func checkConfiguration(t *testing.T, image *sdk.Container) {
	ctx := t.Context()
	if user, err := image.User(ctx); err != nil || user != "1001:1001" {
		t.Errorf("user = %q, %v", user, err)
	}
	for name, want := range map[string]string{"version": "1.2.3", "revision": "0123456789abcdef"} {
		if got, err := image.Label(ctx, "org.opencontainers.image."+name); err != nil || got != want {
			t.Errorf("label %s = %q, %v; want %q", name, got, err, want)
		}
	}
	var ports []int
	exposed, err := image.ExposedPorts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range exposed {
		n, err := p.Port(ctx)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, n)
	}
	slices.Sort(ports)
	if !slices.Equal(ports, []int{3000, 3001}) {
		t.Errorf("ports = %v", ports)
	}
	// Nothing but what the Dockerfile sets: no variable of the build or of
	// whoever ran it.
	known := []string{"PATH", "NODE_ENV", "HOSTNAME", "PORT", "NEXT_MANUAL_SIG_HANDLE", "NEXT_TELEMETRY_DISABLED", "NODE_EXTRA_CA_CERTS"}
	variables, err := image.EnvVariables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range variables {
		if name, err := v.Name(ctx); err != nil || !slices.Contains(known, name) {
			t.Errorf("variable %q in the image, %v", name, err)
		}
	}
}

func checkContent(t *testing.T, image *sdk.Container) {
	shell := func(command string) string {
		out, err := image.WithExec([]string{"sh", "-c", command}).Stdout(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		return strings.TrimSpace(out)
	}
	if got := shell("id -u; id -g"); got != "1001\n1001" {
		t.Errorf("runs as %q", got)
	}
	if got := shell("for tool in npm npx pnpm yarn corepack pm; do command -v $tool || true; done"); got != "" {
		t.Errorf("package managers: %s", got)
	}
	// Development dependencies of the example, each a package with a manifest.
	if got := shell("find / -path /proc -prune -o -type f -name package.json -print 2>/dev/null" +
		" | grep -E 'node_modules/(typescript|eslint|vitest|tsx|esbuild|@types/[^/]+)/package.json$' || true"); got != "" {
		t.Errorf("development dependencies: %s", got)
	}
	if got := shell("touch /app/server.js /app/new 2>&1 || true"); !strings.Contains(got, "Permission denied") {
		t.Errorf("the application can write its own code: %q", got)
	}
	for _, file := range []string{"server.js", "public/favicon.svg", "prisma/migrations", "dist/worker.mjs", "dist/migrate.mjs", ".next/static"} {
		if got := shell("ls -d /app/" + file); got == "" {
			t.Errorf("%s is missing", file)
		}
	}
}

func checkHealth(t *testing.T, c *sdk.Client, image *sdk.Container) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	run := sdk.ContainerAsServiceOpts{UseEntrypoint: true}
	bound := besideServices(c, image)

	get := func(app *sdk.Container) (int, string) {
		const script = `fetch('http://app:3000/api/health').then(async (r) => console.log(JSON.stringify([r.status, await r.text()])))`
		out, err := c.Container().From(pins.Ref("node")).
			WithEnvVariable("RUN", time.Now().String()).
			WithServiceBinding("app", app.WithExposedPort(3000).AsService(run)).
			WithExec([]string{"node", "-e", script}).Stdout(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var answer [2]json.RawMessage
		var status int
		var body string
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		_, _ = json.Unmarshal(answer[0], &status), json.Unmarshal(answer[1], &body)
		return status, body
	}

	out, err := bound.WithExec([]string{"node", "dist/migrate.mjs", "deploy"}).Stdout(ctx)
	if err != nil || !strings.Contains(out, "migration") {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	if status, body := get(bound); status != 200 || !strings.Contains(body, "database") {
		t.Errorf("health = %d %s", status, body)
	}
	// The health check can fail: with a Redis that is not there it does.
	if status, body := get(bound.WithEnvVariable("REDIS_URL", "redis://redis:6380")); status != 503 {
		t.Errorf("health without Redis = %d %s", status, body)
	}
}
