//go:build e2e

package e2e

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "dagger.io/dagger"

	"github.com/octocode/octocode-ci/ci/dockertest"
	"github.com/octocode/octocode-ci/ci/pins"
)

// orchestrator is one way in which Docker runs the production files.
type orchestrator struct {
	name string
	// up returns when every service is ready; it ends with an error else.
	up, down, logs string
}

var orchestrators = []orchestrator{
	{
		name: "compose",
		up:   "docker compose -f docker/docker-compose.prod.yml up --detach --wait --wait-timeout 180",
		down: "docker compose -f docker/docker-compose.prod.yml down --volumes --timeout 20",
		logs: "docker compose -f docker/docker-compose.prod.yml ps --all; docker compose -f docker/docker-compose.prod.yml logs --no-color --tail 25",
	},
	{
		name: "swarm",
		up: `docker swarm init --advertise-addr 127.0.0.1 >/dev/null
docker stack deploy --resolve-image never --compose-file docker/docker-compose.stack.yml octocode
for second in $(seq 180); do
	# Replicas as running/wanted; the migration ends when it is done.
	waiting=$(docker service ls --format '{{.Name}} {{.Replicas}}' | awk '{ split($2, n, "/") } $1 !~ /oc_migrate$/ && n[1] != n[2]')
	done=$(docker service ps octocode_oc_migrate --format '{{.CurrentState}}' | grep -c ^Complete || true)
	if [ -z "$waiting" ] && [ "$done" -gt 0 ]; then exit 0; fi
	sleep 1
done
echo "not ready after 180 s: $waiting; migrations done: $done" >&2
exit 1`,
		down: "docker swarm leave --force",
		logs: `docker service ls; docker stack ps --no-trunc octocode
for service in $(docker service ls --quiet); do docker service logs --tail 25 "$service" 2>&1; done`,
	},
}

// The files of production, as they are, under the real docker compose and the
// real docker stack deploy: the suite that passes on the engine passes there.
func TestDocker(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tarball, development := filepath.Join(dir, "image.tar"), filepath.Join(dir, "development.tar")
	call(t, root, "build", "as-tarball", "export", "--path", tarball)
	call(t, root, "image", "--stage", "development", "as-tarball", "export", "--path", development)
	c := client(t)
	suite := c.Container().Import(c.Host().File(development))

	for _, o := range orchestrators {
		t.Run(o.name, func(t *testing.T) {
			d := startDocker(t, c, dockertest.Checkout(c, root))
			d.load(t, c.Host().File(tarball), "octocode.example/app:test")
			for _, name := range []string{"postgres", "redis", "nginx"} {
				d.load(t, c.Container().From(pins.Ref(name)).AsTarball(), pins.Tag(name))
			}
			d.Client = d.Client.
				WithEnvVariable("APP_IMAGE", "octocode.example/app:test").
				WithEnvVariable("APP_REPLICAS", "3").
				WithEnvVariable("SECRETS_DIR", "/secrets")
			d.must(t, "octocode", "secrets", "generate", "--dir", "/secrets")

			// Also when the stack does not get ready.
			t.Cleanup(func() {
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
				defer cancel()
				if t.Failed() {
					out, err := dockertest.Exec(ctx, d.Client, "sh", "-c", o.logs+" 2>&1")
					t.Logf("services: %v\n%s", err, lastLines(out, 200))
				}
				if _, err := dockertest.Exec(ctx, d.Client, "sh", "-c", o.down); err != nil {
					t.Errorf("take the stack down: %v", err)
				}
			})
			begin := time.Now()
			d.must(t, "sh", "-euc", o.up)
			t.Logf("%s: ready after %.1f s", o.name, time.Since(begin).Seconds())

			password := c.SetSecret("seed-password-"+o.name, rand.Text())
			d.seed(t, password)
			d.checkSpread(t)
			d.checkKill(t)
			d.checkSmoke(t, suite, password)
		})
	}
}

// docker is a daemon for one test.
type docker struct{ *dockertest.Docker }

func startDocker(t *testing.T, c *sdk.Client, config dockertest.Config) docker {
	t.Helper()
	d, err := dockertest.Start(t.Context(), c, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := d.Stop(ctx); err != nil {
			t.Errorf("stop the Docker daemon: %v", err)
		}
	})
	return docker{d}
}

func (d docker) load(t *testing.T, image *sdk.File, name string) {
	t.Helper()
	if err := d.Load(t.Context(), image, name); err != nil {
		t.Fatal(err)
	}
}

// must runs a command beside the daemon and ends the test if that fails.
func (d docker) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := dockertest.Exec(t.Context(), d.Client, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// seed makes the demo data from inside of a replica, as an operator would.
func (d docker) seed(t *testing.T, password *sdk.Secret) {
	t.Helper()
	const script = `docker exec --env SEED_PASSWORD "$(docker ps --quiet --filter name=oc_app | head -n 1)" node dist/seed.mjs`
	if _, err := dockertest.Exec(t.Context(), d.Client.WithSecretVariable("SEED_PASSWORD", password), "sh", "-c", script); err != nil {
		t.Fatalf("seed: %v", err)
	}
}

// checkSpread asks 60 times and looks who has answered.
func (d docker) checkSpread(t *testing.T) {
	t.Helper()
	const script = `
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const { execFileSync } = require('node:child_process');
const docker = (...args) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
const metrics = "fetch('http://127.0.0.1:3000/api/metrics').then((r) => r.text()).then((t) => console.log(t))";
const answered = (id) => docker('exec', id, 'node', '-e', metrics).split('\n')
  .filter((line) => line.startsWith('octocode_http_requests_total') && line.includes('/api/tasks'))
  .reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
(async () => {
  for (let i = 0; i < 60; i++) {
    await fetch('https://oc_nginx/api/tasks');
    await new Promise((next) => setTimeout(next, 50)); // below the rate limit
  }
  console.log(JSON.stringify(docker('ps', '--quiet', '--filter', 'name=oc_app').split('\n').map(answered)));
})();`
	out := d.must(t, "node", "-e", script)
	var each []int
	if err := json.Unmarshal([]byte(lastLines(out, 1)), &each); err != nil || len(each) != 3 {
		t.Fatalf("requests of each of 3 replicas: %q", out)
	}
	t.Logf("requests of each replica: %v", each)
	for i, n := range each {
		if n < 5 {
			t.Errorf("replica %d answered %d of 60 requests: %v", i+1, n, each)
		}
	}
}

// checkKill kills a replica under load, 25 requests a second for 12 s: the
// rate limit is that of production. The page needs no database, which on a busy
// machine may answer too late for the health of a replica that is not to blame.
func (d docker) checkKill(t *testing.T) {
	t.Helper()
	const script = `
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const { execFileSync, spawn } = require('node:child_process');
const docker = (...args) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
const victim = docker('ps', '--quiet', '--filter', 'name=oc_app').split('\n')[1];
const counts = {};
const requests = [];
let killed;
const ask = async () => {
  let key;
  try { key = (await fetch('https://oc_nginx/')).status; } catch (error) { key = error.cause?.code ?? error.message; }
  counts[key] = (counts[key] ?? 0) + 1;
};
const load = setInterval(() => requests.push(ask()), 40);
setTimeout(() => { killed = new Promise((done) => spawn('docker', ['kill', '--signal', 'KILL', victim]).on('exit', done)); }, 4_000);
setTimeout(async () => {
  clearInterval(load);
  await Promise.all(requests);
  console.log(JSON.stringify({ counts, killed: await killed }));
}, 12_000);`
	out := d.must(t, "node", "-e", script)
	var r struct {
		Counts map[string]int
		Killed int
	}
	if err := json.Unmarshal([]byte(lastLines(out, 1)), &r); err != nil {
		t.Fatalf("output %q", out)
	}
	t.Logf("answers while a replica was killed: %v", r.Counts)
	if r.Killed != 0 || len(r.Counts) != 1 || r.Counts["200"] < 100 {
		t.Errorf("docker kill has ended with exit code %d, answers: %v", r.Killed, r.Counts)
	}
}

// checkSmoke runs the application's own suite from outside, through the
// published ports.
func (d docker) checkSmoke(t *testing.T, suite *sdk.Container, password *sdk.Secret) {
	t.Helper()
	authority := d.must(t, "cat", "/secrets/ca_certificate")
	out, err := dockertest.Exec(t.Context(), suite.
		WithServiceBinding("oc_nginx", d.Service).
		WithNewFile("/tmp/ca.crt", authority).
		WithEnvVariable("NODE_EXTRA_CA_CERTS", "/tmp/ca.crt").
		WithEnvVariable("CI", "true").
		WithEnvVariable("BASE_URL", "https://oc_nginx").
		WithSecretVariable("SMOKE_PASSWORD", password),
		"sh", "-c", "pm run test:smoke --reporter=default --reporter=json --outputFile.json=/tmp/smoke.json >&2 && cat /tmp/smoke.json")
	if err != nil {
		t.Errorf("smoke suite: %v", err)
		return
	}
	var r struct{ NumTotalTests, NumPassedTests int }
	if err := json.Unmarshal([]byte(out[max(0, strings.Index(out, "{")):]), &r); err != nil {
		t.Fatalf("result of the smoke suite: %v: %s", err, lastLines(out, 5))
	}
	t.Logf("smoke suite: %d of %d tests passed", r.NumPassedTests, r.NumTotalTests)
	if r.NumTotalTests < 20 || r.NumPassedTests != r.NumTotalTests {
		t.Errorf("smoke suite: %d of %d tests passed", r.NumPassedTests, r.NumTotalTests)
	}
}
