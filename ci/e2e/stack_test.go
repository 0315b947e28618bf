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
// that has printed, within its time limit, and so does a suite that hangs. The
// reports are there.
func TestBrokenStacks(t *testing.T) {
	t.Parallel()
	dir := application(t, nil)
	broken := func(service, name, value string) []string {
		return []string{"prod-stack", "--timeout", "60", "with-env", "--service", service, "--name", name, "--value", value, "test"}
	}
	for name, c := range map[string]struct {
		dir  string
		args []string
		part string
		want []string
		log  string // of the service that is the reason
	}{
		"database refuses": {dir, broken("oc_database", "POSTGRES_INITDB_ARGS", "--no-such-option"), "stack",
			[]string{"oc_database-1 has ended with exit code", "no-such-option"}, "oc_database-1"},
		"migration fails": {application(t, map[string]func(string) string{
			"prisma/migrations/20260209140000_teams/migration.sql": func(s string) string { return "SELECT no_such_function();\n" + s }}),
			[]string{"integration-test", "--timeout", "60"}, "stack",
			[]string{"oc_migrate-1 has ended with exit code", "no_such_function"}, "oc_migrate-1"},
		"worker dead": {dir, broken("oc_worker", "NODE_OPTIONS", "--require=/no/such/file.js"), "stack",
			[]string{"oc_worker-1 has ended with exit code", "/no/such/file.js"}, "oc_worker-1"},
		"wrong secret": {dir, broken("oc_app", "DATABASE_URL_FILE", "/run/secrets/redis_url"), "stack",
			[]string{"oc_app-", "DATABASE_URL"}, "oc_app-1"},
		"suites hang": {dir, []string{"prod-stack", "test", "--suite-timeout", "1"}, "test:smoke",
			[]string{"stopped, as it took longer than 1s"}, "oc_app-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "report")
			begin := time.Now()
			call(t, c.dir, append(c.args, "directory", "export", "--path", out)...)
			// The images are built before the limit begins, on a machine that does much else.
			if elapsed := time.Since(begin); elapsed > 4*time.Minute {
				t.Errorf("it took %s", elapsed)
			}
			checkBroken(t, out, c.part, c.log, c.want)
		})
	}
	t.Run("nginx misconfigured", func(t *testing.T) {
		t.Parallel()
		r := try(t, dir, broken("oc_nginx", "NGINX_RATE_LIMIT", "fast")...)
		if r.code == 0 || !strings.Contains(r.stderr, "oc_nginx-1 has ended with exit code") || !strings.Contains(r.stderr, "invalid rate") {
			t.Errorf("exit code %d\n%s", r.code, lastLines(r.stderr, 40))
		}
	})
}

// checkBroken looks into the reports of a red run.
func checkBroken(t *testing.T, out, part, service string, wants []string) {
	t.Helper()
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Error(err)
		}
		return string(data)
	}
	var s struct {
		Verdict string
		Parts   []struct {
			Name, Status string
			Seconds      float64
		}
	}
	if err := json.Unmarshal([]byte(read("summary.json")), &s); err != nil {
		t.Fatal(err)
	}
	if s.Verdict != "failed" {
		t.Errorf("the verdict is %q", s.Verdict)
	}
	failed := false
	for _, p := range s.Parts {
		failed = failed || p.Name == part && p.Status == "failed"
		if p.Seconds > 90 {
			t.Errorf("%s took %.0f s, with a limit of 60", p.Name, p.Seconds)
		}
	}
	if !failed {
		t.Errorf("%s has not failed: %+v", part, s.Parts)
	}
	folder := strings.ReplaceAll(part, ":", "-")
	for _, want := range wants {
		if output := read(folder + "/output.log"); !strings.Contains(output, want) {
			t.Errorf("%q is not said:\n%s", want, lastLines(output, 40))
		}
	}
	if !strings.Contains(read("junit.xml"), "<failure") {
		t.Error("junit.xml has no failure")
	}
	if read("stack/services/"+service+".log") == "" {
		t.Errorf("the log of %s is empty", service)
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
	// The logs, and then why they are not all.
	if r.code == 0 || !strings.Contains(r.stderr, "never-1 is unhealthy: the moon is not full") || !strings.Contains(r.stderr, "after-1 | octocode: waits for never healthy") {
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

// probe looks at the production stack from inside of its containers. That it
// would find a leak, it shows with one that is planted.
const probe = `
inside() { /.octocode/octocode-init exec "$@" 2>&1; }
leaks='for f in /run/secrets/*; do v=$(grep -v -e ---- $f | head -n 1); if [ -n "$v" ] && env | grep -qF -e "$v"; then echo "LEAK $f"; fi; done'
for s in oc_nginx oc_app oc_worker oc_database oc_redis; do
  inside $s-1 sh -c 'touch /planted' >/tmp/out && echo "WRITABLE $s"
  grep -q 'Read-only file system' /tmp/out || { echo "$s:"; cat /tmp/out; }
  inside $s-1 sh -c "$leaks" | sed "s/^/$s /"
  echo "$s secrets: $(inside $s-1 sh -c 'ls /run/secrets | grep -c .')"
  echo "$s devices: $(inside $s-1 sh -c 'ls /dev | grep -cE "loop|kmsg|kvm|fuse|mem"')"
  echo "$s key: $(inside $s-1 sh -c 'test -e /.octocode/spec.json; echo $?')"
  inside $s-1 sh -c 'grep -E "CapPrm|CapBnd|NoNewPrivs" /proc/self/status' | tr '\n\t' '  ' | sed "s/^/$s /"; echo
done
inside oc_app-1 sh -c 'PLANTED=$(head -n 1 /run/secrets/auth_secret) exec sh -c "$0"' "$leaks" | sed 's/^LEAK/planted/'
ip=$(getent ahostsv4 oc_database | head -n 1 | cut -d' ' -f1)
echo "database is at $ip"
inside oc_nginx-1 getent hosts oc_database; echo "nginx: name rc=$?"
inside oc_nginx-1 curl -sS --max-time 3 "telnet://$ip:5432"; echo "nginx: port rc=$?"
inside oc_database-1 bash -c 'exec 3<>/dev/tcp/1.1.1.1/53'; echo "database: internet rc=$?"
inside oc_app-1 node -e "require('net').connect(5432, '$ip').on('connect', () => { console.log('app: connected'); process.exit() })"
`

func TestHardening(t *testing.T) {
	t.Parallel()
	out := call(t, application(t, nil), "prod-stack", "run", "--container", pins.Ref("debian"), "--args", list("sh", "-c", probe))
	for _, bad := range []string{"WRITABLE", "LEAK", "secrets: 0"} {
		if strings.Contains(out, bad) {
			t.Errorf("%s:\n%s", bad, out)
		}
	}
	wants := []string{
		"planted /run/secrets/auth_secret",
		"nginx: name rc=2", "nginx: port rc=7", "No route to host\ndatabase: internet rc=1", "app: connected",
	}
	for _, s := range []string{"oc_nginx", "oc_app", "oc_worker", "oc_database", "oc_redis"} {
		wants = append(wants, s+" secrets: ", s+" devices: 0", s+" key: 1")
	}
	for _, s := range []string{"oc_app", "oc_database"} {
		wants = append(wants, s+" CapPrm: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1")
	}
	for _, want := range wants {
		if !strings.Contains(strings.ReplaceAll(out, "  ", " "), want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
}
