//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/octocode/octocode-ci/ci/pins"
)

// features has a key of each kind, and a service that ends at once, for which
// nobody waits. What it says is looked at from inside.
func features() map[string]string {
	redis := pins.Ref("redis")
	return map[string]string{".gitignore": "secrets/\n", "conf/note": "from the project\n", "app/Dockerfile": `
FROM ` + redis + ` AS wanted
ARG COLOUR=none
RUN --mount=type=secret,id=npm echo "$COLOUR $(wc -c </run/secrets/npm)" >/result
FROM wanted
RUN echo wrong >/result
`, "compose.yaml": `
services:
  built:
    build: {context: app, target: wanted, args: {COLOUR: green}, secrets: [{source: token, target: npm}]}
    command: [sleep, infinity]
    networks: [one]
  full:
    image: ` + redis + `
    command: [sleep, infinity]
    user: "1234:1235"
    working_dir: /srv
    hostname: by-name
    env_file: .env
    networks: {one: {aliases: [called]}, two: {aliases: [secretly]}}
    configs: [{source: text, target: /etc/text, mode: 0440, uid: "1234", gid: "1235"}]
    secrets: [{source: token, target: /run/token, mode: 0400, uid: "1234", gid: "1235"}]
    tmpfs: ["/scratch:size=1m,mode=0700,uid=1234,gid=1235"]
    volumes: ["./conf:/conf:ro", "shared:/shared"]
    ulimits: {nofile: {soft: 111, hard: 222}}
    sysctls: {net.core.somaxconn: "77"}
  root:
    image: ` + redis + `
    command: [sh, -c, "echo shared >/shared/file; exec sleep infinity"]
    networks: [one]
    volumes: ["shared:/shared"]
  free:
    image: ` + redis + `
    command: [sleep, infinity]
    privileged: true
  once:
    image: ` + redis + `
    command: ["true"]
configs: {text: {file: conf/binary}}
secrets: {token: {file: secrets/token}}
volumes: {shared: }
networks: {one: , two: }
`, "conf/binary": "\xff\xfe\n"}
}

// inspection are commands in services, and what they print.
var inspection = []struct{ service, command, want string }{
	{"built", "cat /result", "green 10"},
	{"full", "id -u; id -g; pwd; hostname", "1234 1235 /srv by-name"},
	{"full", "stat -c '%a %u %g' /etc/text /run/token; od -An -tx1 /etc/text; wc -c </run/token", "440 1234 1235 400 1234 1235 ff fe 0a 10"},
	{"full", "stat -c '%a %u %g' /scratch; stat -f -c '%T %b %S' /scratch", "700 1234 1235 tmpfs 256 4096"},
	{"full", "cat /conf/note; grep -c ' /conf .* ro,' /proc/self/mounts; cat /shared/file", "from the project 1 shared"},
	{"full", "ulimit -Sn; ulimit -Hn; cat /proc/sys/net/core/somaxconn", "111 222 77"},
	{"full", `echo "${#FROM_DOTENV}"`, "5"},
	{"root", "getent hosts called >/dev/null && echo found; getent hosts secretly || echo hidden", "found hidden"},
	// What the engine gives is taken away again, from root with the usual capabilities too.
	{"root", "mknod /shared/loop b 7 0 2>&1 | grep -o 'not permitted'; ls /dev /dev/net | grep -cE 'loop|kmsg|kvm|fuse|tun'", "not permitted 0"},
	{"root", "(echo h >/proc/sysrq-trigger) 2>&1 | grep -c 'cannot create'; mkdir $(ls -d /sys/fs/cgroup/pids /sys/fs/cgroup | tail -n 1)/x 2>&1 | grep -o Read-only", "1 Read-only"},
	{"root", "(echo 1 >/proc/sys/kernel/panic) 2>&1 | grep -o Read-only; cat /proc/kcore /proc/keys 2>/dev/null | wc -c; ls -A /sys/firmware | wc -l", "Read-only 0 0"},
	{"root", "grep -o ' / .*nodev' /proc/self/mounts | grep -c nodev; ls /.octocode/spec.json 2>&1 | grep -o 'No such file'", "1 No such file"},
	{"free", "ls /dev/kmsg; touch /proc/sys/kernel/panic && echo writable", "/dev/kmsg writable"},
}

// A Compose file of no project of ours, with the secrets that its sources do
// not hold, is carried out key by key; `up` opens its port, and Ctrl-C closes it.
func TestComposeFeatures(t *testing.T) {
	t.Parallel()
	dir := project(t, features())
	write(t, dir, "secrets/token", "0123456789")
	secret := filepath.Join(t.TempDir(), "dotenv")
	write(t, filepath.Dir(secret), "dotenv", "FROM_DOTENV=vwxyz\n")
	var script strings.Builder
	for i, c := range inspection {
		fmt.Fprintf(&script, "echo %d: $(/.octocode/octocode-init exec %s-1 sh -c %s 2>&1)\n", i, c.service, quote(c.command))
	}
	stack := []string{"stack", "--secret-env-file", "file://" + secret}
	given := append(stack, "with-secret", "--name", "token", "--value", "file://secrets/token")
	out := call(t, dir, append(given, "run", "--container", pins.Ref("redis"), "--args", list("sh", "-c", script.String()))...)
	for i, c := range inspection {
		if want := fmt.Sprintf("%d: %s", i, c.want); !strings.Contains("\n"+out+"\n", "\n"+want+"\n") {
			t.Errorf("%s: %s does not print %q", c.service, c.command, want)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
	// Without the secret it is said before anything starts.
	checkRefused(t, try(t, dir, append(stack, "logs")...),
		`compose.yaml:34: the secret "token" needs the file secrets/token, which is missing: create it, or correct the path; one that is left out as .env or git-ignored: pass it with with-secret --name token --value file://…`)
	checkRefused(t, try(t, dir, "stack", "--timeout", "0", "services"), "--timeout 0: services need time to get ready, give 1 or more seconds")
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func TestUp(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"compose.yaml": "services:\n  redis:\n    image: " + pins.Ref("redis") + "\n    ports: ['127.0.0.1:6399:6379']\n"})
	cmd := exec.Command(filepath.Join(root, "bin/octocode"), "dagger", "--progress=plain", "call", "-m", root, "--source", ".",
		"stack", "gateway", "up", "--ports", "26399:6399")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "NO_COLOR=1")
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer cmd.Process.Kill()
	const address = "127.0.0.1:26399"
	answer := ""
	for end := time.Now().Add(3 * time.Minute); answer != "+PONG" && time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		answer = ping(address)
		select {
		case err := <-ended:
			t.Fatalf("up has ended: %v\n%s", err, lastLines(output.String(), 30))
		default:
		}
	}
	if answer != "+PONG" {
		t.Errorf("the port does not answer: %q", answer)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("Ctrl-C does not end it")
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("the port is open after the end")
	}
	if !strings.Contains(output.String(), "redis-1 | ") {
		t.Errorf("no line has the name of its service:\n%s", lastLines(output.String(), 30))
	}
}

// ping asks Redis whether it is there.
func ping(address string) string {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	fmt.Fprint(conn, "PING\r\n")
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line)
}
