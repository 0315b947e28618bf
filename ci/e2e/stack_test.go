//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/octocode/octocode-ci/ci/pins"
)

// list is the value of a flag that takes several words.
func list(words ...string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(words); err != nil {
		panic(err)
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// project writes files into an empty repository.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, dir, name, text)
	}
	if out, err := exec.Command("git", "init", "--quiet", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %s", out)
	}
	return dir
}

func TestIntegration(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	out := filepath.Join(t.TempDir(), "report")
	call(t, dir, "integration-test", "directory", "export", "--path", out)
	data, err := os.ReadFile(filepath.Join(out, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s summary
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	for _, part := range s.Parts {
		want := map[string]int{"test:integration": 10, "test:browser": 1, "test:smoke": 20}[part.Name]
		if part.Status != "passed" || want > 0 && (part.Tests == nil || part.Tests.Total < want) {
			t.Errorf("%s: %s %s\n%s", part.Name, part.Status, part.Detail, lastLines(part.Output, 30))
		}
	}
	if len(s.Parts) != 5 {
		t.Errorf("parts %v", s.statuses())
	}
	pictures, _ := filepath.Glob(filepath.Join(out, "test-browser/screenshots/*.png"))
	if len(pictures) == 0 {
		t.Error("there is no screenshot")
	}
	for _, name := range []string{"oc_nginx-1", "oc_app-1", "oc_app-2", "oc_worker-1", "oc_database-1", "oc_redis-1", "oc_migrate-1"} {
		if text, err := os.ReadFile(filepath.Join(out, "stack/services", name+".log")); err != nil || len(text) == 0 {
			t.Errorf("there is no log of %s", name)
		}
	}
}

// A stack that is broken on purpose says which service is the reason and what
// that has printed, within its time limit.
func TestBrokenStacks(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	for name, c := range map[string]struct {
		dir  string
		with []string // service, variable, value
		want []string
	}{
		"database refuses": {dir, []string{"oc_database", "POSTGRES_INITDB_ARGS", "--no-such-option"},
			[]string{"oc_database-1 has ended with exit code", "no-such-option"}},
		"migration fails": {application(t, map[string]func(string) string{
			"prisma/migrations/20260209140000_teams/migration.sql": func(s string) string { return "SELECT no_such_function();\n" + s }}), nil,
			[]string{"oc_migrate-1 has ended with exit code", "no_such_function"}},
		"worker dead": {dir, []string{"oc_worker", "NODE_OPTIONS", "--require=/no/such/file.js"},
			[]string{"oc_worker-1 has ended with exit code", "/no/such/file.js"}},
		"nginx misconfigured": {dir, []string{"oc_nginx", "NGINX_RATE_LIMIT", "fast"},
			[]string{"oc_nginx-1 has ended with exit code", "invalid rate"}},
		"wrong secret": {dir, []string{"oc_app", "DATABASE_URL_FILE", "/run/secrets/redis_url"},
			[]string{"oc_app-", "DATABASE_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"prod-stack", "--timeout", "60"}
			if c.with != nil {
				args = append(args, "with-env", "--service", c.with[0], "--name", c.with[1], "--value", c.with[2])
			}
			begin := time.Now()
			r := try(t, c.dir, append(args, "test")...)
			if r.code == 0 {
				t.Fatalf("the broken stack passes\n%s", r.stdout)
			}
			for _, want := range c.want {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("%q is not said after %s:\n%s", want, time.Since(begin), lastLines(r.stderr, 40))
				}
			}
		})
	}
}

// A port that is open early is not readiness: the health check is.
func TestReadinessIsHealth(t *testing.T) {
	t.Parallel()
	redis := pins.Ref("redis")
	files := map[string]string{"compose.yaml": `
services:
  late: # has its port at once, and its health after three seconds
    image: ` + redis + `
    command: [sh, -c, "(sleep 3; date +%s.%N >/tmp/healthy) & exec redis-server --protected-mode no"]
    expose: ["6379"]
    healthcheck: {test: [CMD, test, -e, /tmp/healthy], start_period: 30s, start_interval: 100ms}
  unchecked: # without a health check, its port is
    image: ` + redis + `
    command: [sh, -c, "sleep 2; exec redis-server --protected-mode no --port 7000"]
    expose: ["7000"]
  after:
    image: ` + redis + `
    command: [sh, -c, "redis-cli -h late ping; redis-cli -h unchecked -p 7000 ping; sleep 1000"]
    depends_on: {late: {condition: service_healthy}, unchecked: {condition: service_healthy}}
    healthcheck: {test: [CMD, "true"], start_interval: 100ms, start_period: 5s}
`, "never.yaml": `
services:
  never:
    image: ` + redis + `
    command: [redis-server]
    expose: ["6379"]
    healthcheck: {test: [CMD-SHELL, "echo the moon is not full; exit 1"], interval: 300ms, retries: 3}
  after:
    image: ` + redis + `
    depends_on: {never: {condition: service_healthy}}
`}
	dir := project(t, files)
	out := call(t, dir, "stack", "--file", "compose.yaml", "run", "--container", redis, "--args",
		list("sh", "-c", `/.octocode/octocode-init exec late-1 cat /tmp/healthy; /.octocode/octocode-init exec after-1 stat -c %Y.%y /proc/1/exe >/dev/null; echo ready`))
	if !strings.Contains(out, "ready") {
		t.Errorf("output %q", out)
	}
	logs := call(t, dir, "stack", "--file", "compose.yaml", "logs", "--service", "after")
	if !strings.Contains(logs, "late healthy") || strings.Count(logs, "PONG") != 2 {
		t.Errorf("logs %q", logs)
	}
	r := try(t, dir, "stack", "--file", "never.yaml", "logs")
	if r.code == 0 || !strings.Contains(r.stderr, "never-1 is unhealthy: the moon is not full") {
		t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 10))
	}
}

// hammer asks the front door as fast as it answers, kills one replica, and
// counts the answers.
const hammer = `
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const { execFileSync } = require('node:child_process');
const counts = {};
const end = Date.now() + 12_000;
setTimeout(() => execFileSync('/.octocode/octocode-init', ['kill', 'oc_app-2', 'SIGKILL']), 5_000);
async function client() {
  while (Date.now() < end) {
    let key;
    try { key = (await fetch('https://oc_nginx/')).status; } catch (error) { key = error.cause?.code ?? error.message; }
    counts[key] = (counts[key] ?? 0) + 1;
  }
}
Promise.all(Array.from({ length: 8 }, client)).then(() => {
  console.log(JSON.stringify(counts));
});
`

func TestReplicas(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	fast := []string{"prod-stack", "--replicas", "3"}
	for _, name := range []string{"NGINX_RATE_LIMIT", "NGINX_RATE_BURST"} {
		fast = append(fast, "with-env", "--service", "oc_nginx", "--name", name, "--value", "100000")
	}
	out := call(t, dir, append(fast, "run", "--container", pins.Ref("node"), "--args", list("node", "-e", hammer))...)
	var counts map[string]int
	if err := json.Unmarshal([]byte(lastLines(out, 1)), &counts); err != nil {
		t.Fatalf("output %q", out)
	}
	if len(counts) != 1 || counts["200"] < 100 {
		t.Errorf("answers: %v", counts)
	}
	spread := `
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const { execFileSync } = require('node:child_process');
(async () => {
  for (let i = 0; i < 60; i++) await fetch('https://oc_nginx/api/tasks');
  const count = (n) => execFileSync('/.octocode/octocode-init', ['exec', 'oc_app-' + n, 'node', '-e', "fetch('http://127.0.0.1:3000/api/metrics').then(r => r.text()).then(t => console.log(t))"], { encoding: 'utf8' })
    .split('\n').filter((l) => l.startsWith('octocode_http_requests_total') && l.includes('/api/tasks')).reduce((sum, l) => sum + Number(l.split(' ').pop()), 0);
  console.log(JSON.stringify([1, 2, 3].map(count)));
})();`
	out = call(t, dir, append(fast, "run", "--container", pins.Ref("node"), "--args", list("node", "-e", spread))...)
	var each []int
	if err := json.Unmarshal([]byte(lastLines(out, 1)), &each); err != nil || len(each) != 3 {
		t.Fatalf("output %q", out)
	}
	for i, n := range each {
		if n < 5 {
			t.Errorf("oc_app-%d answered %d of 60 requests: %v", i+1, n, each)
		}
	}
}

// probe looks at the production stack from inside of its containers.
const probe = `
inside() { /.octocode/octocode-init exec "$@" 2>&1; }
for s in oc_nginx oc_app oc_worker oc_database oc_redis; do
  inside $s-1 sh -c 'touch /planted' >/tmp/out && echo "WRITABLE $s"
  grep -q 'Read-only file system' /tmp/out || { echo "$s:"; cat /tmp/out; }
  inside $s-1 sh -c 'for f in /run/secrets/*; do v=$(grep -v -e ---- $f | head -n 1); if [ -n "$v" ] && env | grep -qF -e "$v"; then echo "LEAK $f"; fi; done' | sed "s/^/$s /"
  inside $s-1 sh -c 'grep -E "CapPrm|CapBnd|NoNewPrivs" /proc/self/status' | tr '\n\t' '  ' | sed "s/^/$s /"; echo
done
ip=$(getent ahostsv4 oc_database | head -n 1 | cut -d' ' -f1)
echo "database is at $ip"
inside oc_nginx-1 sh -c 'getent hosts oc_database || echo "nginx: no name"'
inside oc_nginx-1 curl -sS --max-time 3 "telnet://$ip:5432"
inside oc_database-1 bash -c 'exec 3<>/dev/tcp/1.1.1.1/53'
inside oc_app-1 node -e "require('net').connect(5432, '$ip').on('connect', () => { console.log('app: connected'); process.exit() })"
`

func TestHardening(t *testing.T) {
	t.Parallel()
	out := call(t, application(t, nil), "prod-stack", "run", "--container", pins.Ref("debian"), "--args", list("sh", "-c", probe))
	for _, bad := range []string{"WRITABLE", "LEAK"} {
		if strings.Contains(out, bad) {
			t.Errorf("%s:\n%s", bad, out)
		}
	}
	for _, want := range []string{
		"oc_app CapPrm: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1",
		"oc_database CapPrm: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1",
		"nginx: no name", "app: connected",
	} {
		if !strings.Contains(strings.ReplaceAll(out, "  ", " "), want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if n := strings.Count(out, "No route to host") + strings.Count(out, "Couldn't connect") + strings.Count(out, "Could not connect"); n < 2 {
		t.Errorf("nginx reaches the database, or the database the internet:\n%s", out)
	}
}
