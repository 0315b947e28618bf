//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/octocode/octocode-ci/ci/engine"
)

func octocode(args ...string) (string, error) {
	out, err := exec.Command(filepath.Join(root, "bin/octocode"), args...).CombinedOutput()
	return string(out), err
}

// local returns the status of the engine of this machine.
func local(t *testing.T) engine.Status {
	t.Helper()
	out, err := octocode("engine", "status", "--json")
	if err != nil {
		t.Fatalf("status: %v\n%s", err, out)
	}
	var s engine.Status
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatal(err)
	}
	if s.Kind != "local" {
		t.Skipf("the engine here is %s's, not ours; a bare machine runs this test", s.Kind)
	}
	return s
}

// registryPID is 0 where the real registries are used.
func registryPID(t *testing.T, s engine.Status) int {
	t.Helper()
	if s.Registry == "" {
		return 0
	}
	data, err := os.ReadFile(filepath.Join(s.Home, "pid", "registry"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(data))[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// tables are the rules of the host's firewall, without the counters.
func tables(t *testing.T, home string) string {
	t.Helper()
	roots, err := filepath.Glob(filepath.Join(home, "rootfs/engine-*"))
	if err != nil || len(roots) == 0 {
		t.Fatalf("no root filesystem of an engine: %v", err)
	}
	var all strings.Builder
	for _, tool := range []string{"iptables", "ip6tables"} {
		for _, table := range []string{"filter", "nat"} {
			out, err := exec.Command("chroot", roots[0], "/usr/sbin/"+tool+"-legacy-save", "-t", table).Output()
			if err != nil {
				continue // no such table in this kernel
			}
			for _, line := range strings.Split(string(out), "\n") {
				if !strings.HasPrefix(line, "#") {
					all.WriteString(strings.Split(line, " [")[0] + "\n")
				}
			}
		}
	}
	return all.String()
}

// checkDown stops engine and registry and looks at what is left of them.
func checkDown(t *testing.T, s engine.Status) {
	t.Helper()
	read := func(file string) string { return string(must(os.ReadFile(file))) }
	resolver, mounts := read("/etc/resolv.conf"), read("/proc/self/mounts")
	forwarding, err := os.ReadFile(filepath.Join(s.Home, "ip_forward.before"))
	if os.IsNotExist(err) {
		forwarding, err = os.ReadFile("/proc/sys/net/ipv4/ip_forward")
	}
	if err != nil {
		t.Fatal(err)
	}
	with := tables(t, s.Home)
	if out, err := octocode("engine", "down"); err != nil {
		t.Fatalf("down: %v\n%s", err, out)
	}
	if got := read("/proc/sys/net/ipv4/ip_forward"); got != string(forwarding) {
		t.Errorf("ip_forward = %q, before the engine %q", got, forwarding)
	}
	if read("/etc/resolv.conf") != resolver || read("/proc/self/mounts") != mounts {
		t.Error("down has changed the resolver or the mounts of the host")
	}
	if _, err := os.Stat("/sys/class/net/dagger0"); err == nil {
		t.Error("the bridge dagger0 is still there")
	}
	without := tables(t, s.Home)
	if strings.Contains(without, "10.87.") || strings.Contains(without, "dagger") || strings.Contains(without, "CNI-") {
		t.Errorf("rules of the engine are left:\n%s", without)
	}
	for _, line := range strings.Split(without, "\n") {
		if strings.HasPrefix(line, ":") && !strings.Contains(with, line) {
			t.Errorf("down has changed a policy: %s", line)
		}
	}
	if r, err := octocode("engine", "status"); err == nil || !strings.Contains(r, "no engine runs: `octocode engine up` starts one") {
		t.Errorf("status after down: %v\n%s", err, r)
	}
}

// After engine and registry were killed, the next up recovers; two at once do
// not harm each other, and there is one engine afterwards.
// It runs before all that works on the engine, as each that does is parallel: the
// moment of a kill can cost an engine its cache.
func TestEngineRecoversFromKill(t *testing.T) {
	before := local(t)
	checkDown(t, before)
	if out, err := octocode("engine", "up"); err != nil {
		t.Fatalf("up: %v\n%s", err, out)
	}
	before = local(t)
	registry := registryPID(t, before)
	for _, pid := range []int{before.PID, registry} {
		if pid != 0 {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if out, err := octocode("engine", "up"); err != nil {
				t.Errorf("up: %v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	after := local(t)
	if !after.Running || after.PID == before.PID || after.Registry != before.Registry {
		t.Errorf("status after two ups = %+v, before %+v", after, before)
	}
	if registry != 0 && registryPID(t, after) == registry {
		t.Error("the registry was not started again")
	}
	engines, err := exec.Command("pgrep", "--count", "--full", "^/usr/local/bin/dagger-engine").Output()
	if got := strings.TrimSpace(string(engines)); err != nil || got != "1" {
		t.Errorf("%s engines run (%v), want one", got, err)
	}
	// What was built before is still there.
	if got := call(t, application(t, nil), "image", "--stage", "base", "with-exec", "--args", "node,--version", "stdout"); !strings.HasPrefix(got, "v") {
		t.Errorf("node in the base stage = %q", got)
	}
}

// An up of an engine that runs changes nothing.
func TestSecondUpDoesNothing(t *testing.T) {
	before := local(t)
	out, err := octocode("engine", "up")
	if err != nil || strings.Count(out, "\n") != 1 || !strings.Contains(out, "on this machine") {
		t.Errorf("up = %v, want one line:\n%s", err, out)
	}
	if after := local(t); after.PID != before.PID {
		t.Errorf("the engine was started again: %d, before %d", after.PID, before.PID)
	}
}

// What runs beside the engine sees a host as it was without one.
func TestHostIsUntouched(t *testing.T) {
	s := local(t)
	info, err := os.Stat("/etc/resolv.conf")
	if err != nil || info.Mode().Perm()&0o044 != 0o044 {
		t.Errorf("/etc/resolv.conf: %v, %v: want it readable for all", info, err)
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range bytes.Split(mounts, []byte("\n")) {
		if bytes.Contains(line, []byte(s.Home)) || bytes.Contains(line, []byte("resolv.conf")) {
			t.Errorf("mount of the engine on the host: %s", line)
		}
	}
	for _, path := range []string{"/run/dagger", "/run/buildkit", "/etc/dagger", "/opt/cni"} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is on the host", path)
		}
	}
}

func TestDoctorFindsEverythingHere(t *testing.T) {
	local(t)
	out, err := octocode("engine", "doctor", "--json")
	var requirements []engine.Requirement
	if err != nil || json.Unmarshal([]byte(out), &requirements) != nil || len(requirements) < 5 {
		t.Fatalf("doctor: %v\n%s", err, out)
	}
	for _, r := range requirements {
		if !r.Found {
			t.Errorf("%+v is missing on a machine that runs an engine", r)
		}
	}
}

// Without root there is one clear line.
func TestNotRoot(t *testing.T) {
	local(t)
	home := t.TempDir()
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	// A copy that another user may run.
	program := filepath.Join(os.TempDir(), "octocode-not-root")
	data, err := os.ReadFile(filepath.Join(root, "bin/octocode"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(program)
	cmd := exec.Command(program, "engine", "up")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "OCTOCODE_HOME=/nonexistent/octocode", "OCTOCODE_SOURCE="+root, engine.RunnerVariable+"=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "root (user id 65534): run with sudo") {
		t.Errorf("up as nobody: %v\n%s", err, out)
	}
}
