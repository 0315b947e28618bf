//go:build e2e

package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/octocode/octocode-ci/ci/dockertest"
	"github.com/octocode/octocode-ci/ci/engine"
)

// checkDeploy deploys a release as its README says: an empty folder, a Docker
// daemon that has nothing, and images from the registries by their digests.
func checkDeploy(t *testing.T, bundle string, host *privateRegistry) {
	c := client(t)
	config := dockertest.Checkout(c, root)
	config.Project = c.Host().Directory(bundle)
	config.Registries = map[string]string{"registry": host.address}
	if engine.GetStatus(t.Context()).Registry != "" {
		config.Registries["mirror"], config.Mirror = engine.RegistryAddress(), "mirror"
	}
	d := startDocker(t, c, config)
	d.Client = d.Client.
		WithEnvVariable("SECRETS_DIR", "/secrets").
		WithSecretVariable("PASSWORD", c.SetSecret("registry-password", registryPassword))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if t.Failed() {
			out, err := dockertest.Exec(ctx, d.Client, "sh", "-c", "docker compose -f docker-compose.prod.yml ps --all; docker compose -f docker-compose.prod.yml logs --no-color --tail 25 2>&1")
			t.Logf("services: %v\n%s", err, lastLines(out, 100))
		}
		if _, err := dockertest.Exec(ctx, d.Client, "docker", "compose", "-f", "docker-compose.prod.yml", "down", "--volumes"); err != nil {
			t.Errorf("take the release down: %v", err)
		}
	})
	out := d.must(t, "sh", "-euc", `
sha256sum --check --quiet SHA256SUMS
octocode secrets generate --dir /secrets >/dev/null
printf %s "$PASSWORD" | docker login --username `+registryUser+` --password-stdin registry:`+host.port+` >/dev/null 2>&1
docker compose -f docker-compose.prod.yml up --detach --wait --wait-timeout 180 --quiet-pull >/tmp/up.log 2>&1 || { tail -n 30 /tmp/up.log >&2; exit 1; }
NODE_TLS_REJECT_UNAUTHORIZED=0 node -e '
  fetch("https://oc_nginx/api/health").then(async (r) => { console.log(r.status, await r.text()); });' 2>/dev/null
docker inspect --format '{{.Config.Image}}' $(docker compose -f docker-compose.prod.yml ps --quiet)`)
	t.Logf("deployed:\n%s", out)
	checkDeployed(t, out)
}

// checkDeployed reads the answer of the front door and the images that run.
func checkDeployed(t *testing.T, out string) {
	t.Helper()
	health, images, _ := strings.Cut(out, "\n")
	if !strings.HasPrefix(health, `200 {"status":"ok"`) {
		t.Errorf("health: %s", health)
	}
	running := strings.Fields(images)
	if len(running) < 6 {
		t.Errorf("only %d containers run", len(running))
	}
	for _, image := range running {
		if !strings.Contains(image, "@sha256:") {
			t.Errorf("%s runs without a digest", image)
		}
	}
}
